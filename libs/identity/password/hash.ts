import { randomBytes } from 'node:crypto';
import { hash, parseOptions, verify } from '@node-rs/argon2';
import { Gate } from '../gate.js';

/** OWASP's second choice of 2023 and on: 19 MiB, two passes, one lane; argon2id is the library's default. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
const AT_ONCE = 2;
const MOST_WAITING = 64;

// One for the process, whoever asks: the bound is the machine's.
const gate = new Gate(AT_ONCE, MOST_WAITING);

/** The argon2id hash of a password, in its standard text form. Throws DomainError `sign_in_busy`. */
export function hashPassword(password: string): Promise<string> {
  return gate.run(() => hash(password.normalize('NFC'), COST));
}

/**
 * Whether a password is the one of `hashed`. Without a hash it takes as long and is false, so that the time tells nobody
 * whether there is such a login. Throws DomainError `sign_in_busy`.
 */
export async function passwordFits(hashed: string | null, password: string): Promise<boolean> {
  const fits = await gate.run(() => verify(hashed ?? nobodysHash, password.normalize('NFC')));
  return hashed !== null && fits;
}

/** Whether a hash was made at another cost than today's. */
export function outOfDate(hashed: string): boolean {
  const { memoryCost, timeCost, parallelism } = parseOptions(hashed);
  return memoryCost !== COST.memoryCost || timeCost !== COST.timeCost || parallelism !== COST.parallelism;
}

/** A hash that no password has, at the same cost. */
export const nobodysHash = `$argon2id$v=19$m=${COST.memoryCost},t=${COST.timeCost},p=${COST.parallelism}$${plain(16)}$${plain(32)}`;

function plain(bytes: number): string {
  return randomBytes(bytes).toString('base64').replaceAll('=', '');
}
