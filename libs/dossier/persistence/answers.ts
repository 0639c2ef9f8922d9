import type { Pool } from 'pg';
import { fromMillis, toMillis, type Instant } from '#libs/kernel';

/** How long an Idempotency-Key is remembered. */
export const KEEP_DAYS = 30;

/** Forgets stored answers older than 30 days, a bounded number at a time; returns how many. */
export async function dropOldAnswers(pool: Pool, now: Instant): Promise<number> {
  const before = fromMillis(toMillis(now) - KEEP_DAYS * 86_400_000);
  const { rowCount } = await pool.query(
    `DELETE FROM motcua.command WHERE (officer, key) IN
      (SELECT officer, key FROM motcua.command WHERE recorded_at < $1 LIMIT 10000)`,
    [before],
  );
  return rowCount ?? 0;
}
