export { BAND_LABELS, type AgeBand, type TimeLeftBand } from './backlog-bands.js';
export { formatBacklogTable } from './backlog-table.js';
export { formatQuarterCsv } from './csv.js';
export {
  type Counts,
  type Figures,
  type FormColumn,
  type Identity,
  REPORT_KEYS,
  type ReportKey,
  type ReportLine,
} from './figures.js';
export { type Language, formatQuarterTable } from './format.js';
export type { Period } from './periods.js';
export type { ProvisionalReason, QuarterReport, UnitLine } from './report.js';
export {
  BACKLOG_KEYS,
  type Backlog,
  type BacklogKey,
  type BacklogLine,
  backlog,
} from './persistence/backlog.js';
export { type PeriodQuestion, findPeriod, listPeriods } from './persistence/periods.js';
export { startProjector } from './persistence/projector.js';
export { type QuarterQuestion, quarterly } from './persistence/quarterly.js';
export { type Recount, type RecountQuestion, recount } from './persistence/recount.js';
export { type CountDifference, type CountVerification, verifyCounts } from './persistence/verify.js';
export type { ReportSource } from './persistence/reader.js';
