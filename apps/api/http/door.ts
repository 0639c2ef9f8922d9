import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { FullDeps } from '../deps.js';
import { languageFor, type Language } from '../messages/language.js';
import { describeProblem, type Problem } from '../problem/problem.js';
import { instanceOf } from '../problem/problem.filter.js';
import { RETRY_AFTER_SECONDS, STATUS_OF } from '../problem/statuses.js';
import { headersFor, isOurHost } from './security.js';

/**
 * Most commands waiting or under way while another is let in: two batches that are being written and two that wait for
 * them. More waiting makes nothing faster, it only makes everybody wait longer. See docs/concepts/overload.md.
 */
export const ROOM = 512;

const STATUS = STATUS_OF.queue_full;

/**
 * Turns commands away at the door while there is no room: before the body is read, before any check, and with an answer
 * that costs next to nothing, so that the processor is left to those that were let in. It stands before Fastify, of which
 * even the first hook costs half as much again. Who only reads is let in. Whoever calls us by another name is not ours to
 * answer here: the check of the Host comes before all else.
 */
export function refuseWhenFull(
  server: Server,
  { engine, metrics, config }: Pick<FullDeps, 'engine' | 'metrics' | 'config'>,
): void {
  const isOurs = isOurHost(config);
  const headers = Object.entries({ ...headersFor(config), ...ANSWER }).flat();
  const within = server.listeners('request') as RequestListener[];
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    if (engine.depth >= ROOM && request.method === 'POST' && isOurs(request.headers.host ?? '')) {
      metrics.turnedAway();
      turnAway(request, response, headers);
    } else for (const handle of within) handle(request, response);
  });
}

function turnAway(request: IncomingMessage, response: ServerResponse, fixed: readonly string[]): void {
  const language = languageFor(request.headers['accept-language']);
  const body = JSON.stringify({ ...REFUSAL[language], instance: instanceOf({ url: request.url ?? '' }) });
  const own = ['Content-Language', language, 'Content-Length', String(Buffer.byteLength(body))];
  response.writeHead(STATUS, [...fixed, ...own]).end(body);
}

const refusal = (language: Language): Problem =>
  describeProblem({ code: 'queue_full', status: STATUS, instance: '' }, language);
const REFUSAL: Readonly<Record<Language, Problem>> = {
  vi: refusal('vi'),
  en: refusal('en'),
  km: refusal('km'),
};
const ANSWER = {
  Vary: 'Accept-Language',
  'Retry-After': String(RETRY_AFTER_SECONDS[STATUS]),
  'Content-Type': 'application/problem+json; charset=utf-8',
};
