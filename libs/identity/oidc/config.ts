import { DomainError } from '#libs/kernel';

/** The OpenID provider of a deployment. */
export interface OidcConfig {
  /** as in its discovery document; https, or http on this machine only */
  issuer: string;
  clientId: string;
  /** none: a public client, held by PKCE alone */
  clientSecret?: string | undefined;
  /** our own callback address, as the provider knows it */
  redirectUri: string;
  /** what is asked for; `openid profile` by default */
  scope?: string | undefined;
  /** which claim names the account to link at the first sign-in; `preferred_username` by default. Only one that users cannot change themselves. */
  loginClaim?: string | undefined;
  /** make an account (without any position) for whoever the provider lets in; not by default */
  createAccounts?: boolean | undefined;
  /** the audience of access tokens that are taken as bearer; none are without it */
  audience?: string | undefined;
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** True when plain http is fine: nobody stands between. */
export function isLoopback(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === 'http:' && LOOPBACK.has(hostname);
}

/**
 * Refuses what would make a sign-in worthless. Throws DomainError `oidc_config_invalid` with the field: an issuer or a
 * callback by plain http, or an audience that is the client itself, under which ID tokens would pass as access tokens.
 */
export function checkOidc(config: OidcConfig): OidcConfig {
  for (const field of ['issuer', 'redirectUri'] as const) {
    const url = URL.canParse(config[field]) ? config[field] : null;
    if (url === null || !(url.startsWith('https://') || isLoopback(url)))
      throw new DomainError('oidc_config_invalid', { field });
  }
  if (config.audience !== undefined && config.audience === config.clientId)
    throw new DomainError('oidc_config_invalid', { field: 'audience' });
  return config;
}
