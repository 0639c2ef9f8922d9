import type { Pool, PoolClient } from '#libs/database';
import type { Clock } from '#libs/kernel';
import type { Day, UnitDirectory } from '#libs/organization';
import type { Sessions } from '../sessions.js';
import type { Account, AccountKind } from '../types.js';
import type { Service } from './position-rules.js';

export interface AdministrationDeps {
  pool: Pool;
  clock: Clock;
  units: () => UnitDirectory;
  /** what is believed of sessions is asked anew after every act */
  sessions: Pick<Sessions, 'forget'>;
  onPositions?: (() => Promise<void> | void) | undefined;
}

/** What one act works in: its transaction, in which nobody else administers; or, for a question, the pool. */
export interface Work extends AdministrationDeps {
  client: Pool | PoolClient;
}

/** A new secret, told once to whoever made it, to be handed on. Null for an account that signs in by the provider only. */
export interface WithSecret {
  account: Account;
  secret: string | null;
}

export interface NewAccountWish {
  login: string;
  kind: AccountKind;
  /** agency code of the unit that answers for it; without one only the top reaches it */
  unit?: string | undefined;
  /** no password: it is linked at the first sign-in by the provider */
  byProvider?: boolean | undefined;
  /** chosen by whoever makes it, instead of one drawn here; to be changed all the same */
  password?: string | undefined;
}

export interface PositionWish {
  login: string;
  role: string;
  /** agency code */
  unit: string;
  /** today, when it is not said */
  from?: Day | undefined;
  /** open, when it is not said */
  until?: Day | undefined;
  /** what a system serves as; a carrier when it is not said */
  service?: Service | undefined;
}
