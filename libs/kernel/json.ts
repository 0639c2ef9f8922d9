import { hash } from 'node:crypto';
import { DomainError } from './errors.js';
import type { Json, JsonObject } from './json-value.js';

/** Deeper than anything that means something, and far from where the stack ends. */
const DEEPEST = 1_000;
/** What JSON writes as it is. Most strings here are that, and the test takes half the time of `JSON.stringify`. */
const PLAIN = /^[ !#-[\]-~]*$/;

/**
 * JSON as RFC 8785 (JCS) wants it: keys sorted by UTF-16 units, numbers as ECMAScript writes them, no spaces. Equal values
 * give equal text, whatever order their keys were written in. A field that is undefined is no field, and undefined in an array
 * is null, as in JSON. Throws DomainError `json_not_canonical` for what has no such text: a number that is not finite, half a
 * surrogate pair in a string or a key, a value that is no JSON, or more than 1,000 levels.
 */
export function canonicalJson(value: Json): string {
  return text(value, 0);
}

/** SHA-256 of the canonical JSON, in hex. */
export function hashJson(value: Json): string {
  return hash('sha256', canonicalJson(value), 'hex');
}

function text(value: Json | undefined, depth: number): string {
  switch (typeof value) {
    case 'string':
      return quoted(value);
    case 'number':
      // `-0` becomes `0` by itself, as the RFC wants.
      if (!Number.isFinite(value)) throw not('a number that is not finite');
      return String(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      if (value === null) return 'null';
      if (depth === DEEPEST) throw not('more than 1,000 levels');
      return Array.isArray(value) ? list(value, depth + 1) : fields(value, depth + 1);
    case 'undefined':
      return 'null';
    default:
      throw not(`a ${typeof value}`);
  }
}

function list(items: readonly Json[], depth: number): string {
  let all = '[';
  for (let at = 0; at < items.length; at++) all += (at === 0 ? '' : ',') + text(items[at], depth);
  return `${all}]`;
}

function fields(value: JsonObject, depth: number): string {
  const keys = Object.keys(value);
  if (!inOrder(keys)) keys.sort();
  let all = '{';
  for (const key of keys) {
    const field = value[key];
    if (field !== undefined) all += `${all.length === 1 ? '' : ','}${quoted(key)}:${text(field, depth)}`;
  }
  return `${all}}`;
}

/** Two keys of one object are never equal. What comes back from PostgreSQL is often sorted already. */
function inOrder(keys: readonly string[]): boolean {
  for (let at = 1; at < keys.length; at++) if (keys[at - 1]! > keys[at]!) return false;
  return true;
}

/** `JSON.stringify` would write half a surrogate pair as an escape, UTF-8 as a replacement character: two texts for one value. */
function quoted(string: string): string {
  if (PLAIN.test(string)) return `"${string}"`;
  if (!(string as string & { isWellFormed(): boolean }).isWellFormed()) throw not('half a surrogate pair');
  return JSON.stringify(string);
}

function not(found: string): DomainError {
  return new DomainError('json_not_canonical', { params: { found } });
}
