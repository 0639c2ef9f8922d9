import type { Pool, PoolClient } from '#libs/database';
import type { Instant } from '#libs/kernel';
import type { Account, AccountKind } from '../types.js';

/** An account with what a sign-in is checked against. */
export interface AccountSecret extends Account {
  passwordHash: string | null;
  oneTimeUntil: Instant | null;
  /** when all of its sessions were ended last */
  signedOutAt: Instant | null;
}

type From = Pool | PoolClient;

/** By login, however it is written. */
export async function accountByLogin(from: From, login: string): Promise<AccountSecret | null> {
  // PostgreSQL takes no NUL in a text, and no login has one.
  if (login.includes('\0')) return null;
  const sql = `SELECT ${SECRET} FROM motcua.account WHERE lower(login) = lower($1)`;
  return (await from.query<AccountSecret>(sql, [login])).rows[0] ?? null;
}

export async function accountByNo(from: From, no: number): Promise<AccountSecret | null> {
  const sql = `SELECT ${SECRET} FROM motcua.account WHERE no = $1`;
  return (await from.query<AccountSecret>(sql, [no])).rows[0] ?? null;
}

export async function listAccounts(from: From): Promise<Account[]> {
  return (await from.query<Account>(`SELECT ${ACCOUNT} FROM motcua.account ORDER BY login`)).rows;
}

export interface NewAccount {
  login: string;
  kind: AccountKind;
  unitId: number | null;
  passwordHash: string | null;
  mustChange: boolean;
  oneTimeUntil: Instant | null;
  now: Instant;
}

/** Null when the login is taken. */
export async function insertAccount(from: From, account: NewAccount): Promise<Account | null> {
  const { login, kind, unitId, passwordHash, mustChange, oneTimeUntil, now } = account;
  const { rows } = await from.query<Account>(
    `INSERT INTO motcua.account (login, kind, unit_id, password_hash, must_change, one_time_until, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (lower(login)) DO NOTHING RETURNING ${ACCOUNT}`,
    [login, kind, unitId, passwordHash, mustChange, oneTimeUntil, now],
  );
  return rows[0] ?? null;
}

export interface NewPassword {
  passwordHash: string;
  mustChange: boolean;
  oneTimeUntil: Instant | null;
}

export async function setPassword(from: From, no: number, password: NewPassword): Promise<void> {
  const { passwordHash, mustChange, oneTimeUntil } = password;
  await from.query(
    'UPDATE motcua.account SET password_hash = $2, must_change = $3, one_time_until = $4 WHERE no = $1',
    [no, passwordHash, mustChange, oneTimeUntil],
  );
}

/** A new password in the place of the one that was checked; false when that was replaced in between. */
export async function replacePassword(
  from: From,
  no: number,
  before: string,
  after: string,
): Promise<boolean> {
  const { rowCount } = await from.query(
    `UPDATE motcua.account SET password_hash = $3, must_change = false, one_time_until = NULL
      WHERE no = $1 AND password_hash = $2 AND disabled_at IS NULL`,
    [no, before, after],
  );
  return rowCount === 1;
}

/** The same password at today's cost, unless it was changed in between. */
export async function setRehashed(from: From, no: number, before: string, after: string): Promise<void> {
  await from.query('UPDATE motcua.account SET password_hash = $3 WHERE no = $1 AND password_hash = $2', [
    no,
    before,
    after,
  ]);
}

export async function setDisabled(from: From, no: number, now: Instant): Promise<void> {
  await from.query('UPDATE motcua.account SET disabled_at = coalesce(disabled_at, $2) WHERE no = $1', [
    no,
    now,
  ]);
}

/** Whether a subject of a provider is linked to any account, a disabled one too. */
export async function isLinked(from: From, subject: { issuer: string; subject: string }): Promise<boolean> {
  const sql = 'SELECT FROM motcua.account WHERE oidc_issuer = $1 AND oidc_subject = $2';
  return (await from.query(sql, [subject.issuer, subject.subject])).rowCount === 1;
}

/**
 * Links a subject of a provider to the person's account of that login, if it has no password, no other link, and is no
 * demonstration. Returns its number, or null.
 */
export async function linkSubject(
  from: From,
  login: string,
  subject: { issuer: string; subject: string },
): Promise<number | null> {
  const { rows } = await from.query<{ no: number }>(
    `UPDATE motcua.account SET oidc_issuer = $2, oidc_subject = $3
      WHERE lower(login) = lower($1) AND kind = 'person' AND NOT demo AND disabled_at IS NULL
        AND password_hash IS NULL AND oidc_subject IS NULL
     RETURNING no`,
    [login, subject.issuer, subject.subject],
  );
  return rows[0]?.no ?? null;
}

const ACCOUNT = `no, login, kind, unit_id AS "unitId", demo, password_hash IS NOT NULL AS "hasPassword",
  must_change AS "mustChange", oidc_subject IS NOT NULL AS linked, created_at AS "createdAt", disabled_at AS "disabledAt"`;
const SECRET = `${ACCOUNT}, password_hash AS "passwordHash", one_time_until AS "oneTimeUntil",
  signed_out_at AS "signedOutAt"`;
