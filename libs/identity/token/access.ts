import { type KeyObject, createHash, createPublicKey } from 'node:crypto';
import { SignJWT, errors, jwtVerify } from 'jose';
import { type Clock, toMillis } from '#libs/kernel';
import { Remembered } from '../remembered.js';
import { tokenHash } from './opaque.js';

/** Who issues access tokens, and whom they are for. */
export const ISSUER = 'motcua';
export const AUDIENCE = 'motcua';
/** Seconds. */
export const ACCESS_SECONDS = 600;

const ALGORITHM = 'EdDSA';
const TYPE = 'at+jwt';

/** What an access token says: whose it is, and which session it lives by. */
export interface AccessClaims {
  accountNo: number;
  sessionId: string;
}

/** Makes and reads our own access tokens: JWT, Ed25519, ten minutes. A token is nothing without its session. */
export class AccessTokens {
  private readonly publicKey: KeyObject;
  private readonly kid: string;
  private readonly read = new Remembered<AccessClaims>(10_000);

  constructor(
    private readonly key: KeyObject,
    private readonly clock: Clock,
  ) {
    this.publicKey = createPublicKey(key);
    const der = this.publicKey.export({ type: 'spki', format: 'der' });
    this.kid = createHash('sha256').update(der).digest('base64url').slice(0, 16);
  }

  async issue({ accountNo, sessionId }: AccessClaims): Promise<string> {
    const now = Math.floor(toMillis(this.clock.now()) / 1000);
    return new SignJWT({ sid: sessionId })
      .setProtectedHeader({ alg: ALGORITHM, typ: TYPE, kid: this.kid })
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setSubject(String(accountNo))
      .setIssuedAt(now)
      .setExpirationTime(now + ACCESS_SECONDS)
      .sign(this.key);
  }

  /**
   * The claims of a token that we made and that has not expired; else null. A signature that held is not computed again
   * until the token expires.
   */
  async verify(token: string): Promise<AccessClaims | null> {
    const now = toMillis(this.clock.now());
    const hash = tokenHash(token).toString('base64');
    const known = this.read.get(hash, now);
    if (known) return known;
    try {
      const { payload, protectedHeader } = await jwtVerify(token, this.publicKey, {
        issuer: ISSUER,
        audience: AUDIENCE,
        algorithms: [ALGORITHM],
        typ: TYPE,
        requiredClaims: ['sub', 'sid', 'exp'],
        currentDate: new Date(now),
      });
      if (protectedHeader.kid !== this.kid) return null;
      const claims = { accountNo: Number(payload.sub), sessionId: String(payload.sid) };
      this.read.set(hash, claims, payload.exp! * 1000);
      return claims;
    } catch (error) {
      if (error instanceof errors.JOSEError) return null;
      throw error;
    }
  }
}
