import { DEVICE_DAYS } from '#libs/identity';

/*
 * The prefix `__Host-` is a promise that the browser holds us to: set by this very host over a secure connection, for all
 * of its paths, and for no other host. On localhost browsers take plain http for secure.
 */

/** Holds the session's token. */
export const SESSION_COOKIE = '__Host-motcua';
/** Shows that somebody has signed in on this device before, so that strangers' failures do not lock them out. */
export const DEVICE_COOKIE = '__Host-motcua-device';
/** What is remembered while somebody is at the OpenID provider. */
export const OIDC_COOKIE = '__Host-motcua-oidc';

const COMMON = 'Path=/; Secure; HttpOnly';
const DAY_SECONDS = 86_400;
const OIDC_SECONDS = 600;

/** Until the browser is closed; the session itself ends sooner or later, wherever the cookie still is. */
export function sessionCookie(token: string): string {
  return `${SESSION_COOKIE}=${token}; ${COMMON}; SameSite=Strict`;
}

export function deviceCookie(device: string): string {
  return `${DEVICE_COOKIE}=${device}; ${COMMON}; SameSite=Strict; Max-Age=${DEVICE_DAYS * DAY_SECONDS}`;
}

/** Lax: the way back from the provider begins at another site, and a strict cookie would stay behind. */
export function oidcCookie(keep: string): string {
  return `${OIDC_COOKIE}=${keep}; ${COMMON}; SameSite=Lax; Max-Age=${OIDC_SECONDS}`;
}

/** Has the browser drop a cookie. */
export function dropped(name: string): string {
  return `${name}=; ${COMMON}; SameSite=Strict; Max-Age=0`;
}
