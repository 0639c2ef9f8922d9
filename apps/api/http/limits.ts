import { isIPv4, isIPv6 } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Log } from '../log.js';
import { ProblemError } from '../problem/problem-error.js';
import { problemFor, sendProblem } from '../problem/problem.filter.js';
import { onRoutes } from './route-hooks.js';
import { SharedRates } from './rate-shared.js';
import { Rates, type Rate, type Taken } from './rate.js';

/** What one caller may ask in a time. See docs/concepts/limits.md for why these. */
export interface Limits {
  /** from one address, over all that it asks */
  address: Rate;
  /** with one session or token */
  account: Rate;
  /** attempts to sign in from one address */
  signIn: Rate;
  /** public look-ups from one address */
  lookup: Rate;
  /** who asks, by session or token: callers of one key share one limit. Undefined: nobody in particular */
  accountOf(request: FastifyRequest): string | undefined;
  /** milliseconds of a clock that never runs backwards */
  now(): number;
  /** milliseconds in which the headers of a request must have come, and all of it */
  headersMs: number;
  requestMs: number;
}

/** Addresses that are asked by guessing, and counted more strictly. */
const STRICT: Readonly<Record<string, 'signIn' | 'lookup'>> = {
  'POST /api/v1/session': 'signIn',
  'POST /api/v1/session/password': 'signIn',
  'GET /api/v1/session/oidc': 'signIn',
  'GET /api/v1/session/oidc/callback': 'signIn',
  'POST /api/v1/token': 'signIn',
  'POST /api/v1/lookup': 'lookup',
};

export const DEFAULT_LIMITS: Limits = {
  address: { burst: 2_000, perSecond: 200 },
  account: { burst: 500, perSecond: 50 },
  signIn: { burst: 30, perSecond: 0.5 },
  lookup: { burst: 20, perSecond: 1 / 3 },
  accountOf: credentialOf,
  now: () => performance.now(),
  headersMs: 15_000,
  requestMs: 60_000,
};

/** Limits that nothing reaches, for whoever measures or tests something else: counted all the same. */
export const NO_LIMITS: Pick<Limits, 'address' | 'account' | 'signIn' | 'lookup'> = {
  address: { burst: 1e9, perSecond: 1e6 },
  account: { burst: 1e9, perSecond: 1e6 },
  signIn: { burst: 1e9, perSecond: 1e6 },
  lookup: { burst: 1e9, perSecond: 1e6 },
};

const TAIL = 43;

/**
 * The end of the bearer token or session that a request brings: its random part, or a signature over all the rest, so
 * that nobody meets another's limit by chance or on purpose. It is kept in memory only.
 */
export function credentialOf({ headers }: FastifyRequest): string | undefined {
  const { authorization, cookie } = headers;
  // Without padding and the last letter, of which several read the same: one token is one, however it is written.
  if (authorization !== undefined) return authorization.replace(/=+$/, '').slice(-TAIL, -1);
  return cookie === undefined ? undefined : /(?:^|;)\s*__Host-motcua=([^;]+)/.exec(cookie)?.[1]?.slice(-TAIL);
}

/** The address that a limit is for: of IPv6 the half that a household or an office is given as a whole. */
export function networkOf(address: string): string {
  if (isIPv4(address)) return address;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  const plain = address.split('%', 1)[0]!;
  if (!isIPv6(plain)) return address;
  const [head = '', tail] = plain.toLowerCase().split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : 8 - left.length - right.length;
  const groups = [...left, ...Array<string>(Math.max(0, zeros)).fill('0'), ...right];
  return `${groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`;
}

/**
 * Tells who asks too often to wait (429 `rate_limited`, Retry-After), and everybody how much is left: RateLimit-Limit,
 * -Remaining and -Reset, of the limit that is nearest. Strict ones are counted in Redis for all processes where there is
 * one; when it does not answer, and for all else, each process counts for itself. Must be called before the routes are made.
 */
export function limitRequests(
  server: FastifyInstance,
  limits: Limits,
  redisUrl: string | undefined,
  log: Log,
): void {
  const addresses = new Rates(limits.address);
  const accounts = new Rates(limits.account);
  const strict = { signIn: new Rates(limits.signIn), lookup: new Rates(limits.lookup) };
  const shared = redisUrl === undefined ? undefined : sharedRates(server, redisUrl, log);

  const refuse = (taken: Taken, request: FastifyRequest, reply: FastifyReply): void => {
    reply.header('Retry-After', taken.seconds);
    const problem = new ProblemError('rate_limited', { params: { seconds: taken.seconds } });
    void sendProblem(problemFor(problem, request, log), reply);
  };

  server.addHook('onRequest', (request, reply, done) => {
    const now = limits.now();
    let nearest = addresses.take(networkOf(request.ip), now);
    const account = nearest.allowed ? limits.accountOf(request) : undefined;
    if (account !== undefined) nearest = nearer(nearest, accounts.take(account, now));
    tell(reply, nearest);
    if (nearest.allowed) done();
    else refuse(nearest, request, reply);
  });
  onRoutes(server, (route) => {
    const group = STRICT[route];
    if (group === undefined) return undefined;
    return (request, reply, done) => {
      const address = networkOf(request.ip);
      const decide = (taken: Taken): void => {
        tell(reply, taken);
        if (taken.allowed) done();
        else refuse(taken, request, reply);
      };
      const alone = (): void => decide(strict[group].take(address, limits.now()));
      if (shared) shared.take(group, address, limits[group]).then(decide, alone);
      else alone();
    };
  });
}

function nearer(a: Taken, b: Taken): Taken {
  if (a.allowed !== b.allowed) return a.allowed ? b : a;
  return b.remaining < a.remaining ? b : a;
}

function tell(reply: FastifyReply, { limit, remaining, seconds }: Taken): void {
  reply.header('RateLimit-Limit', limit);
  reply.header('RateLimit-Remaining', remaining);
  reply.header('RateLimit-Reset', seconds);
}

function sharedRates(server: FastifyInstance, url: string, log: Log): SharedRates {
  let isAway = false;
  const shared = new SharedRates(url, (error) => {
    if (!isAway) log.error('Redis does not answer: limits are counted by this process alone', {}, error);
    isAway = true;
  });
  shared.onReady(() => (isAway = false));
  server.addHook('onClose', (_server, done) => {
    shared.close();
    done();
  });
  return shared;
}
