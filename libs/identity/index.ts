export { type Acting, actingAlone, scopeOf } from './acting.js';
export { type Administration, openAdministration } from './administration/administration.js';
export type { Service } from './administration/position-rules.js';
export type { NewAccountWish, PositionWish, WithSecret } from './administration/types.js';
export { actingAs, positionChoices } from './choose.js';
export { dayOf } from './day.js';
export { DEMO_PASSWORD, importDemoAccounts } from './demo-accounts.js';
export { type Identity, type IdentityDeps, openIdentity } from './identity.js';
export type { OidcConfig } from './oidc/config.js';
export { KEEP_SECONDS } from './oidc/keep.js';
export type { OidcSignIn } from './oidc/sign-in.js';
export { ONE_TIME_HOURS } from './password/one-time.js';
export { ACCESS_SECONDS } from './token/access.js';
export {
  type Account,
  type AccountEvent,
  type AccountKind,
  type ActsFor,
  type Credential,
  DEVICE_DAYS,
  type Delegation,
  type Origin,
  type Principal,
  type SignedIn,
  type Tokens,
} from './types.js';
