import type { FastifyInstance, FastifyRequest, onRequestHookHandler } from 'fastify';
import type { Log } from '../log.js';
import { ProblemError } from '../problem/problem-error.js';
import { problemFor, sendProblem } from '../problem/problem.filter.js';
import { onRoutes } from './route-hooks.js';
import { isLoopbackHost, type Names } from './security.js';

/** The cookie that holds a session. */
export const SESSION_COOKIE = '__Host-motcua';

const HAS_SESSION = /(?:^|;)\s*__Host-motcua=/;
const HAS_BEARER = /^bearer /i;
const JSON_TYPE = /^application\/json\s*(?:;|$)/i;
const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);
/** Where one signs in: a foreign page could otherwise sign its victim in to an account of its own, and read along. */
const SIGN_IN: ReadonlySet<string> = new Set(['POST /api/v1/session']);

/**
 * Refuses what a page of another site could have a browser send in the name of whoever is signed in here (403
 * `foreign_origin`): a request that changes something and is known by its cookie must come from a page of ours, and be
 * JSON, which no form can send. The cookie is SameSite=Strict as well; this holds where that is not kept. Who brings a
 * bearer token is not asked: no page elsewhere has it. Must be called before the routes are made.
 */
export function refuseForeign(server: FastifyInstance, names: Names, log: Log): void {
  const isOurs = ownOrigin(names);
  const check =
    (signsIn: boolean): onRequestHookHandler =>
    (request, reply, done) => {
      const field = foreign(request, isOurs, signsIn);
      if (field === undefined) return done();
      void sendProblem(problemFor(new ProblemError('foreign_origin', { field }), request, log), reply);
    };
  const [known, signingIn] = [check(false), check(true)];
  server.addHook('onRequest', function (request, reply, done) {
    const { headers, method } = request;
    const { cookie } = headers;
    if (cookie === undefined || SAFE.has(method) || !HAS_SESSION.test(cookie)) return done();
    if (HAS_BEARER.test(headers.authorization ?? '')) return done();
    return known.call(this, request, reply, done);
  });
  onRoutes(server, (route) => (SIGN_IN.has(route) ? signingIn : undefined));
}

/** The header that says it comes from elsewhere; nothing when it is ours. */
function foreign(
  { headers }: FastifyRequest,
  isOurs: (origin: string, host: string) => boolean,
  signsIn: boolean,
): string | undefined {
  const site = headers['sec-fetch-site'];
  const { origin } = headers;
  if (site !== undefined) {
    if (site !== 'same-origin' && site !== 'none') return 'Sec-Fetch-Site';
  } else if (origin !== undefined) {
    if (!isOurs(origin, headers.host ?? '')) return 'Origin';
    // Signing in needs no cookie, so scripts do it too; every browser says one of the two.
  } else if (!signsIn) return 'Origin';
  const type = headers['content-type'];
  const isEmpty = headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) === 0;
  if (type === undefined ? isEmpty : JSON_TYPE.test(type)) return undefined;
  return 'Content-Type';
}

/** Ours is the public name, and whatever name of this machine was asked under. */
function ownOrigin(names: Names): (origin: string, host: string) => boolean {
  return (origin, host) =>
    origin === names.publicUrl || (isLoopbackHost(host) && origin === `http://${host.toLowerCase()}`);
}
