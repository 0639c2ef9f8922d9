import { fromMillis, toMillis, type Clock } from '#libs/kernel';
import { BENCH_DAY } from './lives.js';

/** 8:00 in Trà Vinh, on a Monday: whenever the bench runs, its dossiers come in office hours. */
const MORNING = `${BENCH_DAY}T01:00:00.000Z`;

/** A clock that starts in that morning and runs. */
export function runningClock(): Clock {
  const start = toMillis(MORNING);
  const begun = performance.now();
  return { now: () => fromMillis(Math.floor(start + performance.now() - begun)) };
}
