/** How much is let through: so many at once, and so many a second after that. */
export interface Rate {
  burst: number;
  perSecond: number;
}

/** What became of one request. */
export interface Taken {
  allowed: boolean;
  /** the most at once */
  limit: number;
  /** how many more would be let through just now */
  remaining: number;
  /** seconds until all of it is there again; when refused, until the next one is let through */
  seconds: number;
}

/** Most callers of one generation that are remembered: some ten megabytes. */
const MOST_CALLERS = 100_000;

/**
 * Counts callers by the generic cell rate algorithm: one number for each, the moment up to which it has used what it may.
 * Callers that have been quiet long enough to have all of it again are forgotten, without a timer: there are two
 * generations, and the older is dropped when it can hold nobody who still owes. In a flood of callers the oldest are
 * forgotten sooner. Times are milliseconds of a clock that never runs backwards.
 */
export class Rates {
  private young = new Map<string, number>();
  private old = new Map<string, number>();
  private since = -Infinity;
  private readonly interval: number;
  private readonly window: number;

  constructor(private readonly rate: Rate) {
    this.interval = 1000 / rate.perSecond;
    this.window = this.interval * rate.burst;
  }

  /** Takes one for the caller, if there is one. A refused request costs nothing. */
  take(caller: string, now: number): Taken {
    if (now - this.since > this.window || this.young.size >= MOST_CALLERS) {
      this.old = this.young;
      this.young = new Map();
      this.since = now;
    }
    const used = this.young.get(caller) ?? this.old.get(caller) ?? now;
    const until = (used > now ? used : now) + this.interval;
    const allowed = until - now <= this.window + ROUNDING;
    if (allowed) this.young.set(caller, until);
    return describeTaken(this.rate, allowed, allowed ? until - now : until - now - this.interval);
  }
}

/** Sums of fractions of milliseconds are a little off. */
const ROUNDING = 1e-6;

/** The answer, from how far in the future the caller has used what it may, in milliseconds. */
export function describeTaken({ burst, perSecond }: Rate, allowed: boolean, debt: number): Taken {
  const interval = 1000 / perSecond;
  return {
    allowed,
    limit: burst,
    remaining: allowed ? Math.max(0, Math.floor(burst - debt / interval + ROUNDING)) : 0,
    seconds: Math.max(1, Math.ceil((allowed ? debt : debt - interval * (burst - 1)) / 1000 - ROUNDING)),
  };
}
