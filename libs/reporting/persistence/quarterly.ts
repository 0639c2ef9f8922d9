import { checkInstant } from '#libs/dossier';
import { DomainError, type Instant, systemClock, toMillis } from '#libs/kernel';
import { FORM_COLUMNS, REPORT_KEYS, type ReportKey, addCounts, lineOf } from '../figures.js';
import { FORM_CIRCULAR, FORM_SINCE, type QuarterReport } from '../report.js';
import { arrange, countLines } from './lines.js';
import { type PeriodQuestion, boundsOf } from './periods.js';
import { stateOf } from './place.js';
import { readOnly, readSubjects, type ReportSource, unitsOf } from './reader.js';

export type QuarterQuestion = PeriodQuestion & {
  by: ReportKey;
  /** count only what had been recorded by then; default: everything */
  knownAt?: Instant;
  /** the clock's now, which decides whether the period still runs; default: the system clock */
  now?: Instant;
};

/**
 * The figures of form II.06a for a period, from what happened up to its end: dossiers that move on later change nothing.
 * Reads the projector's cells; asked for an earlier state of knowledge, adds the same cells up from the events themselves,
 * which is slower. For a person it is of the units of their scope: their lines, and sums over them. Throws DomainError `unknown_period`, `day_not_understood`, `period_empty`, `unknown_report_key`,
 * `moment_not_understood`.
 */
export async function quarterly(source: ReportSource, question: QuarterQuestion): Promise<QuarterReport> {
  const { by } = question;
  if (!REPORT_KEYS.includes(by))
    throw new DomainError('unknown_report_key', { field: 'by', params: { allowed: [...REPORT_KEYS] } });
  const now = question.now ?? systemClock.now();
  const knownAt = checkInstant(question.knownAt, 'knownAt') ?? now;
  const early = question.knownAt !== undefined && toMillis(knownAt) < toMillis(now);

  const units = unitsOf(source);
  return readOnly(source, async (client) => {
    const period = await boundsOf(client, question);
    const counted = await countLines(client, period, by, early ? knownAt : null, units);
    const subjects = await readSubjects(client, by, period.from, period.until, units);
    const lines = arrange(subjects, counted);
    const total = lineOf('total', TOTAL, addCounts(counted.values()));
    const state = await stateOf(client, period, now, early);
    return {
      period,
      by,
      form: {
        code: 'II.06a' as const,
        circular: FORM_CIRCULAR,
        columns: FORM_COLUMNS,
        appliedBackwards: period.from < FORM_SINCE,
      },
      lines,
      total,
      identityHolds: [...lines, total].every((line) => line.identity.holds),
      knownAt,
      source: early ? ('events' as const) : ('cells' as const),
      asOfPosition: state.position,
      lag: state.lag,
      provisional: state.because.length > 0,
      provisionalBecause: state.because,
    };
  });
}

const TOTAL = { vi: 'Tổng cộng', en: 'Total', km: 'សរុប' };
