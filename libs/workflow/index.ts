export { BECAUSE_CODES, type BecauseCode } from './because.js';
export { compact, type CompactSnapshot, type StoredPlace } from './compact.js';
export { compile, type CompiledDefinition } from './compile.js';
export { isValidItemNumber, itemNumberOf } from './item-number.js';
export {
  becauseLabel,
  commandLabel,
  nationalLabel,
  positionLabel,
  refusalLabel,
  stateLabel,
} from './labels/index.js';
export { REFUSAL_CODES, type RefusalCode } from './labels/refusals.js';
export { PAYLOAD_FIELDS, type PayloadField } from './payload-fields.js';
export { mermaid } from './mermaid.js';
export { pathsThrough, type Path, type PathStep } from './paths.js';
export { POST_ACTIONS, POST_EVENTS, type PostAction, type PostEventCode } from './post-events.js';
export { restore } from './restore.js';
export { type Capability, CAPABILITIES, type Right, RIGHTS } from './rights.js';
export { type RightsRow, rightsPage, rightsRows, rightsText } from './rights-page.js';
export { may } from './who-may.js';
export { stateInfo, type StateInfo } from './state-info.js';
export { available, step } from './step.js';
export * from './types.js';
export { problemsOf, type DefinitionProblem } from './validate.js';
export { LIFECYCLE_VERSION } from './version.js';
export { commandOf, EVENT_OF, isCommand, isState, isTerminal } from './words.js';
