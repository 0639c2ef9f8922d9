export { type Acting, actingAlone, scopeOf } from './acting.js';
export { actingAs, positionChoices } from './choose.js';
export { importDemoAccounts, DEMO_PASSWORD } from './demo-accounts.js';
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
