import { claim, issuer, line, secretFile, type Read } from './readers.js';
import { weakness } from './secrets.js';

/** The OpenID provider that people sign in at. */
export interface OidcConfig {
  /** as the provider writes itself; the rest is found there */
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** what `aud` of the provider's access tokens must be; absent: none is taken as a bearer */
  audience?: string;
  /** the claim that names the account */
  loginClaim: string;
}

type Reader = <T>(name: string, parse: (text: string) => Read<T>) => T | undefined;

const NAMES = [
  'OIDC_CLIENT_ID',
  'OIDC_CLIENT_SECRET',
  'OIDC_CLIENT_SECRET_FILE',
  'OIDC_AUDIENCE',
  'OIDC_LOGIN_CLAIM',
];

/** Reads OIDC_*: all that is needed or nothing at all. What is wrong goes to `problem`, name first. */
export function readOidc(
  read: Reader,
  isSet: (name: string) => boolean,
  problem: (text: string) => void,
): OidcConfig | undefined {
  if (!isSet('OIDC_ISSUER')) {
    for (const name of NAMES.filter(isSet))
      problem(`${name}: is set without OIDC_ISSUER, wanted both or neither`);
    return undefined;
  }
  const found = {
    issuer: read('OIDC_ISSUER', issuer),
    clientId: read('OIDC_CLIENT_ID', line),
    clientSecret: clientSecret(read, isSet, problem),
    audience: read('OIDC_AUDIENCE', line),
    loginClaim: read('OIDC_LOGIN_CLAIM', claim) ?? 'preferred_username',
  };
  if (!isSet('OIDC_CLIENT_ID')) problem('OIDC_CLIENT_ID: is missing, wanted with OIDC_ISSUER');
  if (!found.issuer || !found.clientId || !found.clientSecret) return undefined;
  const { issuer: at, clientId, clientSecret: secret, audience, loginClaim } = found;
  return { issuer: at, clientId, clientSecret: secret, loginClaim, ...(audience && { audience }) };
}

function clientSecret(
  read: Reader,
  isSet: (name: string) => boolean,
  problem: (text: string) => void,
): string | undefined {
  const [plain, file] = ['OIDC_CLIENT_SECRET', 'OIDC_CLIENT_SECRET_FILE'];
  if (isSet(plain) === isSet(file)) {
    const found = isSet(plain) ? `is set beside ${file}` : 'is missing';
    problem(`${plain}: ${found}, wanted exactly one of ${plain} and ${file}`);
    return undefined;
  }
  const name = isSet(plain) ? plain : file;
  const secret = isSet(plain) ? read(plain, (value) => ({ value })) : read(file, secretFile);
  const weak = secret === undefined ? undefined : weakness(secret);
  if (weak) problem(`${name}: ${weak}`);
  return weak ? undefined : secret;
}
