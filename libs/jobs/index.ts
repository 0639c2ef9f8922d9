export { AlarmClock, answerAlarms, SWEEP_EVERY_MS, type WakeUp } from './alarms.js';
export type { JobBackend } from './backend.js';
export { prepareJobs } from './prepare.js';
