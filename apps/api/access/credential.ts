import type { Credential } from '#libs/identity';
import type { FastifyRequest } from 'fastify';
import { SESSION_COOKIE } from './cookies.js';

const BEARER = /^bearer +([\w.~+/-]+=*) *$/i;
/** Longer than any token of ours or of a provider. */
const LONGEST = 8_192;

/**
 * How a request says who it is from; undefined when it does not. A header Authorization counts alone: what cannot be read
 * in it is no reason to look for a cookie, which a browser sends whoever asks it to.
 */
export function credentialOf({ headers }: Pick<FastifyRequest, 'headers'>): Credential | undefined {
  const { authorization, cookie } = headers;
  if (authorization !== undefined) {
    if (authorization.length > LONGEST) return undefined;
    const bearer = BEARER.exec(authorization)?.[1];
    return bearer === undefined ? undefined : { bearer };
  }
  const session = cookieOf(cookie, SESSION_COOKIE);
  return session === undefined ? undefined : { session };
}

/**
 * A cookie's value by its name, when it is one of the tokens that we give. The first of several counts. The name counts to the
 * letter: `trim` would take away a no-break space too, and with it what the prefix `__Host-` promises.
 */
export function cookieOf(header: string | undefined, name: string): string | undefined {
  if (header === undefined || header.length > LONGEST) return undefined;
  for (const pair of header.split(';')) {
    const at = pair.indexOf('=');
    if (at < 0 || pair.slice(0, at).replace(/^[ \t]+/, '') !== name) continue;
    const value = pair.slice(at + 1).replace(/^[ \t]+|[ \t]+$/g, '');
    return /^[\w.~-]+$/.test(value) ? value : undefined;
  }
  return undefined;
}
