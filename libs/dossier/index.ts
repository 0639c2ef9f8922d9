export { Engine, type EngineDeps, type EngineOptions } from './engine.js';
export type { Reference } from './decide.js';
export type {
  AcceptedAnswer,
  Channel,
  CommandAnswer,
  CommandRequest,
  DossierCommands,
  RefusedAnswer,
} from './types.js';
export { Alarms } from './alarms.js';
export { recomputeDeadlines } from './recompute.js';
