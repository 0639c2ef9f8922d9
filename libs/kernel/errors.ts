import type { JsonObject } from './json-value.js';

/**
 * Something that a caller asked for and cannot have. `code` is stable and part of the API; `field` is the JSON path of
 * the offending input; `params` fill the translated message. Never carries personal data.
 */
export class DomainError extends Error {
  constructor(
    readonly code: string,
    readonly detail: { field?: string; params?: JsonObject; cause?: unknown } = {},
  ) {
    super(`${code}${detail.field ? ` (${detail.field})` : ''}`, { cause: detail.cause });
    this.name = 'DomainError';
  }
}

/** Makes a switch over a closed union fail to compile when a member is forgotten. */
export function assertNever(value: never): never {
  throw new TypeError(`unexpected: ${JSON.stringify(value)}`);
}

/** A word or sentence in the three languages of the interface. */
export interface Labels {
  vi: string;
  en: string;
  km: string;
}
