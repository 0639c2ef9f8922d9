import type { KeyObject } from 'node:crypto';
import type { Pool } from '#libs/database';
import type { Clock } from '#libs/kernel';
import type { UnitDirectory } from '#libs/organization';
import type { Acting } from './acting.js';
import { Administration } from './administration/administration.js';
import { actingAs } from './choose.js';
import type { OidcConfig } from './oidc/config.js';
import { OidcSignIn } from './oidc/sign-in.js';
import { forgetOldAttempts } from './persistence/attempts.js';
import { Sessions } from './sessions.js';
import { SignIn } from './sign-in/sign-in.js';
import { AccessTokens } from './token/access.js';
import { tokenHash } from './token/opaque.js';
import type { Credential, Origin, Principal, SignedIn, Tokens } from './types.js';

export interface IdentityDeps {
  pool: Pool;
  clock: Clock;
  /** the organization as it is now */
  units: () => UnitDirectory;
  /** `token`: Ed25519 private key; `device`: 32 bytes */
  keys: { token: KeyObject; device: Buffer };
  oidc?: OidcConfig | undefined;
  /** whether demonstration accounts may sign in: on demonstration data, on this machine */
  demoAllowed: () => Promise<boolean> | boolean;
  /** called after positions changed, so that the organization is read again */
  onPositions?: (() => Promise<void> | void) | undefined;
}

/** Who is who, and what they may act as. Everything that the web needs, and no word of the web. */
export class Identity {
  /** accounts, positions, delegations */
  readonly administration: Administration;
  /** null where no provider is configured */
  readonly oidc: OidcSignIn | null;
  private readonly tokens: AccessTokens;
  private readonly sessions: Sessions;
  private readonly signing: SignIn;

  constructor(private readonly deps: IdentityDeps) {
    const { pool, clock, keys, oidc, demoAllowed } = deps;
    this.tokens = new AccessTokens(keys.token, clock);
    this.sessions = new Sessions(pool, clock, this.tokens);
    const deviceKey = keys.device;
    this.signing = new SignIn({ pool, clock, deviceKey, sessions: this.sessions, demoAllowed });
    const { devices } = this.signing;
    this.oidc = oidc
      ? new OidcSignIn(oidc, { pool, clock, deviceKey, sessions: this.sessions, devices })
      : null;
    this.administration = new Administration({ ...deps, sessions: this.sessions });
  }

  /**
   * A person signs in by password. Throws DomainError `sign_in_failed` (one answer for whatever is wrong), `sign_in_locked`
   * (params.retryAfter, seconds), `sign_in_busy`, `demo_account_only_on_demo_data`.
   */
  signIn(who: { login: string; password: string }, origin: Origin): Promise<SignedIn> {
    return this.signing.person(who.login, who.password, origin);
  }

  /** A system signs in by its secret, and gets tokens. Throws as {@link signIn} does. */
  signInSystem(who: { login: string; secret: string }, origin: Origin): Promise<Tokens> {
    return this.signing.system(who.login, who.secret, origin);
  }

  /** New tokens for a refresh token, which is good once. Throws DomainError `refresh_refused`; a second use ends the session. */
  refresh(refreshToken: string): Promise<Tokens> {
    return this.sessions.refresh(refreshToken);
  }

  /**
   * Whose session or bearer token it is, as it was at most a second ago; null for one that is expired, ended, forged or
   * somebody else's, without a word on which. Throws DomainError `oidc_unavailable` when a token of the provider cannot be judged.
   */
  async authenticate(credential: Credential): Promise<Principal | null> {
    if ('session' in credential) return this.sessions.find({ tokenHash: tokenHash(credential.session) });
    if (this.oidc?.issued(credential.bearer)) return this.oidc.bearer(credential.bearer);
    const claims = await this.tokens.verify(credential.bearer);
    if (!claims) return null;
    const principal = await this.sessions.find({ sessionId: claims.sessionId });
    return principal?.accountNo === claims.accountNo ? principal : null;
  }

  /** Ends all sessions and tokens of the account, everywhere. */
  signOut(principal: Pick<Principal, 'accountNo'>): Promise<void> {
    return this.sessions.endAllOf(principal.accountNo, 'signed_out');
  }

  /**
   * Changes one's own password, ends all sessions and opens a new one. Throws DomainError `password_wrong`, `sign_in_locked`,
   * `password_same`, `demo_password_fixed`, or what {@link refuseWeak} refuses.
   */
  changePassword(principal: Principal, change: { current: string; next: string }): Promise<SignedIn> {
    return this.signing.changePassword(principal, change);
  }

  /** {@link actingAs}, here and now. */
  actingAs(principal: Principal, positionCode: string | undefined): Acting {
    return actingAs(principal, positionCode, this.deps.units(), this.deps.clock.now());
  }

  /** Forgets counters of failures that have rested for a day. To be called now and then. */
  async tidy(): Promise<void> {
    await forgetOldAttempts(this.deps.pool, this.deps.clock.now());
  }
}

/** Opens the room. Asks nobody anything yet. Throws DomainError `oidc_config_invalid`. */
export function openIdentity(deps: IdentityDeps): Identity {
  return new Identity(deps);
}
