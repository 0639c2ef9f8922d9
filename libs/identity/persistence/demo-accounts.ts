import type { Pool } from '#libs/database';

/** How many demonstration officers nobody holds. */
export async function officersWithoutAccount(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ n: number }>(
    'SELECT count(*)::int AS n FROM motcua.officer WHERE demo AND account_no IS NULL',
  );
  return rows[0]!.n;
}

/** Makes their accounts and hands them over, in one statement. Returns how many there were. */
export async function insertDemoAccounts(pool: Pool, passwordHash: string): Promise<number> {
  const { rowCount } = await pool.query(INSERT_DEMO_ACCOUNTS, [passwordHash]);
  return rowCount ?? 0;
}

// Two processes that start together: the second waits for the first's logins, finds them taken and hands over nothing.
const INSERT_DEMO_ACCOUNTS = `
WITH made AS (
  INSERT INTO motcua.account (login, kind, unit_id, demo, password_hash, created_at)
  SELECT code, CASE position WHEN 'system' THEN 'system' ELSE 'person' END, unit_id, true, $1, now()
    FROM motcua.officer WHERE demo AND account_no IS NULL ORDER BY code
  ON CONFLICT DO NOTHING
  RETURNING no, login
)
UPDATE motcua.officer SET account_no = made.no FROM made WHERE officer.code = made.login AND officer.demo`;
