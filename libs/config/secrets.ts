import { isLoopbackAddress } from './readers.js';

/** A secret as short as this can be tried out. */
export const SHORTEST_SECRET = 16;

/** What stands in examples, in images as they are shipped, and at the top of every list of guesses. */
const WELL_KNOWN =
  /change[-_ ]?(?:me|it|this)|replace[-_ ]?(?:me|it|this)|to[-_ ]?do|secret|pass(?:word|wort|wd)?|motcua|postgres(?:ql)?|admin(?:istrator)?|root|default|example|sample|placeholder|insert|here|test(?:ing)?|demo|dev(?:elopment)?|local(?:host)?|client|token|key|your|my|the|redis|guest|user|qwerty|letmein|welcome|abc(?:def)?|xxx+|\d+/gi;

/** Left of a text when all well-known words, digits and signs are taken out. */
function rest(text: string): string {
  return text.replace(WELL_KNOWN, '').replace(/[^\p{L}]/gu, '');
}

/**
 * True for a password that anybody would try: nothing in it but well-known words, digits and signs, or a few signs over
 * and over. Digits and hexadecimal of a generator are long enough to be told apart from `123456`.
 */
export function isWellKnown(secret: string): boolean {
  if (new Set(secret).size < Math.min(6, secret.length)) return true;
  const generated = /^[0-9a-f-]{32,}$/i.test(secret) && new Set(secret.replaceAll('-', '')).size >= 8;
  return !generated && rest(secret).length < Math.min(4, secret.length / 2);
}

/** What is wrong with a secret, in words that do not hold it; nothing when it will do. */
export function weakness(secret: string): string | undefined {
  if (secret.length < SHORTEST_SECRET) {
    return `found one of ${secret.length} characters, wanted at least ${SHORTEST_SECRET}, made by a generator`;
  }
  if (/[\r\n\0]/.test(secret)) return 'found one of several lines, wanted one line';
  return isWellKnown(secret) ? 'found a default or a placeholder, wanted one made by a generator' : undefined;
}

/**
 * What is wrong with the password in the URL of a server that others may reach too; nothing when it will do, and nothing
 * where there is none: then the server knows us by another means.
 */
export function weakServerPassword(text: string): string | undefined {
  const { hostname, password, username } = new URL(text);
  // Without a host it is a socket of this machine.
  if (password === '' || hostname === '' || isLoopbackAddress(hostname)) return undefined;
  const plain = decoded(password);
  if (plain !== decoded(username) && !isWellKnown(plain)) return undefined;
  return `has a password that anybody would try, and ${hostname} is not this machine; wanted one made by a generator`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
