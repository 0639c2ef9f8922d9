import { ProblemError } from '../problem/problem-error.js';

const LONGEST = 255;
const BARE = /^[\x21-\x7e]+$/;
const QUOTED = /^"(?:[\x20-\x21\x23-\x5b\x5d-\x7e]|\\["\\])*"$/;

/**
 * The key of a command from its Idempotency-Key header: the structured-field string of the IETF draft (`"8e03…"`), or
 * the same text without quotes, as most clients send it. Both forms of one text are one key. At most 255 visible
 * characters. Throws `idempotency_key_missing` or `idempotency_key_malformed`.
 */
export function idempotencyKey(header: string | string[] | undefined, field = 'Idempotency-Key'): string {
  if (header === undefined || header === '') throw new ProblemError('idempotency_key_missing', { field });
  // Made when it is needed only: an error costs more than all the rest of this.
  const malformed = (): ProblemError =>
    new ProblemError('idempotency_key_malformed', { field, params: { max: LONGEST } });
  if (typeof header !== 'string') throw malformed();
  const text = header.trim();
  if (text === '' || text === '""') throw new ProblemError('idempotency_key_missing', { field });
  if (text.startsWith('"')) {
    if (!QUOTED.test(text)) throw malformed();
    const key = text.slice(1, -1).replace(/\\(.)/g, '$1');
    if (key.length > LONGEST || key.trim() === '') throw malformed();
    return key;
  }
  if (!BARE.test(text) || text.length > LONGEST) throw malformed();
  return text;
}
