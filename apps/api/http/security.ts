import type { FastifyInstance } from 'fastify';
import type { Config } from '#libs/config';
import type { Log } from '../log.js';
import { languageFor } from '../messages/language.js';
import { ProblemError } from '../problem/problem-error.js';
import { problemFor, sendProblem } from '../problem/problem.filter.js';

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i;

/** True for the names under which this machine knows itself. */
export function isLoopbackHost(host: string): boolean {
  return LOOPBACK.test(host) || host === '::1';
}

/** As much of the configuration as says who we are to the outside. */
export type Names = Partial<Pick<Config, 'publicUrl'>>;

/** Whether a Host header names us: by the public name, or by a name of this machine. */
export function isOurHost({ publicUrl }: Names): (host: string) => boolean {
  if (publicUrl === undefined) return isLoopbackHost;
  const { host: ours, protocol } = new URL(publicUrl);
  const withPort = ours.includes(':') ? ours : `${ours}:${protocol === 'https:' ? 443 : 80}`;
  return (host) => {
    const asked = host.toLowerCase();
    return asked === ours || asked === withPort || isLoopbackHost(host);
  };
}

/** What every answer carries, whoever gives it. */
const HEADERS: Readonly<Record<string, string>> = {
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()',
  // Answers may hold names and addresses: nothing between us and the reader keeps them.
  'Cache-Control': 'no-store',
  // Nothing of the API is a page. The documentation's own page loosens this for itself, to this host and no further.
  'Content-Security-Policy':
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
};

/** {@link HEADERS}, and for a public name under https the word that it is never to be asked for without. */
export function headersFor({ publicUrl }: Names): Readonly<Record<string, string>> {
  if (!publicUrl?.startsWith('https:')) return HEADERS;
  return { ...HEADERS, 'Strict-Transport-Security': 'max-age=31536000; includeSubDomains' };
}

/**
 * What every answer carries, and the one check before anything else: the Host must be a name of ours. A page of another
 * site could otherwise have its own name resolve to our address and speak to us as if it were ours.
 */
export function guardEverything(server: FastifyInstance, names: Names, log: Log): void {
  const headers = headersFor(names);
  const isOurs = isOurHost(names);
  server.addHook('onRequest', (request, reply, done) => {
    reply.headers(headers);
    reply.header('Content-Language', languageFor(request.headers['accept-language']));
    reply.header('Vary', 'Accept-Language');
    if (isOurs(request.headers.host ?? '')) return done();
    void sendProblem(problemFor(new ProblemError('host_not_local', { field: 'Host' }), request, log), reply);
  });
}
