export { createApi } from './app.js';
export type { ApiDeps, CommandEngine } from './deps.js';
export { DEFAULT_LIMITS, type Limits, NO_LIMITS } from './http/limits.js';
export { CannotListen, listen } from './listen.js';
export { type ApiMetrics, createMetrics } from './operations/metrics.js';
