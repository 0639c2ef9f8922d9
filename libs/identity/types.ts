import type { Instant } from '#libs/kernel';
import type { Day, Officer } from '#libs/organization';

/** A position of somebody else that an account may act in today. */
export interface ActsFor {
  /** number of the delegation */
  delegation: number;
  /** whose position it is */
  officer: Officer;
  /** the delegate's own position at that unit */
  by: Officer;
  /** account number of who holds the position */
  principal: number;
  /** first day on which it no longer holds */
  until: Day;
}

export type AccountKind = 'person' | 'system';

/** Who is signed in. As it was at most a second ago. */
export interface Principal {
  accountNo: number;
  login: string;
  kind: AccountKind;
  /** null for an access token of the OpenID provider, which has no session here */
  sessionId: string | null;
  /** the password was given by somebody else: nothing works but changing it */
  mustChange: boolean;
  demo: boolean;
  /** own positions in force today, by code */
  positions: readonly Officer[];
  /** positions of others, delegated to this account and in force today */
  actsFor: readonly ActsFor[];
}

/** A fresh session of the web: its token goes into the cookie, the device token into one that outlives it. */
export interface SignedIn {
  principal: Principal;
  /** 256 bits, told once; only its SHA-256 is stored */
  token: string;
  /** ends then at the latest, and after 30 minutes of rest */
  expiresAt: Instant;
  /** shows at the next sign-in that this device has signed in before; keep it for {@link DEVICE_DAYS} days */
  device: string;
}

/** What a system works with. */
export interface Tokens {
  accessToken: string;
  /** seconds */
  expiresIn: number;
  /** good for one use */
  refreshToken: string;
}

/** Where a sign-in comes from. */
export interface Origin {
  /** IP address, as the connection has it */
  address: string;
  /** the device token of an earlier sign-in */
  device?: string | undefined;
}

/** How a request says who it is from. */
export type Credential = { session: string } | { bearer: string };

/** An account as administrators see it. No person's name: the login is all there is. */
export interface Account {
  no: number;
  login: string;
  kind: AccountKind;
  /** the unit that answers for it; null: only administrators of a top unit and the command line reach it */
  unitId: number | null;
  demo: boolean;
  hasPassword: boolean;
  mustChange: boolean;
  /** signs in by the OpenID provider */
  linked: boolean;
  createdAt: Instant;
  disabledAt: Instant | null;
}

/** A position handed to somebody for some days: half-open, in days of Asia/Ho_Chi_Minh. */
export interface Delegation {
  no: number;
  /** officer code */
  position: string;
  /** account that holds the position */
  principal: number;
  /** account that may act in it */
  delegate: number;
  from: Day;
  until: Day;
  endedAt: Instant | null;
}

/** What an administrator, or somebody who delegates, did. Appended, never changed. */
export interface AccountEvent {
  no: number;
  at: Instant;
  /** account number; null for the command line */
  who: number | null;
  /** in which position, by code */
  position: string | null;
  act: string;
  /** the account that it was done to */
  account: number | null;
  what: Record<string, unknown>;
}

/** Days for which a device counts as known. */
export const DEVICE_DAYS = 90;
