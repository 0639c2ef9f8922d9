export { type ExportOptions, type Exported, type WriteLine, exportIn, exportLog } from './export.js';
export { SEALER, SealError, type SealerOptions, startSealer } from './seal.js';
export { type Finding as AuditFinding, type FindingCode } from './verify/findings.js';
export { AuditFileError } from './verify/lines.js';
export { type AuditResult, type VerifyOptions, verifyExport } from './verify/verify.js';
