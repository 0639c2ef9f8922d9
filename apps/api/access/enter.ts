import type { FastifyInstance, FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify';
import { actingAs, type Acting, type Principal } from '#libs/identity';
import { DomainError } from '#libs/kernel';
import { may } from '#libs/workflow';
import type { FullDeps } from '../deps.js';
import { ProblemError } from '../problem/problem-error.js';
import { problemFor, sendProblem } from '../problem/problem.filter.js';
import { isProblemCode } from '../problem/statuses.js';
import { credentialOf } from './credential.js';
import { lineOf, ROUTES, type RouteAccess } from './routes.js';

/** Chooses which of the caller's positions acts; needed only where there are several. */
export const POSITION_HEADER = 'X-Motcua-Position';

declare module 'fastify' {
  interface FastifyRequest {
    /** who is signed in; null where anyone may ask */
    principal: Principal | null;
    /** in which position they act; null where that does not matter */
    acting: Acting | null;
  }
}

/**
 * The one door: before the body of a request is read, it is settled who asks, in which position, and whether that one may
 * ask this at all. Must be called before the routes are made. The function that it returns says, when all routes are
 * made, whether each has its line in the table: it throws TypeError otherwise.
 */
export function guardRoutes(server: FastifyInstance, deps: FullDeps): () => void {
  const unused = new Set(Object.keys(ROUTES));
  const missing: string[] = [];
  server.decorateRequest('principal', null);
  server.decorateRequest('acting', null);
  server.addHook('onRoute', (route) => {
    const hooks = [route.method].flat().flatMap((method) => {
      const access = lineOf(method, route.url);
      unused.delete(`${method} ${route.url}`);
      if (!access) missing.push(`${method} ${route.url}`);
      return access ? (hookFor(access, deps) ?? []) : [];
    });
    if (hooks.length > 0) route.onRequest = [...hooks, ...[route.onRequest ?? []].flat()];
  });
  return () => {
    const faults = [
      ...missing.map((route) => `no line for ${route}`),
      ...[...unused].map((line) => `no route for ${line}`),
    ];
    if (faults.length > 0) throw new TypeError(`access/routes.ts: ${faults.join('; ')}`);
  };
}

function hookFor(access: RouteAccess, deps: FullDeps): onRequestHookHandler | undefined {
  if (access.may === 'public') return undefined;
  return (request, reply, done) => {
    const enter = (principal: Principal | null): void => {
      try {
        admit(request, reply, principal, access, deps);
        done();
      } catch (error) {
        fail(error);
      }
    };
    const fail = (error: unknown): void =>
      void sendProblem(problemFor(inHeader(error), request, deps.log), reply);
    const credential = credentialOf(request);
    if (!credential) return fail(new ProblemError('not_signed_in'));
    const found = deps.authenticate(credential);
    if (found instanceof Promise) found.then(enter, fail);
    else enter(found);
  };
}

/** Throws what stands against it; otherwise the request knows who asks. */
function admit(
  request: FastifyRequest,
  reply: FastifyReply,
  principal: Principal | null,
  access: RouteAccess,
  { reference, clock }: FullDeps,
): void {
  if (principal === null) {
    // One word for expired, ended, forged and unknown: which of them it is helps only who guesses.
    reply.header('WWW-Authenticate', 'Bearer error="invalid_token"');
    throw new ProblemError('session_ended');
  }
  request.principal = principal;
  if (access.may === 'public') return;
  if (access.may === 'signedIn') {
    if (principal.mustChange && !access.withFirstPassword) throw new ProblemError('password_change_required');
    return;
  }
  const named = request.headers['x-motcua-position'];
  const position = Array.isArray(named) ? named[0] : named;
  const acting = actingAs(principal, position, reference().units, clock.now());
  if (!may(acting.officer.position, access.may)) {
    throw new ProblemError('not_your_role', { params: { position: acting.officer.position } });
  }
  request.acting = acting;
}

/** What identity calls the position travels in a header here; whatever stands against it is a matter of who asks. */
function inHeader(error: unknown): unknown {
  if (!(error instanceof DomainError) || error.detail.field !== 'position') return error;
  const { code, detail } = error;
  if (!isProblemCode(code)) return error;
  return new ProblemError(code, {
    field: POSITION_HEADER,
    status: 403,
    ...(detail.params && { params: detail.params }),
  });
}
