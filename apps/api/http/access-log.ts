import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Log } from '../log.js';
import { isDossierCode } from './dossier-code.js';

/**
 * Where a request went, as a log may hold it: the address of the route, with the dossier's code where there is one.
 * Nothing else of what the caller wrote: a name may stand in a query, and in a path that leads nowhere.
 */
export function routeOf(request: FastifyRequest): string {
  const route = request.routeOptions?.url;
  if (route === undefined || request.is404) return '(no such address)';
  const { code } = (request.params ?? {}) as { code?: unknown };
  return typeof code === 'string' && isDossierCode(code) ? route.replace(':code', code) : route;
}

/** One line for each answer, for whoever looks for a fault (LOG_LEVEL=debug). */
export function logAnswers(server: FastifyInstance, log: Log): void {
  server.addHook('onResponse', (request, reply, done) => {
    log.debug?.('answered', {
      method: request.method,
      path: routeOf(request),
      status: reply.statusCode,
      milliseconds: Math.round(reply.elapsedTime * 10) / 10,
    });
    done();
  });
}
