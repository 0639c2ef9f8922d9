export { type Config, ConfigError, LOG_LEVELS, type LogLevel, loadConfig, type Mode } from './config.js';
export {
  KEY_FILES,
  type Keys,
  KeysError,
  type KeysPlace,
  type SigningKey,
  keyId,
  keysFolder,
  loadKeys,
} from './keys.js';
export { makeKeys } from './make-keys.js';
export type { OidcConfig } from './oidc.js';
export { isLoopbackAddress } from './readers.js';
export { projectRoot } from './root.js';
export { isWellKnown, weakness } from './secrets.js';
