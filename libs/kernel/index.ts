export { type Clock, type Instant, ManualClock, fromMillis, systemClock, toMillis } from './clock.js';
export { describeCause } from './cause.js';
export { DomainError, type Labels, assertNever } from './errors.js';
export { namedId, newId } from './ids.js';
export { canonicalJson, hashJson } from './json.js';
export type { Json, JsonObject } from './json-value.js';
