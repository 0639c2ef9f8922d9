import type { Pool, PoolClient } from '#libs/database';
import type { Instant } from '#libs/kernel';

export interface NewSession {
  id: string;
  accountNo: number;
  /** null: held by refresh tokens */
  tokenHash: Buffer | null;
  now: Instant;
  until: Instant;
}

/**
 * Opens a session; false when everything of the account was ended since `signedOutAt` was read, if that is given: the password
 * that was checked then may be worth nothing by now.
 */
export async function insertSession(
  pool: Pool,
  session: NewSession,
  signedOutAt?: Instant | null,
): Promise<boolean> {
  const { id, accountNo, tokenHash, now, until } = session;
  const { rowCount } = await pool.query(
    `INSERT INTO motcua.session (id, account_no, token_hash, opened_at, seen_at, until_at)
     SELECT $1, no, $3, $4, $4, $5 FROM motcua.account
      WHERE no = $2 AND disabled_at IS NULL AND ($6::boolean OR signed_out_at IS NOT DISTINCT FROM $7)`,
    [id, accountNo, tokenHash, now, until, signedOutAt === undefined, signedOutAt ?? null],
  );
  return rowCount === 1;
}

/** Notes that a session is in use. */
export async function touchSession(pool: Pool, id: string, now: Instant): Promise<void> {
  await pool.query('UPDATE motcua.session SET seen_at = $2 WHERE id = $1 AND seen_at < $2', [id, now]);
}

/** Ends every session of an account, and with them all its tokens, the provider's too. */
export async function endSessionsOf(
  from: Pool | PoolClient,
  accountNo: number,
  because: string,
  now: Instant,
): Promise<void> {
  await from.query(
    `WITH ended AS (
       UPDATE motcua.session SET ended_at = $3, ended_because = $2 WHERE account_no = $1 AND ended_at IS NULL
     )
     UPDATE motcua.account SET signed_out_at = $3 WHERE no = $1`,
    [accountNo, because, now],
  );
}

export async function insertRefreshToken(
  pool: Pool,
  hash: Buffer,
  sessionId: string,
  now: Instant,
): Promise<void> {
  await pool.query('INSERT INTO motcua.refresh_token (hash, session_id, made_at) VALUES ($1, $2, $3)', [
    hash,
    sessionId,
    now,
  ]);
}

/** Takes a refresh token and puts the next in its place, in one statement; null when it is used, unknown or its session over. */
export async function rotateRefreshToken(
  pool: Pool,
  { hash, next, now, idleMs }: { hash: Buffer; next: Buffer; now: Instant; idleMs: number },
): Promise<{ sessionId: string; accountNo: number } | null> {
  const { rows } = await pool.query<{ sessionId: string; accountNo: number }>(ROTATE, [
    hash,
    now,
    next,
    idleMs,
  ]);
  return rows[0] ?? null;
}

/** Ends the session of a token that was used before. Returns the account, or null when the token was never ours. */
export async function endReused(pool: Pool, hash: Buffer, now: Instant): Promise<number | null> {
  const { rows } = await pool.query<{ accountNo: number }>(
    `UPDATE motcua.session s SET ended_at = coalesce(ended_at, $2), ended_because = coalesce(ended_because, 'refresh_token_reused')
       FROM motcua.refresh_token r WHERE r.hash = $1 AND r.used_at IS NOT NULL AND s.id = r.session_id
     RETURNING s.account_no AS "accountNo"`,
    [hash, now],
  );
  return rows[0]?.accountNo ?? null;
}

const ROTATE = `
WITH used AS (
  UPDATE motcua.refresh_token SET used_at = $2 WHERE hash = $1 AND used_at IS NULL RETURNING session_id
), alive AS (
  UPDATE motcua.session s SET seen_at = $2 FROM used, motcua.account a
   WHERE s.id = used.session_id AND s.ended_at IS NULL AND s.until_at > $2::timestamptz
     AND s.seen_at > $2::timestamptz - make_interval(secs => $4::float8 / 1000)
     AND a.no = s.account_no AND a.disabled_at IS NULL
  RETURNING s.id, s.account_no
), made AS (
  INSERT INTO motcua.refresh_token (hash, session_id, made_at) SELECT $3, id, $2 FROM alive
)
SELECT id AS "sessionId", account_no AS "accountNo" FROM alive`;
