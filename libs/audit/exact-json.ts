import { type Json, canonicalJson } from '#libs/kernel';

/** Numbers that need a closer look: with a fraction, an exponent, or more digits than a JavaScript number keeps. */
const SUSPECT = /\d\.\d|\d[eE]|\d{16}/;
const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g;

/**
 * Stored JSON as a value. PostgreSQL keeps numbers of any length, JavaScript does not: where the value would say less than what
 * is stored, `raw` holds that too. Motcua itself writes only what a JavaScript number keeps.
 */
export function exactJson(stored: string): { data: Json; raw?: string } {
  const data = JSON.parse(stored) as Json;
  if (SUSPECT.test(stored) && !isExact(stored)) return { data: canonical(data) ? data : null, raw: stored };
  return canonical(data) ? { data } : { data: null, raw: stored };
}

function isExact(stored: string): boolean {
  return (stored.match(TOKEN) ?? []).every(
    (token) => token.startsWith('"') || plain(String(Number(token))) === token,
  );
}

/** A number of JavaScript as PostgreSQL writes it: without an exponent. */
function plain(number: string): string {
  const found = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(number);
  if (!found) return number;
  const [, sign, first, more = '', exponent] = found;
  const digits = `${first}${more}`;
  const point = 1 + Number(exponent);
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  return `${sign}${digits.padEnd(point, '0')}`;
}

/** False for what has no canonical text, such as a number too large for JavaScript, or too many levels. */
function canonical(data: Json): boolean {
  try {
    canonicalJson(data);
    return true;
  } catch {
    return false;
  }
}
