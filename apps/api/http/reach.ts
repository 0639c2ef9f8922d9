import type { FastifyInstance } from 'fastify';
import type { Log } from '../log.js';
import { BODY_LIMIT } from '../problem/answerable.js';
import { ProblemError } from '../problem/problem-error.js';
import { problemFor, sendProblem } from '../problem/problem.filter.js';

/** Bytes of a body, by route: a list of commands may be long, a sign-in or a look-up is a line. */
const LIST_LIMIT = 10 * 1_048_576;
const LINE_LIMIT = 65_536;
const LIMIT_OF: Readonly<Record<string, number>> = {
  '/api/v1/commands': LIST_LIMIT,
  '/api/v1/lookup': LINE_LIMIT,
  '/api/v1/dossiers/search': LINE_LIMIT,
};
const LINES = /^\/api\/v1\/(?:session|token|accounts|positions|delegations)(?:\/|$)/;

function bodyLimitOf(url: string): number {
  return LIMIT_OF[url] ?? (LINES.test(url) ? LINE_LIMIT : BODY_LIMIT);
}

/**
 * What may be asked where: each route gets its body limit; a method that an address does not know is told which it does
 * (405, Allow); a packed body is refused (415), since nothing here unpacks one. Must stand before the routes are made.
 */
export function keepWithinReach(server: FastifyInstance, log: Log): void {
  const routes: { methods: string[]; form: RegExp }[] = [];
  server.addHook('onRoute', (route) => {
    route.bodyLimit ??= bodyLimitOf(route.url);
    routes.push({ methods: [route.method].flat(), form: formOf(route.url) });
  });
  server.addHook('onRequest', (request, reply, done) => {
    const encoding = request.headers['content-encoding'];
    if (encoding !== undefined && encoding !== 'identity') {
      reply.header('Accept-Encoding', 'identity');
      const refused = new ProblemError('encoding_not_supported', { field: 'Content-Encoding' });
      return void sendProblem(problemFor(refused, request, log), reply);
    }
    if (!request.is404) return done();
    const path = request.url.split('?', 1)[0]!;
    const known = new Set(routes.filter(({ form }) => form.test(path)).flatMap(({ methods }) => methods));
    if (known.size === 0 || known.has(request.method)) return done();
    const allowed = [...known].sort().join(', ');
    reply.header('Allow', allowed);
    const refused = new ProblemError('method_not_allowed', { params: { allowed } });
    void sendProblem(problemFor(refused, request, log), reply);
  });
}

/** `/dossiers/:code/history` as a regular expression. */
function formOf(url: string): RegExp {
  const parts = url.split('/').map((part) => {
    if (part.startsWith(':')) return '[^/]+';
    return part === '*' ? '.*' : part.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${parts.join('/')}$`);
}
