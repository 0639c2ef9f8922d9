import { DomainError, type Instant } from '#libs/kernel';
import { parseInstant } from './moments.js';

/**
 * Where a page of a list ended, as the caller carries it. Never holds a name: cursors travel in addresses, and addresses
 * are logged. A page by name remembers the revision instead, which keeps its name for good.
 */
export type Cursor =
  | { order: 'time'; at: Instant; id: string }
  | { order: 'name'; revision: number; id: string }
  | { order: 'code'; code: string; id: string };

const CODE = /^[0-9A-Za-z.-]{1,60}$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Opaque text, safe in an address. */
export function writeCursor(cursor: Cursor): string {
  const key = cursor.order === 'time' ? cursor.at : cursor.order === 'name' ? cursor.revision : cursor.code;
  return Buffer.from(JSON.stringify([cursor.order, key, cursor.id])).toString('base64url');
}

/** Throws DomainError `cursor_not_understood` for anything that {@link writeCursor} did not write for this order. */
export function readCursor(text: string, order: Cursor['order']): Cursor {
  const parts = parse(text);
  if (Array.isArray(parts) && parts.length === 3 && parts[0] === order) {
    const [, key, id] = parts as unknown[];
    if (typeof id === 'string' && UUID.test(id)) {
      if (order === 'name' && Number.isInteger(key) && (key as number) > 0 && (key as number) < 2 ** 31) {
        return { order, revision: key as number, id };
      }
      if (order === 'time' && typeof key === 'string' && parseInstant(key) === key)
        return { order, at: key, id };
      if (order === 'code' && typeof key === 'string' && CODE.test(key)) return { order, code: key, id };
    }
  }
  throw new DomainError('cursor_not_understood', { field: 'cursor' });
}

function parse(text: string): unknown {
  if (text.length > 200 || !/^[\w-]+$/.test(text)) return null;
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    return null;
  }
}
