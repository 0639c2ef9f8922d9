import type { Pool } from '#libs/database';
import type { Instant } from '#libs/kernel';

/** Counts one attempt, unless the bucket is locked; then false. One statement: attempts at once are counted one by one. */
export async function countAttempt(
  pool: Pool,
  bucket: Buffer,
  now: Instant,
  limits: { free: number; first: number; longest: number },
): Promise<boolean> {
  const values = [bucket, now, limits.free, limits.first, limits.longest];
  return ((await pool.query(COUNT_ATTEMPT, values)).rowCount ?? 0) > 0;
}

/** Until when a bucket is locked. */
export async function lockedUntil(pool: Pool, bucket: Buffer): Promise<Instant | null> {
  const { rows } = await pool.query<{ until: Instant | null }>(
    'SELECT locked_until AS until FROM motcua.sign_in_failure WHERE bucket = $1',
    [bucket],
  );
  return rows[0]?.until ?? null;
}

/** Takes an attempt back that was none, or all of them. */
export async function forgetAttempt(pool: Pool, bucket: Buffer, which: 'this' | 'all'): Promise<void> {
  await pool.query(
    `UPDATE motcua.sign_in_failure SET locked_until = NULL, failures = CASE WHEN $2 THEN 0 ELSE greatest(failures - 1, 0) END
     WHERE bucket = $1`,
    [bucket, which === 'all'],
  );
}

/** Forgets counters that have rested for a day. Returns how many. */
export async function forgetOldAttempts(pool: Pool, now: Instant): Promise<number> {
  const { rowCount } = await pool.query(
    `DELETE FROM motcua.sign_in_failure WHERE last_at < $1::timestamptz - interval '1 day'`,
    [now],
  );
  return rowCount ?? 0;
}

const FAILURES = `CASE WHEN f.last_at < $2::timestamptz - interval '1 day' THEN 1 ELSE f.failures + 1 END`;
const COUNT_ATTEMPT = `
INSERT INTO motcua.sign_in_failure AS f (bucket, failures, last_at) VALUES ($1, 1, $2)
ON CONFLICT (bucket) DO UPDATE SET failures = ${FAILURES}, last_at = $2,
  locked_until = CASE WHEN ${FAILURES} >= $3::int THEN $2::timestamptz
    + make_interval(secs => least($5::float8, $4::float8 * 2 ^ least(${FAILURES} - $3::int, 30))) END
WHERE f.locked_until IS NULL OR f.locked_until <= $2
RETURNING 1`;
