import type { Config, Keys } from '#libs/config';
import type { Follower, Pool, Reads } from '#libs/database';
import { createQueries, type DossierCommands, type Reference, type ScopedQueries } from '#libs/dossier';
import type { Credential, Identity, Principal } from '#libs/identity';
import type { Clock } from '#libs/kernel';
import { DEFAULT_LIMITS, type Limits } from './http/limits.js';
import { logTo, type Log } from './log.js';
import { createMetrics, type ApiMetrics } from './operations/metrics.js';

/** What takes commands: the engine, with what the metrics and a graceful end ask of it. */
export interface CommandEngine extends DossierCommands {
  /** commands waiting or under way */
  readonly depth: number;
  /** resolves when all that was taken in is answered */
  drained(): Promise<void>;
}

/** What the API is built on. The caller owns all of it and closes it after the API. */
export interface ApiDeps {
  engine: CommandEngine;
  pool: Pool;
  /** what people read, each within their scope */
  reads: Reads;
  clock: Clock;
  config: Pick<Config, 'host'> & Partial<Config>;
  /** units, procedures and calendar as they are just now; asked anew for every request */
  reference: () => Reference;
  /** accounts, sessions and positions */
  identity: Identity;
  /** what is kept outside the database: the receipt key, and the public half of the one that seals the log */
  keys: Pick<Keys, 'receipt'> & { seal?: Pick<Keys['seal'], 'publicKey'> };
  /** default: identity's. Who measures what sign-in costs hands in one that looks nothing up. */
  authenticate?: (credential: Credential) => Principal | null | Promise<Principal | null>;
  /** followers that run in this process: a report waits a moment for them, so that it holds what came before it */
  followers?: readonly Follower[];
  /** default: queries on `reads` */
  queries?: ScopedQueries;
  /** default: its own. Hand in one to let the engine report its batches to it. */
  metrics?: ApiMetrics;
  /** how much one caller may ask; what is not said is as in DEFAULT_LIMITS */
  limits?: Partial<Limits>;
  /** default: standard error */
  log?: Log;
}

export type FullDeps = Required<Omit<ApiDeps, 'limits'>> & { limits: Limits };

/** The token under which controllers are given {@link FullDeps}. */
export const DEPS = Symbol('the dependencies of the API');

/** Fills in what the caller left to us. */
export function withDefaults(deps: ApiDeps): FullDeps {
  const { reads, clock, reference, identity } = deps;
  return {
    ...deps,
    authenticate: deps.authenticate ?? ((credential) => identity.authenticate(credential)),
    followers: deps.followers ?? [],
    metrics: deps.metrics ?? createMetrics(),
    log: deps.log ?? logTo(),
    limits: { ...DEFAULT_LIMITS, ...deps.limits },
    queries:
      deps.queries ??
      createQueries({
        reads,
        clock,
        units: () => reference().units,
        catalogue: () => reference().catalogue,
        calendar: () => reference().calendar,
      }),
  };
}
