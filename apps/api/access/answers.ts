import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Origin, SignedIn } from '#libs/identity';
import { DomainError } from '#libs/kernel';
import { cookieOf } from './credential.js';
import { DEVICE_COOKIE, deviceCookie, sessionCookie } from './cookies.js';

/** Where somebody signs in from. */
export function originOf(request: FastifyRequest): Origin {
  return { address: request.ip, device: cookieOf(request.headers.cookie, DEVICE_COOKIE) };
}

/** Gives the browser what a fresh session is known by. */
export function setSession({ token, device }: Pick<SignedIn, 'token' | 'device'>, reply: FastifyReply): void {
  void reply.header('Set-Cookie', [sessionCookie(token), deviceCookie(device)]);
}

/**
 * What was asked of identity, with its errors in the words of the request: fields as the body names them, and how long to
 * wait in a header.
 */
export async function asAsked<T>(
  work: Promise<T>,
  reply: FastifyReply,
  fields: Readonly<Record<string, string>> = {},
): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const { field, params } = error.detail;
    if (typeof params?.retryAfter === 'number') void reply.header('Retry-After', params.retryAfter);
    const named = field === undefined ? undefined : fields[field];
    if (named === undefined) throw error;
    throw new DomainError(error.code, { ...error.detail, field: named });
  }
}
