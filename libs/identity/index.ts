export { type Acting, actingAlone, scopeOf } from './acting.js';
