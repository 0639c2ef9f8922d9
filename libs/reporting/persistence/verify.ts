import type { Pool } from 'pg';
import {
  type Counts,
  NO_COUNTS,
  REPORT_KEYS,
  type ReportKey,
  figuresOf,
  identityOf,
  sameCounts,
} from '../figures.js';
import { type Period, addDays } from '../periods.js';
import { listPeriods } from './periods.js';
import { countLines } from './lines.js';
import { placeOf } from './place.js';
import { readOnly } from './reader.js';
import { daysOfLog, recountAll } from './recount.js';
import { sumFaults, type CellCounts } from './sums.js';

/** One line on which the cells and the recount do not agree, or which breaks the form's identity. */
export interface CountDifference {
  period: string;
  by: ReportKey;
  /** the line's key; a unit's internal id for lines by unit */
  key: string;
  cells: Counts;
  recount: Counts;
  identityHolds: boolean;
}

export interface CountVerification {
  ok: boolean;
  periods: string[];
  /** lines compared, over all periods and splits */
  compared: number;
  differences: CountDifference[];
  /** events that the projector has not read yet and that were therefore left out of both counts */
  unread: number;
  /** events in the log without a dossier row */
  orphans: number;
}

/** What a cell counts, as far as it is a line's: a stretch alone knows of nothing carried over. */
function countsOf(cell: CellCounts, channel: string): Counts {
  return {
    ...NO_COUNTS,
    [channel === 'online' ? 'receivedOnline' : 'receivedCounterOrPost']: cell.received,
    resolvedBefore: cell.before_time,
    resolvedOnTime: cell.on_time,
    resolvedOverdue: cell.overdue,
    inProcessOverdue: cell.in_process_overdue,
  };
}

/**
 * Compares the cells with a recount of the whole log, line by line, for every stored period that the log touches and for
 * the log as a whole, and the sums of half months and years with their cells. Reads one unchanging view, and recounts up to the place that the projector has reached, so that it
 * may be asked of a running system; what is still unread is given as a number. Returns at most `limit` differences (100 unless told); `ok` speaks of all of them.
 */
export async function verifyCounts(pool: Pool, options: { limit?: number } = {}): Promise<CountVerification> {
  return readOnly(pool, async (client) => {
    const days = await daysOfLog(client);
    const whole: Period[] = days
      ? [{ code: 'whole log', rule: 'custom', from: days.first, until: addDays(days.last, 1) }]
      : [];
    const touched = (await listPeriods(client)).filter(
      (p) => days && p.from <= days.last && p.until > days.first,
    );
    const periods = [...touched, ...whole];
    const result: CountVerification = {
      ok: true,
      periods: periods.map((p) => p.code),
      compared: 0,
      differences: [],
      unread: 0,
      orphans: 0,
    };
    const place = await placeOf(client);
    result.unread = place.lag;
    for (const counted of await recountAll(client, periods, REPORT_KEYS, { upTo: place.position })) {
      const cells = await countLines(client, counted.period, counted.by, null, null);
      result.orphans = Math.max(result.orphans, counted.orphans);
      for (const key of new Set([...cells.keys(), ...counted.lines.keys()])) {
        const a = cells.get(key) ?? NO_COUNTS;
        const b = counted.lines.get(key) ?? NO_COUNTS;
        const identityHolds = identityOf(figuresOf(a)).holds && identityOf(figuresOf(b)).holds;
        result.compared++;
        if (sameCounts(a, b) && identityHolds) continue;
        result.ok = false;
        if (result.differences.length < (options.limit ?? 100))
          result.differences.push({
            period: counted.period.code,
            by: counted.by,
            key,
            cells: { ...a },
            recount: { ...b },
            identityHolds,
          });
      }
    }
    for (const { dim, grain, start, key, channel, cells, sum } of await sumFaults(client)) {
      result.ok = false;
      if (result.differences.length < (options.limit ?? 100))
        result.differences.push({
          period: `the ${grain} from ${start}, ${channel}`,
          by: dim,
          key: String(key),
          cells: countsOf(cells, channel),
          recount: countsOf(sum, channel),
          identityHolds: true,
        });
    }
    if (result.orphans > 0) result.ok = false;
    return result;
  });
}
