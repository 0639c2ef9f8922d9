import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isAway } from '#libs/dossier';
import type { Log } from '../log.js';
import { routeOf } from '../http/access-log.js';
import { languageFor } from '../messages/language.js';
import { answerableFor } from './answerable.js';
import { causeOf, showsCauses } from './debug.js';
import { describeProblem, type Problem } from './problem.js';
import { RETRY_AFTER_SECONDS } from './statuses.js';

/** The path that was asked for. Without the query: it may hold a name that someone searched for. */
export function instanceOf(request: Pick<FastifyRequest, 'url'>): string {
  return request.url.split('?', 1)[0]!;
}

/** Turns any error into problem details in the reader's language, and logs what nobody expected. */
export function problemFor(error: unknown, request: FastifyRequest, log: Log): Problem {
  const { parts, unexpected } = answerableFor(error, isAway);
  const instance = instanceOf(request);
  if (unexpected)
    log.error(
      'unexpected error',
      { errorId: parts.errorId!, method: request.method, path: routeOf(request) },
      error,
    );
  // A query that asks wrongly is a malformed request, whatever the same word would be in a body.
  const status = parts.status === 422 && request.method === 'GET' ? 400 : parts.status;
  const limit = request.routeOptions?.bodyLimit;
  const params = parts.code === 'body_too_large' && limit ? { ...parts.params, max: limit } : parts.params;
  const told = { ...parts, params, status, instance };
  const problem = describeProblem(told, languageFor(request.headers['accept-language']));
  return unexpected && showsCauses(request.server) ? { ...problem, debug: causeOf(error) } : problem;
}

/** Sends a problem. Used by the filter, and where Fastify answers before Nest is asked. */
export function sendProblem(problem: Problem, reply: FastifyReply): FastifyReply {
  const retryAfter = RETRY_AFTER_SECONDS[problem.status];
  if (retryAfter !== undefined && !reply.hasHeader('Retry-After')) reply.header('Retry-After', retryAfter);
  if (problem.status === 401 && !reply.hasHeader('WWW-Authenticate'))
    reply.header('WWW-Authenticate', 'Bearer');
  return reply
    .code(problem.status)
    .header('Content-Type', 'application/problem+json; charset=utf-8')
    .send(problem);
}

@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly log: Log) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const reply = http.getResponse<FastifyReply>();
    if (reply.sent) return;
    void sendProblem(problemFor(error, http.getRequest<FastifyRequest>(), this.log), reply);
  }
}
