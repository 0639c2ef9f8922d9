import { createHash, randomUUID } from 'node:crypto';

/**
 * A new UUID version 7: ordered by time, so that index pages fill from one end. Its random part is that of a version 4,
 * for which Node draws in stock: `randomBytes` goes to the system each time and takes ten times as long.
 */
export function newId(nowMs: number = Date.now()): string {
  const time = nowMs.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}

/** The same name always gives the same UUID (version 8, from SHA-256): a replay finds its own dossiers again. */
export function namedId(name: string): string {
  const bytes = createHash('sha256').update(name).digest();
  bytes[6] = (bytes[6]! & 0x0f) | 0x80;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString('hex', 0, 16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
