import { DomainError, type JsonObject } from '#libs/kernel';

/**
 * The database cannot be had, and a person has to do something. The message is a whole sentence that names the folder,
 * role or variable and the way out; `code` is stable.
 */
export class DatabaseFault extends DomainError {
  constructor(code: string, sentence: string, params: JsonObject = {}, cause?: unknown) {
    super(code, { params: { ...params, sentence }, cause });
    this.name = 'DatabaseFault';
    this.message = sentence;
  }
}

/** The stable code of any error: an SQLSTATE, a system error's name, or ''. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
