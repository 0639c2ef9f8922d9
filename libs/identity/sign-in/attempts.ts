import type { Pool } from '#libs/database';
import { type Clock, DomainError, toMillis } from '#libs/kernel';
import { countAttempt, forgetAttempt, lockedUntil } from '../persistence/attempts.js';
import type { Bucket } from './device.js';

/** Wrong passwords in a row that cost nothing. */
export const FREE_ATTEMPTS = 5;
/** Seconds after the fifth; each further one doubles it. */
export const FIRST_WAIT = 30;
export const LONGEST_WAIT = 3_600;

/**
 * Counts attempts. An attempt is counted before the password is looked at and taken back when it was right: however many come
 * at once, none is uncounted. Throws DomainError `sign_in_locked` with params.retryAfter in seconds.
 */
export class Attempts {
  constructor(
    private readonly pool: Pool,
    private readonly clock: Clock,
  ) {}

  /** Runs an attempt; `work` gives null when the password was wrong. */
  async run<T>(bucket: Bucket, work: () => Promise<T | null>): Promise<T | null> {
    const now = this.clock.now();
    const limits = { free: FREE_ATTEMPTS, first: FIRST_WAIT, longest: LONGEST_WAIT };
    if (!(await countAttempt(this.pool, bucket.key, now, limits))) {
      const until = await lockedUntil(this.pool, bucket.key);
      const wait = until === null ? 1 : Math.ceil((toMillis(until) - toMillis(now)) / 1000);
      throw new DomainError('sign_in_locked', { params: { retryAfter: Math.max(1, wait) } });
    }
    let done: T | null;
    try {
      done = await work();
    } catch (error) {
      // Nothing was learnt of the password.
      await forgetAttempt(this.pool, bucket.key, 'this');
      throw error;
    }
    // A stranger's success says nothing of the others behind the same address; the device is one person's own.
    if (done !== null) await forgetAttempt(this.pool, bucket.key, bucket.known ? 'all' : 'this');
    return done;
  }
}
