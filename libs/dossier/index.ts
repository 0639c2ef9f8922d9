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
export { isAway } from './failures.js';
export { recomputeDeadlines } from './recompute.js';
export {
  beginReplay,
  countDossiers,
  doneCommands,
  findReplay,
  finishReplay,
  type ReplayRecord,
} from './persistence/replay.js';
export { boardSql, recentDossiers, startBoard } from './persistence/board.js';
export { nextAlarms } from './persistence/alarms.js';
export { dropOldAnswers } from './persistence/answers.js';
export {
  type DossierActions,
  type DossierQueries,
  type QueriesDeps,
  type ScopedQueries,
  createQueries,
} from './queries.js';
export type { AccessEntry, AccessFilter, AccessPage } from './access.js';
export { scopeConditions } from './persistence/scope-sql.js';
export { PERSONAL_FIELDS } from './personal.js';
export type { DeadlineDays, DeadlineLink, DeadlinePause, DeadlineView } from './deadline-view.js';
export type { ListFilter, ListPage } from './list.js';
export type { Applicant, DossierListItem, DossierView, HistoryEntry, UnitRef } from './views.js';
export { type Check, type CheckResult, type Finding, type Verification, verify } from './verify.js';
export { type LookupView, type NextAction, lookUp } from './lookup.js';
export { receiptFits, receiptSecret } from './receipt.js';
export { checkInstant } from './moments.js';
