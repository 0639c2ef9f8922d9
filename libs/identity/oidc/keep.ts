import { hkdfSync } from 'node:crypto';
import { SignJWT, errors, jwtVerify } from 'jose';
import { type Clock, toMillis } from '#libs/kernel';

/** What has to be remembered between the way to the provider and the way back. */
export interface Kept {
  state: string;
  nonce: string;
  /** the PKCE code verifier */
  verifier: string;
  /** where the person wanted to go: a path of our own */
  returnTo: string;
}

/** Seconds that somebody may take at the provider. */
export const KEEP_SECONDS = 600;
const USE = 'motcua-oidc';

/** Seals it for a short-lived cookie, so that nobody else's way back can be put in its place. */
export class Keeper {
  private readonly key: Uint8Array;

  constructor(
    deviceKey: Buffer,
    private readonly clock: Clock,
  ) {
    this.key = new Uint8Array(hkdfSync('sha256', deviceKey, '', USE, 32));
  }

  seal(kept: Kept): Promise<string> {
    const now = this.seconds();
    return new SignJWT({ ...kept })
      .setProtectedHeader({ alg: 'HS256' })
      .setAudience(USE)
      .setExpirationTime(now + KEEP_SECONDS)
      .sign(this.key);
  }

  /** Null when it is not ours, or too old. */
  async open(sealed: string): Promise<Kept | null> {
    try {
      const { payload } = await jwtVerify<Kept>(sealed, this.key, {
        audience: USE,
        algorithms: ['HS256'],
        requiredClaims: ['exp', 'state', 'nonce', 'verifier', 'returnTo'],
        currentDate: new Date(this.seconds() * 1000),
      });
      const { state, nonce, verifier, returnTo } = payload;
      return { state, nonce, verifier, returnTo };
    } catch (error) {
      if (error instanceof errors.JOSEError) return null;
      throw error;
    }
  }

  private seconds(): number {
    return Math.floor(toMillis(this.clock.now()) / 1000);
  }
}

/** A path of our own, or `/`: a way back that leads to another site is an open redirect. */
export function ownPath(path: string | undefined): string {
  if (!path?.startsWith('/') || /^\/[/\\]/.test(path) || /[\x00-\x1f\\]/.test(path)) return '/';
  return path;
}
