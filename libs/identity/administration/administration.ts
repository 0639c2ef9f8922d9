import { transaction } from '#libs/database';
import { DomainError } from '#libs/kernel';
import type { Day, Officer } from '#libs/organization';
import type { Acting } from '../acting.js';
import { listAccounts } from '../persistence/accounts.js';
import { listEvents } from '../persistence/events.js';
import { administerAlone, delegationsOf, positionsOf } from '../persistence/positions.js';
import type { Account, AccountEvent, Delegation, Principal } from '../types.js';
import { createAccount, disableAccount, reachedAccount, resetPassword } from './accounts.js';
import { delegate, endDelegation } from './delegations.js';
import { endPosition, givePosition } from './positions.js';
import { reachOf } from './reach.js';
import type { AdministrationDeps, NewAccountWish, PositionWish, WithSecret, Work } from './types.js';

/**
 * Accounts, positions and delegations. `by` is who administers; null is the command line, which reaches everything. An
 * administrator reaches their unit and those below, and never themselves. Every act is one transaction with its event.
 */
export class Administration {
  constructor(private readonly deps: AdministrationDeps) {}

  /**
   * Makes an account, with a one-time password (a system: its secret). Throws DomainError `administrators_only`,
   * `unit_out_of_reach`, `unit_unknown`, `login_not_understood`, `login_taken`, or what {@link refuseWeak} refuses.
   */
  createAccount(by: Acting | null, wish: NewAccountWish): Promise<WithSecret> {
    return this.act((work) => createAccount(work, by, wish));
  }

  /** Disables an account for good and ends its sessions. Throws as above, `account_unknown`, `not_for_yourself`. */
  disableAccount(by: Acting | null, login: string): Promise<void> {
    return this.act((work) => disableAccount(work, by, login));
  }

  /** Gives an account a new one-time password (a system: a new secret) and ends its sessions. Throws as above, and `account_disabled`. */
  resetPassword(by: Acting | null, login: string, password?: string): Promise<WithSecret> {
    return this.act((work) => resetPassword(work, by, login, password));
  }

  /**
   * Gives an account a position at a unit. Throws as above, `role_unknown`, `role_not_for_account`, `day_not_understood`,
   * `validity_empty`, `position_past`, `unit_ended`.
   */
  givePosition(by: Acting | null, wish: PositionWish): Promise<Officer> {
    return this.act((work) => givePosition(work, by, wish), true);
  }

  /**
   * Lets a position end on a day, today when none is said; its delegations end with it. Throws as above,
   * `position_unknown`, `position_past`.
   */
  endPosition(by: Acting | null, position: string, on?: Day): Promise<Officer> {
    return this.act((work) => endPosition(work, by, position, on), true);
  }

  /** Lets somebody act in one's own position for some days. Throws what {@link refuseDelegation} refuses, `account_unknown`, `position_unknown`. */
  delegate(
    principal: Principal,
    wish: { position: string; to: string; from: Day; until: Day },
  ): Promise<Delegation> {
    return this.act((work) => delegate(work, principal, wish));
  }

  /** Ends a delegation early: who gave it, or an administrator of its unit. Throws DomainError `delegation_unknown`, `administrators_only`, `unit_out_of_reach`. */
  endDelegation(by: Principal | Acting, no: number): Promise<void> {
    return this.act((work) => endDelegation(work, by, no));
  }

  /** The delegations that somebody gave or was given. */
  delegations(principal: Pick<Principal, 'accountNo'>): Promise<Delegation[]> {
    return delegationsOf(this.deps.pool, principal.accountNo);
  }

  /** The accounts that an administrator reaches, by login. Throws DomainError `administrators_only`. */
  async accounts(by: Acting | null): Promise<Account[]> {
    const reach = reachOf(by, this.deps.units());
    const all = await listAccounts(this.deps.pool);
    return reach === 'all' ? all : all.filter((account) => reach.has(account.unitId));
  }

  /** What an account holds, held or will hold. Throws DomainError `administrators_only`, `account_unknown`. */
  async positions(by: Acting | null, login: string): Promise<Officer[]> {
    const { pool } = this.deps;
    const account = await reachedAccount({ ...this.deps, client: pool }, by, login);
    return positionsOf(pool, account.no);
  }

  /** What was done, the latest first, 500 at most; for auditors and the command line. Throws DomainError `auditors_only`. */
  events(
    by: Acting | null,
    { before, limit = 100 }: { before?: number; limit?: number } = {},
  ): Promise<AccountEvent[]> {
    if (by !== null && by.officer.position !== 'auditor') throw new DomainError('auditors_only');
    return listEvents(this.deps.pool, { before, limit: Math.min(Math.max(1, limit), 500) });
  }

  private async act<T>(work: (work: Work) => Promise<T>, positions = false): Promise<T> {
    const done = await transaction(this.deps.pool, async (client) => {
      await administerAlone(client);
      return work({ ...this.deps, client });
    });
    this.deps.sessions.forget();
    if (positions) await this.deps.onPositions?.();
    return done;
  }
}

/** Administration by itself, without keys: for the command line. Sessions in running processes hear of it within a second. */
export function openAdministration(deps: Omit<AdministrationDeps, 'sessions'>): Administration {
  return new Administration({ ...deps, sessions: { forget: () => {} } });
}
