import type { PipeTransform } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import type { JsonObject } from '#libs/kernel';
import { ProblemError, type FieldProblem } from '../problem/problem-error.js';
import { STATUS_OF, type ProblemCode } from '../problem/statuses.js';

type Shape<T extends object> = new () => T;

/** Most problems that one answer lists: enough to mend a form, not so many that an answer is longer than its question. */
const MOST_PROBLEMS = 20;

/** Everything that is wrong with `input` as a `shape`, by path; unknown fields are refused, not dropped. */
export function problemsOf<T extends object>(
  shape: Shape<T>,
  input: object,
): { value: T; problems: FieldProblem[] } {
  const inherited = inheritedNames(input, '');
  // The transformer takes a field `constructor`, at whatever depth, for the class to make: it never sees one.
  const value = plainToInstance(shape, inherited.length === 0 ? input : withoutInherited(input));
  const errors = validateSync(value, {
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: false,
    stopAtFirstError: true,
    validationError: { target: false },
  });
  const problems = [...inherited, ...errors.flatMap((error) => flatten(error, ''))];
  return { value, problems: problems.slice(0, MOST_PROBLEMS) };
}

/**
 * The body as it was sent, when it is one of `shape`. Throws the first problem's code, 422, with all of them in `errors`;
 * `occurred_at_not_yours` before anything else, so that nobody takes it for a spelling mistake.
 */
export function readBody<T extends object>(shape: Shape<T>, body: unknown): JsonObject {
  if (body === undefined) return readBody(shape, {});
  if (!isObject(body))
    throw new ProblemError('field_not_understood', { field: '', params: { expected: 'object' } });
  if (Object.hasOwn(body, 'occurredAt'))
    throw new ProblemError('occurred_at_not_yours', { field: 'occurredAt' });
  refuse(problemsOf(shape, body).problems);
  return body;
}

/** Reads a query string: the same rules, but a breach is 400, since a URL that asks wrongly is a malformed request. */
export class QueryPipe<T extends object> implements PipeTransform<unknown, T> {
  constructor(private readonly shape: Shape<T>) {}

  transform(query: unknown): T {
    const { value, problems } = problemsOf(this.shape, { ...(query as object) });
    refuse(problems, 400);
    return value;
  }
}

/** Fields named as something that every object has: the transformer passes over some and trips over others. */
function inheritedNames(input: object, parent: string): FieldProblem[] {
  return Object.entries(input).flatMap(([name, value]): FieldProblem[] => {
    const field = join(parent, name);
    if (name in Object.prototype) return [{ field: clip(field), code: 'unknown_field' }];
    return value !== null && typeof value === 'object' ? inheritedNames(value as object, field) : [];
  });
}

function withoutInherited(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutInherited);
  if (value === null || typeof value !== 'object') return value;
  const own = Object.entries(value).filter(([name]) => !(name in Object.prototype));
  return Object.fromEntries(own.map(([name, inner]) => [name, withoutInherited(inner)]));
}

function join(parent: string, name: string): string {
  if (/^\d+$/.test(name)) return `${parent}[${name}]`;
  return parent === '' ? name : `${parent}.${name}`;
}

/** Throws the first problem, with all of them in `errors`; nothing when there is none. */
export function refuse(problems: readonly FieldProblem[], status?: number): void {
  const [first] = problems;
  if (!first) return;
  throw new ProblemError(first.code, {
    field: first.field,
    ...(first.params ? { params: first.params } : {}),
    errors: problems,
    status: status ?? STATUS_OF[first.code],
  });
}

function flatten(error: ValidationError, parent: string): FieldProblem[] {
  const field = join(parent, error.property);
  const below = (error.children ?? []).flatMap((child) => flatten(child, field));
  const failed = Object.keys(error.constraints ?? {})[0];
  if (failed === undefined) return below;
  return [{ field: clip(field), ...meaning(error, failed) }, ...below];
}

function meaning(error: ValidationError, constraint: string): { code: ProblemCode; params?: JsonObject } {
  if (constraint === 'whitelistValidation') return { code: 'unknown_field' };
  if (error.value === undefined || error.value === null) return { code: 'field_required' };
  const context = error.contexts?.[constraint] as { code: ProblemCode; params: JsonObject } | undefined;
  return context ?? { code: 'form_not_understood' };
}

/** A field's name comes from the caller when it is unknown: what is repeated to them stays short. */
function clip(field: string): string {
  return field.length > 100 ? `${field.slice(0, 100)}…` : field;
}

function isObject(value: unknown): value is JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
