import type { FastifyInstance } from 'fastify';
import type { Log } from '../log.js';
import { instanceOf } from '../problem/problem.filter.js';

/** One line for each answer, for whoever looks for a fault (LOG_LEVEL=debug). Paths without queries: those may hold names. */
export function logAnswers(server: FastifyInstance, log: Log): void {
  server.addHook('onResponse', (request, reply, done) => {
    log.debug?.('answered', {
      method: request.method,
      path: instanceOf(request),
      status: reply.statusCode,
      milliseconds: Math.round(reply.elapsedTime * 10) / 10,
    });
    done();
  });
}
