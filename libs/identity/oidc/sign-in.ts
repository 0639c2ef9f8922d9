import type { Pool } from '#libs/database';
import { type Clock, DomainError, toMillis } from '#libs/kernel';
import { dayOf } from '../day.js';
import { asLogin } from '../login.js';
import { insertAccount, isLinked, linkSubject } from '../persistence/accounts.js';
import { addEvent } from '../persistence/events.js';
import { principalOfSubject } from '../persistence/principal.js';
import { Remembered } from '../remembered.js';
import { type Sessions, asPrincipal } from '../sessions.js';
import type { Devices } from '../sign-in/device.js';
import { tokenHash } from '../token/opaque.js';
import type { Principal, SignedIn } from '../types.js';
import { type OidcConfig, checkOidc } from './config.js';
import { Keeper, ownPath } from './keep.js';
import { type BearerClaims, Provider, type Subject } from './provider.js';

export interface OidcDeps {
  pool: Pool;
  clock: Clock;
  deviceKey: Buffer;
  sessions: Sessions;
  devices: Devices;
}

/** Sign-in by the OpenID provider: authorization code with PKCE, state and nonce. */
export class OidcSignIn {
  private readonly provider: Provider;
  private readonly keeper: Keeper;
  private readonly read = new Remembered<BearerClaims>(10_000);

  /** Throws DomainError `oidc_config_invalid`. */
  constructor(
    private readonly config: OidcConfig,
    private readonly deps: OidcDeps,
  ) {
    this.provider = new Provider(checkOidc(config));
    this.keeper = new Keeper(deps.deviceKey, deps.clock);
  }

  /** Where to send the browser; `keep` goes into a cookie of at most KEEP_SECONDS. Throws DomainError `oidc_unavailable`. */
  async begin(returnTo?: string): Promise<{ url: string; keep: string }> {
    const { url, kept } = await this.provider.begin(ownPath(returnTo));
    return { url, keep: await this.keeper.seal(kept) };
  }

  /**
   * The way back: `query` of the callback, as it came, and what was kept. Throws DomainError `oidc_refused`,
   * `oidc_unavailable`, or `oidc_account_unknown` when nobody here is who the provider says.
   */
  async finish(query: string, keep: string): Promise<SignedIn & { returnTo: string }> {
    const kept = await this.keeper.open(keep);
    if (!kept) throw new DomainError('oidc_refused');
    const who = await this.provider.finish(query, kept);
    const account = await this.accountOf(who);
    const { sessions, devices } = this.deps;
    return {
      ...(await sessions.open(account.accountNo)),
      device: devices.issue(account.login),
      returnTo: kept.returnTo,
    };
  }

  /** Whether a bearer token is for this provider to judge. */
  issued(token: string): boolean {
    return this.provider.issued(token);
  }

  /** Whose access token it is; null for anything but a linked account's, from after its last sign-out. */
  async bearer(token: string): Promise<Principal | null> {
    const { pool, clock } = this.deps;
    const now = clock.now();
    const hash = tokenHash(token).toString('base64');
    let claims = this.read.get(hash, toMillis(now));
    if (!claims) {
      claims = (await this.provider.bearer(token, new Date(now))) ?? undefined;
      if (!claims) return null;
      this.read.set(hash, claims, claims.expiresAt * 1000);
    }
    const found = await principalOfSubject(pool, claims, dayOf(now));
    if (!found) return null;
    const signedOut = found.signedOutAt !== null && claims.issuedAt * 1000 <= toMillis(found.signedOutAt);
    return signedOut ? null : asPrincipal(found);
  }

  private async accountOf(who: Subject & { login: string | null }): Promise<Principal> {
    const { pool, clock } = this.deps;
    const today = dayOf(clock.now());
    const linked = await principalOfSubject(pool, who, today);
    if (linked) return asPrincipal(linked);
    const login = who.login === null ? null : asLogin(who.login);
    if (login !== null) {
      await this.link(who, login);
      const now = await principalOfSubject(pool, who, today);
      if (now) return asPrincipal(now);
    }
    throw new DomainError('oidc_account_unknown');
  }

  private async link(who: Subject, login: string): Promise<void> {
    const { pool, clock } = this.deps;
    // Of an account that is disabled: its owner is not let in by another name.
    if (who.subject.includes('\0') || (await isLinked(pool, who))) return;
    const now = clock.now();
    const event = { at: now, who: null, position: null, what: { issuer: who.issuer, subject: who.subject } };
    let act = 'linked';
    let no = await linkSubject(pool, login, who);
    if (no === null && this.config.createAccounts) {
      const none = { unitId: null, passwordHash: null, mustChange: false, oneTimeUntil: null };
      // Taken by an account with a password: that one is not to be had by a claim.
      if (!(await insertAccount(pool, { login, kind: 'person', now, ...none }))) return;
      act = 'createdByProvider';
      no = await linkSubject(pool, login, who);
    }
    if (no !== null) await addEvent(pool, { ...event, act, account: no });
  }
}
