import { quarterly, recount } from '#libs/reporting';
import { median, significant } from '../document.js';
import type { SizeProvince } from './province.js';

/** The quarterly report beside the plain recount that it must equal. */
export interface ReportAtSize {
  period: string;
  reportMs: number;
  recountMs: number;
  /** how many times quicker */
  ratio: number;
}

const PERIOD = '2026Q2';
const TIMES = 21;

/** Times both in process, by unit. Throws when they differ in any line. */
export async function reportAgainstRecount({ pool, clock, reference }: SizeProvince): Promise<ReportAtSize> {
  const question = { period: PERIOD, by: 'unit' as const };
  const waits: number[] = [];
  for (let time = 0; time < TIMES; time++) {
    const begun = performance.now();
    await quarterly(pool, { ...question, now: clock.now() });
    waits.push(performance.now() - begun);
  }
  const { lines } = await quarterly(pool, { ...question, now: clock.now() });
  const begun = performance.now();
  const counted = await recount(pool, question);
  const recountMs = performance.now() - begun;
  const codes = new Map(reference.units.all().map((unit) => [String(unit.id), unit.agencyCode]));
  for (const [key, counts] of counted.lines) {
    const line = lines.find((one) => one.key === codes.get(key));
    if (line?.inProcess !== counts.inProcess || line.carriedOver !== counts.carriedOver) {
      throw new Error(`report and recount differ on ${codes.get(key)}`);
    }
  }
  const reportMs = median(waits);
  return {
    period: PERIOD,
    reportMs: significant(reportMs, 3),
    recountMs: Math.round(recountMs),
    ratio: Math.round(recountMs / reportMs),
  };
}
