import type { Socket } from 'node:net';
import { STATUS_CODES, type ServerOptions } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { Log } from '../log.js';
import type { Limits } from './limits.js';
import { ProblemError } from '../problem/problem-error.js';
import { problemFor, sendProblem } from '../problem/problem.filter.js';
import { describeProblem } from '../problem/problem.js';
import { STATUS_OF, type ProblemCode } from '../problem/statuses.js';

/** How often a connection is looked at that does not finish what it began, at most; milliseconds. */
const LOOKED_AT_MS = 5_000;

/** How often idle connections are closed while the server closes; milliseconds. */
const SWEEP_MS = 50;

/** What the HTTP server itself puts up with: headers of 16 KB, and no longer than this for them and for all of a request. */
export function edgesOf({ headersMs, requestMs }: Pick<Limits, 'headersMs' | 'requestMs'>): {
  requestTimeout: number;
  http: ServerOptions;
} {
  const connectionsCheckingInterval = Math.min(LOOKED_AT_MS, headersMs);
  const http = {
    maxHeaderSize: 16_384,
    headersTimeout: headersMs,
    requestTimeout: requestMs,
    connectionsCheckingInterval,
  };
  return { requestTimeout: requestMs, http };
}

/**
 * Once the server closes, connections that are still open get 503 for whatever they ask next; what was taken in before
 * is answered as usual.
 */
export function refuseWhileClosing(server: FastifyInstance, log: Log): void {
  let closing = false;
  server.addHook('preClose', (done) => {
    closing = true;
    // What is answered from now on leaves its connection idle: nobody waits until the caller lets it go.
    if (server.server.listening) {
      const sweep = setInterval(() => server.server.closeIdleConnections(), SWEEP_MS).unref();
      server.server.once('close', () => clearInterval(sweep));
    }
    done();
  });
  server.addHook('onRequest', (request, reply, done) => {
    if (!closing) return done();
    reply.header('Connection', 'close');
    void sendProblem(problemFor(new ProblemError('closing'), request, log), reply);
  });
}

const BROKEN: Readonly<Record<string, ProblemCode>> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
};

/** Answers what is not even HTTP, or has headers beyond all measure, or never comes whole: there is no request yet, so the language is the default. */
export function answerBrokenRequest(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return;
  const code = BROKEN[error.code ?? ''] ?? 'request_malformed';
  const status = STATUS_OF[code];
  const body = JSON.stringify(describeProblem({ code, status, instance: '' }, 'vi'));
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nX-Content-Type-Options: nosniff\r\n` +
      `Content-Type: application/problem+json; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
