export { createApi } from './app.js';
export type { ApiDeps, CommandEngine } from './deps.js';
export { CannotListen, listen } from './listen.js';
export { type ApiMetrics, createMetrics } from './operations/metrics.js';
