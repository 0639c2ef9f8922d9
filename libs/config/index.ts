export { type Config, ConfigError, LOG_LEVELS, type LogLevel, loadConfig } from './config.js';
export { projectRoot } from './root.js';
