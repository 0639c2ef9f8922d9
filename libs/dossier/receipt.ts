import { createHmac, timingSafeEqual } from 'node:crypto';

/*
 * The secret on a receipt is not stored: it follows from the dossier's id and a key that no database holds. 65 bits in
 * Crockford's alphabet, which has no letter that is easily taken for a digit.
 */

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LETTERS = 13;
const BITS = 5;

/** What stands on the receipt beside the code, e.g. `7Q2M-0ZK4-XV9TC`. `key` is the receipt key, `dossierId` the dossier's id. */
export function receiptSecret(key: Uint8Array, dossierId: string): string {
  const letters = lettersOf(key, dossierId);
  return `${letters.slice(0, 4)}-${letters.slice(4, 8)}-${letters.slice(8)}`;
}

/**
 * Whether somebody read it off the receipt: capitals or not, with dashes or without, O for 0 and I or L for 1. Without a
 * dossier it takes as long, and is false.
 */
export function receiptFits(key: Uint8Array, dossierId: string | null, secret: string): boolean {
  const expected = Buffer.from(lettersOf(key, dossierId ?? NOBODYS));
  const given = Buffer.from(
    plain(secret)
      .padEnd(LETTERS, '-')
      .slice(0, LETTERS + 1),
  );
  const fits = given.length === LETTERS && timingSafeEqual(given, expected);
  return fits && dossierId !== null;
}

/** An id that no dossier has. */
const NOBODYS = '00000000-0000-0000-0000-000000000000';

function plain(secret: string): string {
  return secret
    .toUpperCase()
    .replace(/[\s-]/g, '')
    .replaceAll('O', '0')
    .replace(/[IL]/g, '1')
    .replace(/[^0-9A-Z]/g, '?');
}

function lettersOf(key: Uint8Array, dossierId: string): string {
  const mac = createHmac('sha256', key).update(dossierId).digest();
  let letters = '';
  let held = 0;
  let value = 0;
  for (const byte of mac) {
    value = (value << 8) | byte;
    held += 8;
    while (held >= BITS && letters.length < LETTERS) {
      held -= BITS;
      letters += ALPHABET[(value >>> held) & 31]!;
    }
    value &= (1 << held) - 1;
    if (letters.length === LETTERS) return letters;
  }
  return letters;
}
