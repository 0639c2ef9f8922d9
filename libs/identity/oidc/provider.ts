import { createRemoteJWKSet, decodeJwt, errors as jose, jwtVerify } from 'jose';
import * as client from 'openid-client';
import { DomainError } from '#libs/kernel';
import { type OidcConfig, isLoopback } from './config.js';
import type { Kept } from './keep.js';

/** Who somebody is at the provider. */
export interface Subject {
  issuer: string;
  subject: string;
}

/** What of a provider's token is looked at. */
export interface BearerClaims extends Subject {
  /** seconds */
  issuedAt: number;
  /** seconds */
  expiresAt: number;
}

const ALGORITHMS = ['RS256', 'ES256', 'EdDSA'];

/** Talks to the OpenID provider. Its discovery document is read at the first use, and again after a failure. */
export class Provider {
  private found: Promise<client.Configuration> | undefined;
  private keys: ReturnType<typeof createRemoteJWKSet> | undefined;

  constructor(private readonly config: OidcConfig) {}

  /** Where to send the browser, and what to remember meanwhile. Throws DomainError `oidc_unavailable`. */
  async begin(returnTo: string): Promise<{ url: string; kept: Kept }> {
    const kept = {
      state: client.randomState(),
      nonce: client.randomNonce(),
      verifier: client.randomPKCECodeVerifier(),
      returnTo,
    };
    const url = client.buildAuthorizationUrl(await this.discovered(), {
      redirect_uri: this.config.redirectUri,
      scope: this.config.scope ?? 'openid profile',
      code_challenge: await client.calculatePKCECodeChallenge(kept.verifier),
      code_challenge_method: 'S256',
      state: kept.state,
      nonce: kept.nonce,
    });
    return { url: url.href, kept };
  }

  /**
   * Trades the code for who it is. Throws DomainError `oidc_refused` for a wrong state or nonce, a code that was used before, or
   * a refusal of the provider; `oidc_unavailable` when it cannot be asked.
   */
  async finish(query: string, kept: Kept): Promise<Subject & { login: string | null }> {
    const discovered = await this.discovered();
    const callback = new URL(this.config.redirectUri);
    callback.search = query;
    try {
      const answer = await client.authorizationCodeGrant(discovered, callback, {
        pkceCodeVerifier: kept.verifier,
        expectedState: kept.state,
        expectedNonce: kept.nonce,
        idTokenExpected: true,
      });
      const claims = answer.claims()!;
      const name = this.config.loginClaim ?? 'preferred_username';
      // Strict providers keep such claims out of the ID token and tell them only when asked.
      const told =
        name in claims || !discovered.serverMetadata().userinfo_endpoint
          ? claims
          : await client.fetchUserInfo(discovered, answer.access_token, claims.sub);
      const login = told[name];
      return { issuer: claims.iss, subject: claims.sub, login: typeof login === 'string' ? login : null };
    } catch (cause) {
      throw new DomainError(isRefusal(cause) ? 'oidc_refused' : 'oidc_unavailable', { cause });
    }
  }

  /** True for a token that says it is this provider's: only then is it worth asking. */
  issued(token: string): boolean {
    try {
      return this.config.audience !== undefined && decodeJwt(token).iss === this.config.issuer;
    } catch {
      return false;
    }
  }

  /** The claims of an access token for us; null when it is none. Throws DomainError `oidc_unavailable`. */
  async bearer(token: string, now: Date): Promise<BearerClaims | null> {
    const discovered = await this.discovered();
    const { jwks_uri: uri, issuer } = discovered.serverMetadata();
    if (!uri || !(uri.startsWith('https://') || isLoopback(uri)))
      throw new DomainError('oidc_unavailable', { params: { reason: 'jwks_uri' } });
    this.keys ??= createRemoteJWKSet(new URL(uri));
    try {
      const { payload } = await jwtVerify(token, this.keys, {
        issuer,
        audience: this.config.audience!,
        algorithms: ALGORITHMS,
        requiredClaims: ['sub', 'exp', 'iat'],
        currentDate: now,
      });
      return { issuer, subject: payload.sub!, issuedAt: payload.iat!, expiresAt: payload.exp! };
    } catch (cause) {
      if (cause instanceof jose.JOSEError && !(cause instanceof jose.JWKSTimeout)) return null;
      throw new DomainError('oidc_unavailable', { cause });
    }
  }

  private async discovered(): Promise<client.Configuration> {
    const { issuer, clientId, clientSecret } = this.config;
    const auth = clientSecret === undefined ? client.None() : client.ClientSecretBasic(clientSecret);
    const execute = isLoopback(issuer) ? [client.allowInsecureRequests] : [];
    this.found ??= client.discovery(new URL(issuer), clientId, undefined, auth, { execute, timeout: 10 });
    try {
      return await this.found;
    } catch (cause) {
      this.found = undefined;
      throw new DomainError('oidc_unavailable', { cause });
    }
  }
}

/** What the provider or the answer's own contents say no to; anything else is a failure to ask. */
function isRefusal(error: unknown): boolean {
  if (error instanceof client.ResponseBodyError) return error.status < 500;
  if (error instanceof client.AuthorizationResponseError) return true;
  return error instanceof client.ClientError && !UNREACHED.has(error.code ?? '');
}

const UNREACHED = new Set(['OAUTH_TIMEOUT', 'OAUTH_ABORT', 'OAUTH_PARSE_ERROR']);
