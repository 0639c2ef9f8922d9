import { createHash, randomBytes } from 'node:crypto';

/** 256 bits that nobody can guess, as 43 characters. */
export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

/** What is stored of a token. It has 256 bits of its own: neither salt nor slowness would add anything. */
export function tokenHash(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
