import type { Pool, PoolClient } from '#libs/database';
import type { Instant } from '#libs/kernel';
import type { Day, Officer } from '#libs/organization';
import type { Delegation } from '../types.js';

type From = Pool | PoolClient;

const OFFICER = `code, no, account_no AS "accountNo", unit_id AS "unitId", position, serves_all AS "servesAll", demo,
  valid_from::text AS "validFrom", valid_until::text AS "validUntil"`;

/** Any number, as long as nothing else takes it: acts of administration go one by one, so that what they check stays true. */
const ADMINISTRATION_LOCK = 590_017;

/** Waits until nobody else administers; until the end of the transaction nobody will. */
export async function administerAlone(client: PoolClient): Promise<void> {
  await client.query('SELECT pg_advisory_xact_lock($1)', [ADMINISTRATION_LOCK]);
}

/** What an account holds, held or will hold. */
export async function positionsOf(from: From, accountNo: number): Promise<Officer[]> {
  const sql = `SELECT ${OFFICER} FROM motcua.officer WHERE account_no = $1 ORDER BY code`;
  return (await from.query<Officer>(sql, [accountNo])).rows;
}

export async function positionByCode(from: From, code: string): Promise<Officer | null> {
  if (code.includes('\0')) return null;
  const sql = `SELECT ${OFFICER} FROM motcua.officer WHERE code = $1`;
  return (await from.query<Officer>(sql, [code])).rows[0] ?? null;
}

/** The codes of all positions at an agency code, of every time. */
export async function codesAt(from: From, agencyCode: string): Promise<string[]> {
  const { rows } = await from.query<{ code: string }>(
    `SELECT code FROM motcua.officer WHERE right(code, length($1) + 1) = '@' || $1`,
    [agencyCode],
  );
  return rows.map((row) => row.code);
}

export async function insertPosition(from: From, officer: Omit<Officer, 'no' | 'demo'>): Promise<Officer> {
  const { code, accountNo, unitId, position, servesAll, validFrom, validUntil } = officer;
  const { rows } = await from.query<Officer>(
    `INSERT INTO motcua.officer (code, account_no, unit_id, position, serves_all, valid_from, valid_until)
     VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING ${OFFICER}`,
    [code, accountNo, unitId, position, servesAll, validFrom, validUntil],
  );
  return rows[0]!;
}

/** Lets a position end on a day; one that has not begun by then never will. */
export async function setPositionEnd(from: From, code: string, on: Day): Promise<void> {
  await from.query('UPDATE motcua.officer SET valid_until = greatest($2::date, valid_from) WHERE code = $1', [
    code,
    on,
  ]);
}

const DELEGATION = `no, position, principal, delegate, from_day::text AS "from", until_day::text AS until, ended_at AS "endedAt"`;

/** All delegations that were not ended early and are not over on `today`. */
export async function standingDelegations(from: From, today: Day): Promise<Delegation[]> {
  const sql = `SELECT ${DELEGATION} FROM motcua.delegation WHERE ended_at IS NULL AND until_day > $1 ORDER BY no`;
  return (await from.query<Delegation>(sql, [today])).rows;
}

/** Given by or to an account, the latest first. */
export async function delegationsOf(from: From, accountNo: number): Promise<Delegation[]> {
  const sql = `SELECT ${DELEGATION} FROM motcua.delegation WHERE principal = $1 OR delegate = $1 ORDER BY no DESC LIMIT 500`;
  return (await from.query<Delegation>(sql, [accountNo])).rows;
}

export async function delegationByNo(from: From, no: number): Promise<Delegation | null> {
  const sql = `SELECT ${DELEGATION} FROM motcua.delegation WHERE no = $1`;
  return (await from.query<Delegation>(sql, [no])).rows[0] ?? null;
}

export async function insertDelegation(
  from: From,
  delegation: Omit<Delegation, 'no' | 'endedAt'>,
  now: Instant,
): Promise<Delegation> {
  const { position, principal, delegate, from: first, until } = delegation;
  const { rows } = await from.query<Delegation>(
    `INSERT INTO motcua.delegation (position, principal, delegate, from_day, until_day, made_at)
     VALUES ($1, $2, $3, $4, $5, $6) RETURNING ${DELEGATION}`,
    [position, principal, delegate, first, until, now],
  );
  return rows[0]!;
}

export async function setDelegationEnded(from: From, no: number, now: Instant): Promise<void> {
  await from.query('UPDATE motcua.delegation SET ended_at = coalesce(ended_at, $2) WHERE no = $1', [no, now]);
}
