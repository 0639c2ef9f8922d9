import type { Pool, PoolClient } from '#libs/database';
import type { AccountEvent } from '../types.js';

/** Appends what somebody did to accounts, positions or delegations. */
export async function addEvent(from: Pool | PoolClient, event: Omit<AccountEvent, 'no'>): Promise<void> {
  const { at, who, position, act, account, what } = event;
  await from.query(
    `INSERT INTO motcua.account_event (at, who, position, act, account_no, what) VALUES ($1, $2, $3, $4, $5, $6)`,
    [at, who, position, act, account, JSON.stringify(what)],
  );
}

/** The latest first, before number `before` if it is given. */
export async function listEvents(
  from: Pool | PoolClient,
  { before, limit }: { before?: number | undefined; limit: number },
): Promise<AccountEvent[]> {
  const { rows } = await from.query<AccountEvent>(
    `SELECT no, at, who, position, act, account_no AS account, what FROM motcua.account_event
      WHERE $1::bigint IS NULL OR no < $1 ORDER BY no DESC LIMIT $2`,
    [before ?? null, limit],
  );
  return rows;
}
