import { describeCause } from '#libs/kernel';
import { type Pool, type PoolClient, transaction } from '../connect.js';
import { lagOf } from './lag.js';
import {
  type LogEvent,
  endOfLog,
  enrol,
  hasReached,
  hasWork,
  type LogRange,
  type Position,
  lockPlace,
  movePlace,
  readBatch,
  readEnd,
} from './position.js';
import { Sleep } from './sleep.js';

interface CommonOptions {
  pool: Pool;
  /** names its place in the log; two with one name share the work, one at a time */
  name: string;
  /** how many events at most are handled in one transaction */
  batch?: number;
  /** ends it, like `stop()` */
  signal?: AbortSignal;
  /** default: standard error */
  log?: (line: string) => void;
  /** longest pause between two looks at a quiet log, in milliseconds */
  idleMs?: number;
  /** pause after a batch that was not full, to gather more for the next one, in milliseconds; a nudge ends it. None unless told */
  restMs?: number;
}

export interface FollowOptions extends CommonOptions {
  /**
   * Does what follows from the events, in the order of the log. What it writes with `client` is committed together with
   * the follower's place, so it happens exactly once. What it does elsewhere can happen again after a crash and must be
   * idempotent there. When it rejects, the same events come again, later and later, until it resolves.
   */
  handle: (client: PoolClient, events: LogEvent[]) => Promise<void>;
}

export interface RangeOptions extends CommonOptions {
  /** how far `batch` may grow while the follower is behind; 100,000 unless told */
  most?: number;
  /**
   * Like `handle` of {@link follow}, under the same promises, but told only which stretch of the log it is: what reads the events
   * is its own SQL, and they never leave the server.
   */
  handle: (client: PoolClient, range: LogRange) => Promise<void>;
}

/** A running follower of the log. */
export interface Follower {
  /** Resolves when everything that was committed when it was called has been handled, here or in another process. Rejects when the follower stops before. */
  caughtUp(): Promise<void>;
  /** Committed events that are not handled yet (counted up to 100,000). */
  lag(): Promise<number>;
  /** Says that there is something new: it looks at once. Never needed, only quicker. */
  nudge(): void;
  /** Ends after the batch at work. Never rejects. */
  stop(): Promise<void>;
}

const QUICK_MS = 10;
const SLOWEST_RETRY_MS = 10_000;

/**
 * Follows the event log: calls `handle` with every event once, in the order of the log, from the very first. The place
 * moves in the transaction of `handle`, and no event is passed over, whatever commits late. See docs/concepts/log.md.
 */
export function follow(options: FollowOptions): Follower {
  const batch = options.batch ?? 500;
  return start(options, { least: batch, most: batch }, async (client, from, limit) => {
    const events = await readBatch(client, from, limit);
    const last = events.at(-1);
    if (!last) return undefined;
    await options.handle(client, events);
    return { upTo: last, events: events.length };
  });
}

/** Follows the log by stretches, which grow while it is behind: for what PostgreSQL can do by itself. See {@link follow}. */
export function followRanges(options: RangeOptions): Follower {
  const least = options.batch ?? 5_000;
  const batch = { least, most: Math.max(least, options.most ?? 100_000) };
  return start(options, batch, async (client, after, limit) => {
    const end = await readEnd(client, after, limit);
    if (end) await options.handle(client, { after, upTo: end.upTo });
    return end;
  });
}

/** Handles at most `limit` events after `from`: how many, and up to where; undefined when there are none. */
type Take = (
  client: PoolClient,
  from: Position,
  limit: number,
) => Promise<{ upTo: Position; events: number } | undefined>;

function start(options: CommonOptions, batch: { least: number; most: number }, take: Take): Follower {
  const { pool, name } = options;
  const idleMs = options.idleMs ?? 250;
  const log = options.log ?? ((line: string) => process.stderr.write(`${line}\n`));
  const ending = new AbortController();
  const end = () => ending.abort();
  if (options.signal?.aborted) end();
  options.signal?.addEventListener('abort', end, { once: true });
  const sleep = new Sleep(ending.signal);

  let limit = batch.least;

  /** Handles one batch: how many events, or undefined when somebody else is at it. */
  const once = (): Promise<number | undefined> =>
    transaction(pool, async (client) => {
      const from = await lockPlace(client, name);
      if (!from) return undefined;
      const taken = await take(client, from, limit);
      if (!taken) return 0;
      await movePlace(client, name, taken.upTo);
      return taken.events;
    });

  const run = async () => {
    let enrolled = false;
    let quiet = QUICK_MS;
    let failures = 0;
    let full = false;
    while (!ending.signal.aborted) {
      try {
        if (!enrolled) await enrol(pool, name);
        enrolled = true;
        const handled: number | undefined = full || (await hasWork(pool, name)) ? await once() : 0;
        if (failures > 0) log(`follower ${name}: works again`);
        failures = 0;
        full = handled === limit;
        limit = full ? Math.min(limit * 2, batch.most) : batch.least;
        if (handled && !full && options.restMs) await sleep.for(options.restMs);
        if (handled) quiet = QUICK_MS;
        else quiet = (await sleep.for(quiet)) ? QUICK_MS : Math.min(quiet * 2, idleMs);
      } catch (error) {
        if (pool.ending) return end(); // the process is closing down, and forgot us
        full = false;
        limit = batch.least;
        const wait = Math.min(100 * 2 ** failures++, SLOWEST_RETRY_MS);
        log(`follower ${name}: ${describeCause(error)}; trying again in ${wait} ms`);
        await sleep.for(wait, { nudgeable: false });
      }
    }
  };
  const ended = run().finally(() => options.signal?.removeEventListener('abort', end));

  const patiently = async <T>(ask: () => Promise<T>): Promise<T> => {
    for (let wait = 50; ; wait = Math.min(wait * 2, 1000)) {
      ending.signal.throwIfAborted();
      try {
        return await ask();
      } catch {
        await sleep.plain(wait); // the database is away: the follower says so itself
      }
    }
  };

  return {
    async caughtUp() {
      const target = await patiently(() => endOfLog(pool));
      if (!target) return;
      for (let wait = 2; ; wait = Math.min(wait * 2, 50)) {
        if (await patiently(() => hasReached(pool, name, target))) return;
        sleep.nudge();
        await sleep.plain(wait);
      }
    },
    lag: async () => (await lagOf(pool, name))?.events ?? 0,
    nudge: () => sleep.nudge(),
    async stop() {
      end();
      await ended;
    },
  };
}
