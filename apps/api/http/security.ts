import type { FastifyInstance } from 'fastify';
import type { Log } from '../log.js';
import { languageFor } from '../messages/language.js';
import { ProblemError } from '../problem/problem-error.js';
import { problemFor, sendProblem } from '../problem/problem.filter.js';

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i;

/** True for the names under which this machine knows itself. */
export function isLoopbackHost(host: string): boolean {
  return LOOPBACK.test(host) || host === '::1';
}

/** What every answer carries, whoever gives it. */
export const HEADERS: Readonly<Record<string, string>> = {
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
  // Answers may hold names and addresses: nothing between us and the reader keeps them.
  'Cache-Control': 'no-store',
  // Nothing of the API is a page. The documentation's own page loosens this for itself, to this host and no further.
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
};

/**
 * What every answer carries, and the one check before anything else: the Host must be a name of this machine. A page of
 * another site could otherwise have its own name resolve to 127.0.0.1 and speak to us as if it were ours. No CORS: other
 * origins get no permission.
 */
export function guardEverything(server: FastifyInstance, log: Log): void {
  server.addHook('onRequest', (request, reply, done) => {
    reply.headers(HEADERS);
    reply.header('Content-Language', languageFor(request.headers['accept-language']));
    reply.header('Vary', 'Accept-Language');
    if (isLoopbackHost(request.headers.host ?? '')) return done();
    void sendProblem(problemFor(new ProblemError('host_not_local', { field: 'Host' }), request, log), reply);
  });
}
