import { createHash, randomBytes } from 'node:crypto';

function uuidFrom(bytes: Buffer, version: number): string {
  bytes[6] = (bytes[6]! & 0x0f) | (version << 4);
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString('hex', 0, 16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** A new UUID version 7: ordered by time, so that index pages fill from one end. */
export function newId(nowMs: number = Date.now()): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(nowMs, 0, 6);
  return uuidFrom(bytes, 7);
}

/** The same name always gives the same UUID (version 8, from SHA-256): a replay finds its own dossiers again. */
export function namedId(name: string): string {
  return uuidFrom(createHash('sha256').update(name).digest().subarray(0, 16), 8);
}
