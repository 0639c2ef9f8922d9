import type { Pool } from '#libs/database';
import { type Clock, DomainError, type Instant, fromMillis, newId, toMillis } from '#libs/kernel';
import { dayOf } from './day.js';
import {
  type FoundPrincipal,
  type SessionKey,
  principalOfAccount,
  principalsOfSessions,
} from './persistence/principal.js';
import {
  endReused,
  endSessionsOf,
  insertRefreshToken,
  insertSession,
  rotateRefreshToken,
  touchSession,
} from './persistence/sessions.js';
import { Remembered } from './remembered.js';
import { Together } from './together.js';
import { ACCESS_SECONDS, type AccessTokens } from './token/access.js';
import { newToken, tokenHash } from './token/opaque.js';
import type { Principal, Tokens } from './types.js';

const MINUTE = 60_000;
export const IDLE_MS = 30 * MINUTE;
export const ABSOLUTE_MS = 12 * 60 * MINUTE;
/** A session in use is written to once a minute, not once a request: it ends after 29 to 30 minutes of rest. */
const TOUCH_MS = MINUTE;
/** How long somebody is believed without asking the database. */
const BELIEVED_MS = 1_000;
const MOST_BELIEVED = 10_000;
const SESSION_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Opens, finds and ends sessions. */
export class Sessions {
  private readonly believed = new Remembered<Principal>(MOST_BELIEVED);
  /** Counts what was ended here, so that an answer that was under way then is not kept. */
  private ended = 0;
  /** Sessions are looked for many at a time: at a full counter each is asked about once a second. */
  private readonly asked = {
    session: new Together((keys) => this.ask('session', keys)),
    token: new Together((keys) => this.ask('token', keys)),
  };

  constructor(
    private readonly pool: Pool,
    private readonly clock: Clock,
    private readonly tokens: AccessTokens,
  ) {}

  /**
   * A session of the web. The token is told once. With `signedOutAt`, as it was when the password was checked, nothing is opened
   * if all was ended since. Throws DomainError `sign_in_failed` then, and for a disabled account.
   */
  async open(
    accountNo: number,
    signedOutAt?: Instant | null,
  ): Promise<{ principal: Principal; token: string; expiresAt: Instant }> {
    const token = newToken();
    const { sessionId, until } = await this.insert(accountNo, tokenHash(token), signedOutAt);
    return { principal: await this.principal(accountNo, sessionId), token, expiresAt: until };
  }

  /** A session that lives by refresh tokens. Throws as {@link open} does. */
  async openForTokens(accountNo: number, signedOutAt?: Instant | null): Promise<Tokens> {
    const { sessionId } = await this.insert(accountNo, null, signedOutAt);
    const refreshToken = newToken();
    await insertRefreshToken(this.pool, tokenHash(refreshToken), sessionId, this.clock.now());
    return this.tokensOf(accountNo, sessionId, refreshToken);
  }

  /**
   * New tokens for a refresh token, which is used up. Throws DomainError `refresh_refused`; and when the token was used before,
   * somebody copied it: its session ends with everything of it.
   */
  async refresh(refreshToken: string): Promise<Tokens> {
    const next = newToken();
    const hash = tokenHash(refreshToken);
    const now = this.clock.now();
    const found = await rotateRefreshToken(this.pool, { hash, next: tokenHash(next), now, idleMs: IDLE_MS });
    if (found) return this.tokensOf(found.accountNo, found.sessionId, next);
    const accountNo = await endReused(this.pool, hash, now);
    if (accountNo !== null) this.forget(accountNo);
    throw new DomainError('refresh_refused');
  }

  /** Whose session it is; null when it is over, or never was. */
  async find(key: SessionKey): Promise<Principal | null> {
    const by = 'tokenHash' in key ? 'token' : 'session';
    const text = 'tokenHash' in key ? key.tokenHash.toString('hex') : key.sessionId.toLowerCase();
    // One that is no id would fail the question of all who ask with it.
    if (by === 'session' && !SESSION_ID.test(text)) return null;
    const name = `${by} ${text}`;
    const now = this.clock.now();
    const known = this.believed.get(name, toMillis(now));
    if (known) return known;
    const endedBefore = this.ended;
    const found = await this.asked[by].find(text);
    if (!found) return null;
    if (toMillis(now) - toMillis(found.seenAt!) >= TOUCH_MS)
      await touchSession(this.pool, found.sessionId!, now);
    const principal = asPrincipal(found);
    if (endedBefore === this.ended) this.believed.set(name, principal, toMillis(now) + BELIEVED_MS);
    return principal;
  }

  /** Ends all sessions and tokens of an account, everywhere; in this process at once, in others within a second. */
  async endAllOf(accountNo: number, because: string): Promise<void> {
    await endSessionsOf(this.pool, accountNo, because, this.clock.now());
    this.forget(accountNo);
  }

  /** Asks the database again about an account, or about all. */
  forget(accountNo?: number): void {
    this.ended += 1;
    this.believed.forgetWhere((one) => accountNo === undefined || one.accountNo === accountNo);
  }

  private ask(by: 'session' | 'token', keys: string[]): Promise<Map<string, FoundPrincipal>> {
    const now = this.clock.now();
    return principalsOfSessions(this.pool, by, keys, { now, today: dayOf(now), idleMs: IDLE_MS });
  }

  private async insert(
    accountNo: number,
    hash: Buffer | null,
    signedOutAt: Instant | null | undefined,
  ): Promise<{ sessionId: string; until: Instant }> {
    const now = this.clock.now();
    const until = fromMillis(toMillis(now) + ABSOLUTE_MS);
    const id = newId();
    if (!(await insertSession(this.pool, { id, accountNo, tokenHash: hash, now, until }, signedOutAt)))
      throw new DomainError('sign_in_failed');
    return { sessionId: id, until };
  }

  private async tokensOf(accountNo: number, sessionId: string, refreshToken: string): Promise<Tokens> {
    const accessToken = await this.tokens.issue({ accountNo, sessionId });
    return { accessToken, expiresIn: ACCESS_SECONDS, refreshToken };
  }

  private async principal(accountNo: number, sessionId: string): Promise<Principal> {
    const found = await principalOfAccount(this.pool, accountNo, dayOf(this.clock.now()));
    // Disabled in between.
    if (!found) throw new DomainError('sign_in_failed');
    return { ...asPrincipal(found), sessionId };
  }
}

/** What the rest of the house is told. */
export function asPrincipal(found: FoundPrincipal): Principal {
  const { accountNo, login, kind, sessionId, mustChange, demo, positions, actsFor } = found;
  return Object.freeze({ accountNo, login, kind, sessionId, mustChange, demo, positions, actsFor });
}
