import { randomBytes } from 'node:crypto';

/** Hours after which a password that somebody else chose is worth nothing any more. */
export const ONE_TIME_HOURS = 72;

// No i, l, o, u: read aloud and copied by hand.
const LETTERS = '0123456789abcdefghjkmnpqrstvwxyz';

/** A password of 100 bits that a person can copy by hand, to be changed at the first sign-in. */
export function oneTimePassword(): string {
  const letters = Array.from(randomBytes(20), (byte) => LETTERS[byte & 31]!);
  return [0, 5, 10, 15].map((at) => letters.slice(at, at + 5).join('')).join('-');
}
