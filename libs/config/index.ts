export { type Config, ConfigError, LOG_LEVELS, type LogLevel, loadConfig } from './config.js';
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
export { projectRoot } from './root.js';
