import { DomainError, fromMillis, toMillis } from '#libs/kernel';
import { compareDays } from '#libs/organization';
import type { Acting } from '../acting.js';
import { dayOf } from '../day.js';
import { checkedLogin } from '../login.js';
import { hashPassword } from '../password/hash.js';
import { ONE_TIME_HOURS, oneTimePassword } from '../password/one-time.js';
import { refuseWeak } from '../password/strength.js';
import {
  type AccountSecret,
  type NewPassword,
  accountByLogin,
  insertAccount,
  setDisabled,
  setPassword,
} from '../persistence/accounts.js';
import { addEvent } from '../persistence/events.js';
import { positionsOf } from '../persistence/positions.js';
import { endSessionsOf } from '../persistence/sessions.js';
import { newToken } from '../token/opaque.js';
import type { AccountEvent, AccountKind } from '../types.js';
import { reachesAll } from './position-rules.js';
import { reachOf, refuseOneself, refuseOutOfReach } from './reach.js';
import type { NewAccountWish, WithSecret, Work } from './types.js';

const HOUR_MS = 3_600_000;

export async function createAccount(
  work: Work,
  by: Acting | null,
  wish: NewAccountWish,
): Promise<WithSecret> {
  const { client, units, clock } = work;
  const now = clock.now();
  const reach = reachOf(by, units());
  const unit = wish.unit === undefined ? null : units().byCode(wish.unit, dayOf(now));
  if (unit === undefined) throw new DomainError('unit_unknown', { field: 'unit' });
  const unitId = unit?.id ?? null;
  refuseOutOfReach(reach, [unitId]);
  const login = checkedLogin(wish.login);
  const made = wish.byProvider
    ? { secret: null, stored: { passwordHash: null, mustChange: false, oneTimeUntil: null } }
    : await newSecret(work, wish.kind, login, wish.password);
  const account = await insertAccount(client, { login, kind: wish.kind, unitId, now, ...made.stored });
  if (!account) throw new DomainError('login_taken', { field: 'login' });
  const what = { login, kind: wish.kind, unit: wish.unit ?? null, byProvider: wish.byProvider ?? false };
  await note(work, by, { act: 'accountCreated', account: account.no, what });
  return { account, secret: made.secret };
}

export async function disableAccount(work: Work, by: Acting | null, login: string): Promise<void> {
  const account = await reachedAccount(work, by, login);
  refuseOneself(by, account.no);
  const now = work.clock.now();
  await setDisabled(work.client, account.no, now);
  await endSessionsOf(work.client, account.no, 'account_disabled', now);
  await note(work, by, { act: 'accountDisabled', account: account.no, what: {} });
}

export async function resetPassword(
  work: Work,
  by: Acting | null,
  login: string,
  password?: string,
): Promise<WithSecret> {
  const account = await reachedAccount(work, by, login);
  refuseOneself(by, account.no);
  if (account.disabledAt !== null) throw new DomainError('account_disabled', { field: 'login' });
  if (account.demo) throw new DomainError('demo_password_fixed');
  const { secret, stored } = await newSecret(work, account.kind, account.login, password);
  await setPassword(work.client, account.no, stored);
  await endSessionsOf(work.client, account.no, 'password_reset', work.clock.now());
  await note(work, by, { act: 'passwordReset', account: account.no, what: {} });
  const { no, login: name, kind, unitId, demo, linked, createdAt, disabledAt } = account;
  const told = { no, login: name, kind, unitId, demo, linked, createdAt, disabledAt };
  return { account: { ...told, hasPassword: true, mustChange: stored.mustChange }, secret };
}

/**
 * An account within reach: the unit that answers for it, and every unit where it holds or will hold a position, which for an
 * auditor are all. Otherwise who administers a commune could take over an account that also has a say above. Throws DomainError `account_unknown`, the
 * same for one that is out of reach, so that logins elsewhere cannot be tried out.
 */
export async function reachedAccount(work: Work, by: Acting | null, login: string): Promise<AccountSecret> {
  const reach = reachOf(by, work.units());
  const account = await accountByLogin(work.client, login.trim().normalize('NFC'));
  if (!account) throw new DomainError('account_unknown', { field: 'login' });
  const today = dayOf(work.clock.now());
  const held = (await positionsOf(work.client, account.no)).filter(
    (one) => compareDays(today, one.validUntil) < 0,
  );
  try {
    const units = held.map((one) => (reachesAll(one.position) ? null : one.unitId));
    refuseOutOfReach(reach, [account.unitId, ...units]);
  } catch {
    throw new DomainError('account_unknown', { field: 'login' });
  }
  return account;
}

/** Writes down what was done, and by whom. */
export async function note(
  work: Pick<Work, 'client' | 'clock'>,
  by: Acting | null,
  event: Pick<AccountEvent, 'act' | 'account' | 'what'>,
): Promise<void> {
  const who = by?.person ?? null;
  const what = by?.by ? { ...event.what, by: by.by } : event.what;
  await addEvent(work.client, {
    at: work.clock.now(),
    who,
    position: by?.officer.code ?? null,
    ...event,
    what,
  });
}

async function newSecret(
  work: Work,
  kind: AccountKind,
  login: string,
  password: string | undefined,
): Promise<{ secret: string; stored: NewPassword }> {
  if (password !== undefined) refuseWeak(password, login);
  if (kind === 'system') {
    const secret = password ?? newToken();
    return {
      secret,
      stored: { passwordHash: await hashPassword(secret), mustChange: false, oneTimeUntil: null },
    };
  }
  const secret = password ?? oneTimePassword();
  const oneTimeUntil = fromMillis(toMillis(work.clock.now()) + ONE_TIME_HOURS * HOUR_MS);
  return { secret, stored: { passwordHash: await hashPassword(secret), mustChange: true, oneTimeUntil } };
}
