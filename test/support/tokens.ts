import {
  createHash,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  randomUUID,
  type KeyObject,
} from 'node:crypto';
import { SignJWT } from 'jose';
import type { Pool } from '#libs/database';
import { openIdentity, type Identity, type IdentityDeps } from '#libs/identity';
import { toMillis, type Clock } from '#libs/kernel';

/** The keys of a test, or of a bench: made anew, and gone with it. */
export interface TestKeys {
  token: KeyObject;
  device: Buffer;
  receipt: Buffer;
}

export function testKeys(): TestKeys {
  const token = generateKeyPairSync('ed25519').privateKey;
  return { token, device: randomBytes(32), receipt: randomBytes(32) };
}

/** Who is who on a database, for a process that is only a test: demonstration accounts may sign in. */
export function testIdentity(
  deps: Pick<IdentityDeps, 'pool' | 'clock' | 'units'> & Partial<IdentityDeps>,
  keys: TestKeys,
): Identity {
  return openIdentity({ keys, demoAllowed: () => true, ...deps });
}

/** What an access token says; a test that forges one says it otherwise. */
export interface Claims {
  accountNo: number;
  sessionId: string;
  issuer?: string;
  audience?: string;
  /** seconds from now on; default 600 */
  lives?: number;
}

/** Signs an access token as identity does. */
export async function signed(key: KeyObject, clock: Clock, claims: Claims): Promise<string> {
  const now = Math.floor(toMillis(clock.now()) / 1000);
  const der = createPublicKey(key).export({ type: 'spki', format: 'der' });
  const kid = createHash('sha256').update(der).digest('base64url').slice(0, 16);
  return new SignJWT({ sid: claims.sessionId })
    .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid })
    .setIssuer(claims.issuer ?? 'motcua')
    .setAudience(claims.audience ?? 'motcua')
    .setSubject(String(claims.accountNo))
    .setIssuedAt(now)
    .setExpirationTime(now + (claims.lives ?? LIVES_SECONDS))
    .sign(key);
}

const LIVES_SECONDS = 600;
/** A token is used for so long: its end is somewhere else tested. */
const USED_MS = 300_000;

/** Tokens for whoever holds a position, without a password: hashing one takes longer than most tests. */
export class TestTokens {
  private readonly known = new Map<string, { until: number; token: Promise<string> }>();

  constructor(
    private readonly pool: Pool,
    private readonly clock: Clock,
    private readonly keys: Pick<TestKeys, 'token'>,
  ) {}

  /** A bearer token for the account that holds the position. Rejects when nobody does. */
  of(position: string): Promise<string> {
    const now = toMillis(this.clock.now());
    const known = this.known.get(position);
    if (known && now < known.until) return known.token;
    const token = this.open(position);
    this.known.set(position, { until: now + USED_MS, token });
    return token;
  }

  /** Another one, whatever became of those before. */
  fresh(position: string): Promise<string> {
    this.known.delete(position);
    return this.of(position);
  }

  private async open(position: string): Promise<string> {
    const sessionId = randomUUID();
    const { rows } = await this.pool.query<{ accountNo: number }>(
      `INSERT INTO motcua.session (id, account_no, opened_at, seen_at, until_at)
       SELECT $1, account_no, $2, $2, $2::timestamptz + interval '12 hours' FROM motcua.officer
         WHERE code = $3 AND account_no IS NOT NULL RETURNING account_no AS "accountNo"`,
      [sessionId, this.clock.now(), position],
    );
    if (!rows[0]) throw new Error(`nobody holds ${position}`);
    return signed(this.keys.token, this.clock, { accountNo: rows[0].accountNo, sessionId });
  }
}
