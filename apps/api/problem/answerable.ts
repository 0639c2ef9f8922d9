import { DomainError, newId } from '#libs/kernel';
import { STATUS_OF, isProblemCode, type ProblemCode } from './statuses.js';
import { ProblemError } from './problem-error.js';
import type { ProblemParts } from './problem.js';

/** What an error is to the caller. `unexpected` is set when the cause belongs in the log. */
export interface Answerable {
  parts: Omit<ProblemParts, 'instance'>;
  unexpected: boolean;
}

/** What Fastify and Nest call the things that they refuse before our code is reached. */
const FRAMEWORK_CODES: Readonly<Record<string, ProblemCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'body_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'media_type_not_supported',
  FST_ERR_CTP_INVALID_JSON_BODY: 'malformed_json',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'malformed_json',
  FST_ERR_BAD_URL: 'url_malformed',
  FST_ERR_MAX_PARAM_LENGTH: 'url_too_long',
};
const FRAMEWORK_STATUSES: Readonly<Record<number, ProblemCode>> = {
  404: 'not_found',
  413: 'body_too_large',
  414: 'url_too_long',
  415: 'media_type_not_supported',
  431: 'headers_too_large',
  503: 'closing',
};

export const BODY_LIMIT = 1_048_576;

/**
 * What to tell the caller of an error. Ours carry a code; the frameworks' are known by theirs. Everything else is
 * unexpected: the caller gets an id and no word of the cause, which may hold anything.
 */
export function answerableFor(error: unknown, isOutage: (error: unknown) => boolean): Answerable {
  if (error instanceof ProblemError) {
    const { code, status, field, params, errors } = error;
    return known({ code, status, field, params, errors });
  }
  if (error instanceof DomainError && isProblemCode(error.code)) {
    const { params } = error.detail;
    const field = asHeader(error.detail.field);
    const status = STATUS_OF[error.code];
    if (status !== 500) return known({ code: error.code, status, field, params });
    return broken(error.code, params ?? {});
  }
  if (isOutage(error)) return known({ code: 'database_unavailable', status: STATUS_OF.database_unavailable });
  const framework = frameworkCode(error);
  if (framework) return known({ code: framework, status: STATUS_OF[framework], params: { max: BODY_LIMIT } });
  return broken('unexpected', {});
}

function known(parts: Answerable['parts']): Answerable {
  return { parts, unexpected: false };
}

function broken(code: ProblemCode, params: NonNullable<ProblemParts['params']>): Answerable {
  const errorId = newId();
  return { parts: { code, status: 500, errorId, params: { ...params, errorId } }, unexpected: true };
}

function frameworkCode(error: unknown): ProblemCode | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, status, statusCode } = error as Error & {
    code?: unknown;
    status?: unknown;
    statusCode?: unknown;
  };
  const byCode = typeof code === 'string' ? FRAMEWORK_CODES[code] : undefined;
  if (byCode) return byCode;
  const number = typeof statusCode === 'number' ? statusCode : status;
  if (typeof number !== 'number' || number < 400) return undefined;
  return FRAMEWORK_STATUSES[number] ?? (number < 500 ? 'request_malformed' : undefined);
}

/** What the engine's caller names by a word of its own travels in a header here. */
const HEADERS: Readonly<Record<string, string>> = {
  officer: 'X-Motcua-Position',
  key: 'Idempotency-Key',
  expectedVersion: 'If-Match',
};

/** The header that a field of the engine's request came in; any other field stays as it is. */
export function asHeader(field: string | undefined): string | undefined {
  return field === undefined ? undefined : (HEADERS[field] ?? field);
}
