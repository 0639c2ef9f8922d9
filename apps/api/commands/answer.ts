import type { FastifyReply } from 'fastify';
import type { AcceptedAnswer, CommandAnswer, RefusedAnswer } from '#libs/dossier';
import { asHeader } from '../problem/answerable.js';
import { versionTag } from '../http/version-tag.js';
import type { Language } from '../messages/language.js';
import { describeProblem, type Problem } from '../problem/problem.js';
import { statusOfRefusal } from '../problem/statuses.js';

/** What is told of an accepted command. */
export type AcceptedBody = Omit<AcceptedAnswer, 'kind' | 'id'> & { receiptSecret?: string };

/** An answer as the web sends it, alone or as one of many. */
export interface Rendered {
  status: number;
  headers: Record<string, string>;
  body: AcceptedBody | Problem;
}

/** Where a dossier is found. */
export function locationOf(code: string): string {
  return `/api/v1/dossiers/${code}`;
}

/**
 * Renders the engine's answer: 201 for a new dossier, 200 for the rest, and problem details for a refusal. `within` is
 * where the payload stands in what was sent: nowhere else for a command alone, under `payload.` for one of many; `receipt`
 * the secret of a new dossier's receipt.
 */
export function render(
  answer: CommandAnswer,
  instance: string,
  language: Language,
  { within = '', receipt }: { within?: string; receipt?: string | undefined } = {},
): Rendered {
  const headers: Record<string, string> = answer.replayed ? { 'Idempotent-Replayed': 'true' } : {};
  if (answer.version !== null) headers.ETag = versionTag(answer.version);
  if (answer.kind === 'refused') return { ...refused(answer, instance, language, within), headers };
  const { code, version, state, step, event, occurredAt, recordedAt, dueAt } = answer;
  const isNew = event === 'submitted';
  if (isNew) headers.Location = locationOf(code);
  const body = {
    ...{ code, version, state, step, event, occurredAt, recordedAt, dueAt },
    ...(receipt === undefined ? {} : { receiptSecret: receipt }),
  };
  return { status: isNew ? 201 : 200, headers, body };
}

function refused(
  answer: RefusedAnswer,
  instance: string,
  language: Language,
  within: string,
): Pick<Rendered, 'status' | 'body'> {
  const { code, params, state, version, allowed, notYet } = answer;
  // The lifecycle names a field of the payload, the engine says `payload.` before it, and a header stands for itself.
  const plain = asHeader(answer.field)?.replace(/^payload\./, '');
  const field = plain === undefined || /^[A-Z]/.test(plain) ? plain : `${within}${plain}`;
  const status = statusOfRefusal(code, field);
  const refusal = { state, version, allowed, notYet };
  return { status, body: describeProblem({ code, status, instance, field, params, refusal }, language) };
}

/** Sends a rendered answer. */
export function send(rendered: Rendered, reply: FastifyReply): void {
  const isProblem = rendered.status >= 400;
  void reply
    .code(rendered.status)
    .headers(rendered.headers)
    .header(
      'Content-Type',
      isProblem ? 'application/problem+json; charset=utf-8' : 'application/json; charset=utf-8',
    )
    .send(rendered.body);
}
