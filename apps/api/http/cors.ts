import type { FastifyInstance } from 'fastify';

const METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE';
const ASKED = 'Authorization, Content-Type, Idempotency-Key, If-Match, X-Motcua-Position';
const SHOWN =
  'ETag, Idempotent-Replayed, Location, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, Retry-After';
const REMEMBERED_SECONDS = '600';

/**
 * Lets pages of the origins named read what they ask of us, each by its own name, and nobody else: without one there is
 * nothing here at all. They ask with a bearer token: cookies are never allowed to come along, so no origin can act for
 * whoever is signed in here.
 */
export function allowOrigins(server: FastifyInstance, origins: readonly string[]): void {
  if (origins.length === 0) return;
  const allowed = new Set(origins);
  server.addHook('onRequest', (request, reply, done) => {
    // Also for who is not allowed: an answer that some cache keeps is not for all.
    reply.header('Vary', 'Accept-Language, Origin');
    const { origin } = request.headers;
    if (origin === undefined || !allowed.has(origin)) return done();
    reply.header('Access-Control-Allow-Origin', origin);
    if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined) {
      reply.header('Access-Control-Expose-Headers', SHOWN);
      return done();
    }
    reply.header('Access-Control-Allow-Methods', METHODS);
    reply.header('Access-Control-Allow-Headers', ASKED);
    reply.header('Access-Control-Max-Age', REMEMBERED_SECONDS);
    void reply.code(204).send();
  });
}
