import type { Socket } from 'node:net';
import { STATUS_CODES } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { Log } from '../log.js';
import { ProblemError } from '../problem/problem-error.js';
import { problemFor, sendProblem } from '../problem/problem.filter.js';
import { describeProblem } from '../problem/problem.js';
import { STATUS_OF } from '../problem/statuses.js';

/**
 * Once the server closes, connections that are still open get 503 for whatever they ask next; what was taken in before
 * is answered as usual.
 */
export function refuseWhileClosing(server: FastifyInstance, log: Log): void {
  let closing = false;
  server.addHook('preClose', (done) => {
    closing = true;
    done();
  });
  server.addHook('onRequest', (request, reply, done) => {
    if (!closing) return done();
    reply.header('Connection', 'close');
    void sendProblem(problemFor(new ProblemError('closing'), request, log), reply);
  });
}

/** Answers what is not even HTTP, or has headers beyond all measure: there is no request yet, so the language is the default. */
export function answerBrokenRequest(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return;
  const code = error.code === 'HPE_HEADER_OVERFLOW' ? 'headers_too_large' : 'request_malformed';
  const status = STATUS_OF[code];
  const body = JSON.stringify(describeProblem({ code, status, instance: '' }, 'vi'));
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nX-Content-Type-Options: nosniff\r\n` +
      `Content-Type: application/problem+json; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
