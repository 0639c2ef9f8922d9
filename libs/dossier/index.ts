export { Engine, type EngineDeps, type EngineOptions } from './engine.js';
export { pinned, type Reference } from './decide.js';
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
export {
  beginReplay,
  countDossiers,
  doneCommands,
  findReplay,
  finishReplay,
  type ReplayRecord,
} from './persistence/replay.js';
export { nextAlarms } from './persistence/alarms.js';
export { dropOldAnswers } from './persistence/answers.js';
