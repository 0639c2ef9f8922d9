import { setTimeout as pause } from 'node:timers/promises';
import { DomainError } from '#libs/kernel';

export type Guarded<T> = { ok: true; value: T } | { ok: false; poisoned: boolean; error: unknown };

/** Deadlock, serialization failure: nothing was written, and the same statement goes through when tried again. */
const TRY_AGAIN = new Set(['40P01', '40001']);

const MOST_TRIES = 10;

/** The server is away, starting, stopping or full. By SQLSTATE or the system's own code; {@link isAway} tells the one exception. */
const AWAY = new Set([
  'ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ENOENT', 'ETIMEDOUT',
  '57P01', '57P02', '57P03', '08000', '08001', '08003', '08004', '08006', '53300', '25006',
]); // prettier-ignore

/**
 * What becomes of a failed statement. A deadlock is tried again; a database that went away is waited for; anything else
 * is called poisoned, and the caller splits its batch. Trying again is safe even when the answer to a COMMIT was lost:
 * the command ids are claimed, so a second try finds them and tells the first answer.
 */
export class Failures {
  constructor(private readonly patienceMs: number) {}

  async guard<T>(work: () => Promise<T>): Promise<Guarded<T>> {
    const giveUpAt = performance.now() + this.patienceMs;
    for (let tries = 0; ; tries++) {
      try {
        return { ok: true, value: await work() };
      } catch (error) {
        const away = isAway(error);
        const again = TRY_AGAIN.has(codeOf(error)) && tries < MOST_TRIES;
        if (!away && !again) return { ok: false, poisoned: true, error };
        if (away && performance.now() > giveUpAt) {
          const unavailable = new DomainError('database_unavailable', { cause: error });
          return { ok: false, poisoned: false, error: unavailable };
        }
        await pause(Math.min(25 * 2 ** tries, 500));
      }
    }
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** True when the error says that the database cannot be reached just now. */
export function isAway(error: unknown): boolean {
  if (AWAY.has(codeOf(error))) return true;
  // The driver gives a cut connection no code, nor one that was not made in time: an Error of its own, without one.
  return (
    error instanceof Error &&
    error.constructor === Error &&
    !('code' in error) &&
    /connection|to connect|^timeout expired$/i.test(error.message)
  );
}
