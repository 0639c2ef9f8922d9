import type { CommandRequest } from '#libs/dossier';
import type { Acting } from '#libs/identity';
import type { JsonObject } from '#libs/kernel';
import { dossierCode } from '../http/dossier-code.js';
import { idempotencyKey } from '../http/idempotency-key.js';
import { expectedVersion, versionTag } from '../http/version-tag.js';
import { ProblemError } from '../problem/problem-error.js';
import { Line } from '../validation/fields.js';
import { problemsOf, readBody, refuse } from '../validation/validate.js';
import { BODY_OF, commandNamed } from './command-table.js';

/** Most commands in one request. */
export const MOST_COMMANDS = 500;

/** One command of many; `payload` is checked by the command's own class. */
export class BatchItemDto {
  @Line({ about: 'the command', max: 60 })
  command!: string;

  @Line({ about: 'the dossier; not for submit', max: 60, optional: true })
  code?: string;

  @Line({ about: 'the Idempotency-Key of this command', max: 600, mayBeEmpty: true, optional: true })
  key?: string;

  @Line({ about: 'the version that was seen, as in If-Match ("7"), or as a number', max: 20, optional: true })
  ifMatch?: string;
}

/** The items, as they were sent. Throws when the body is not a list, or one too long: nothing of it is done then. */
export function readBatch(body: unknown): unknown[] {
  if (!Array.isArray(body)) {
    throw new ProblemError('field_not_understood', { field: '', params: { expected: 'array' } });
  }
  if (body.length > MOST_COMMANDS) {
    throw new ProblemError('list_too_long', { field: '', params: { max: MOST_COMMANDS } });
  }
  return body;
}

/** Reads one item, with fields named from the item's root. Throws ProblemError. */
export function readItem(item: unknown, acting: Acting): CommandRequest {
  if (item === null || typeof item !== 'object' || Array.isArray(item)) {
    throw new ProblemError('field_not_understood', { field: '', params: { expected: 'object' } });
  }
  const who = { officer: acting.officer.code, acting };
  const { payload, ...rest } = item as JsonObject;
  // In JSON a version is a number; as in the header it is a text in quotes. Both are the same version.
  if (typeof rest.ifMatch === 'number') rest.ifMatch = versionTag(rest.ifMatch);
  if (Object.hasOwn(rest, 'occurredAt'))
    throw new ProblemError('occurred_at_not_yours', { field: 'occurredAt' });
  const { value, problems } = problemsOf(BatchItemDto, rest);
  refuse(problems);
  const command = commandNamed(value.command);
  const key = idempotencyKey(value.key ?? undefined, 'key');
  const version = expectedVersion(value.ifMatch ?? undefined, 'ifMatch');
  const checked = inPayload(() => readBody(BODY_OF[command], payload));
  if (command === 'submit') {
    if (value.code) throw new ProblemError('unknown_field', { field: 'code' });
    return { command, ...who, key, payload: checked };
  }
  if (!value.code) throw new ProblemError('field_required', { field: 'code' });
  const code = dossierCode(value.code);
  return {
    command,
    code,
    ...who,
    key,
    payload: checked,
    ...(version === undefined ? {} : { expectedVersion: version }),
  };
}

/** Names what is wrong with a payload by its path from the item. */
function inPayload<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const { code, params, status } = error;
    const under = (field: string): string => (field === '' ? 'payload' : `payload.${field}`);
    const errors = error.errors.map((one) => ({ ...one, field: under(one.field) }));
    throw new ProblemError(code, { field: under(error.field ?? ''), params, errors, status });
  }
}
