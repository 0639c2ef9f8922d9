import type { Pool, PoolClient } from 'pg';
import type { Position } from '#libs/database';
import { DomainError, type Instant, systemClock, toMillis } from '#libs/kernel';
import {
  type Counts,
  FORM_COLUMNS,
  REPORT_KEYS,
  type ReportKey,
  type ReportLine,
  addCounts,
  lineOf,
} from '../figures.js';
import type { Period } from '../periods.js';
import {
  FORM_CIRCULAR,
  FORM_SINCE,
  type ProvisionalReason,
  type QuarterReport,
  type UnitLine,
} from '../report.js';
import { COUNTED_TYPES, FOLLOWER, ZONE, cellsOf } from './deltas.js';
import { type PeriodQuestion, boundsOf } from './periods.js';
import { LINE_KEY, type Subject, readOnly, readSubjects } from './reader.js';

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
 * which is slower. Throws DomainError `unknown_period`, `day_not_understood`, `period_empty`, `unknown_report_key`,
 * `moment_not_understood`.
 */
export async function quarterly(pool: Pool, question: QuarterQuestion): Promise<QuarterReport> {
  const { by } = question;
  if (!REPORT_KEYS.includes(by))
    throw new DomainError('unknown_report_key', { field: 'by', params: { allowed: [...REPORT_KEYS] } });
  const now = question.now ?? systemClock.now();
  const knownAt = question.knownAt === undefined ? now : checkMoment(question.knownAt);
  const early = question.knownAt !== undefined && toMillis(knownAt) < toMillis(now);

  return readOnly(pool, async (client) => {
    const period = await boundsOf(client, question);
    const source = early ? 'events' : 'cells';
    const counted = await countLines(client, period, by, early ? knownAt : null);
    const subjects = await readSubjects(client, by, period.from, period.until);
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
      source,
      asOfPosition: state.position,
      lag: state.lag,
      provisional: state.because.length > 0,
      provisionalBecause: state.because,
    };
  });
}

const TOTAL = { vi: 'Tổng cộng', en: 'Total', km: 'សរុប' };

function checkMoment(at: string): Instant {
  if (Number.isNaN(Date.parse(at)))
    throw new DomainError('moment_not_understood', { field: 'knownAt', params: { value: at.slice(0, 40) } });
  return new Date(at).toISOString();
}

const STORED = 'motcua.report_cell';
const KNOWN = `(${cellsOf('(SELECT * FROM motcua.event WHERE recorded_at <= $3) AS e')})`;

/** SQL: one row for each line. Cells after the period are not read; those before it are what is carried over. */
function linesSql(by: ReportKey, cells: string): string {
  return `
    SELECT ${LINE_KEY[by]} AS key,
      coalesce(sum(d.received - d.before_time - d.on_time - d.overdue) FILTER (WHERE d.day < $1::date), 0) AS carried_over,
      coalesce(sum(d.received) FILTER (WHERE d.day >= $1::date AND d.channel = 'online'), 0) AS online,
      coalesce(sum(d.received) FILTER (WHERE d.day >= $1::date AND d.channel <> 'online'), 0) AS counter_or_post,
      coalesce(sum(d.before_time) FILTER (WHERE d.day >= $1::date), 0) AS before_time,
      coalesce(sum(d.on_time) FILTER (WHERE d.day >= $1::date), 0) AS on_time,
      coalesce(sum(d.overdue) FILTER (WHERE d.day >= $1::date), 0) AS overdue,
      sum(d.received - d.before_time - d.on_time - d.overdue) AS in_process,
      sum(d.in_process_overdue) AS in_process_overdue
    FROM ${cells} AS d
      JOIN motcua.unit u ON u.id = d.unit_id
      JOIN motcua.procedure_version p ON p.id = d.procedure_version_id
    WHERE d.day < $2::date
    GROUP BY 1`;
}

interface LineRow {
  key: string;
  carried_over: number;
  online: number;
  counter_or_post: number;
  before_time: number;
  on_time: number;
  overdue: number;
  in_process: number;
  in_process_overdue: number;
}

/** The counts of each line that has any, by line key. `knownAt` null: from the stored cells. */
export async function countLines(
  client: Pick<PoolClient, 'query'>,
  period: Period,
  by: ReportKey,
  knownAt: Instant | null,
): Promise<Map<string, Counts>> {
  const { rows } =
    knownAt === null
      ? await client.query<LineRow>(linesSql(by, STORED), [period.from, period.until])
      : await client.query<LineRow>(linesSql(by, KNOWN), [period.from, period.until, knownAt]);
  return new Map(
    rows.map((row) => [
      row.key,
      {
        carriedOver: row.carried_over,
        receivedOnline: row.online,
        receivedCounterOrPost: row.counter_or_post,
        resolvedBefore: row.before_time,
        resolvedOnTime: row.on_time,
        resolvedOverdue: row.overdue,
        inProcess: row.in_process,
        inProcessOverdue: row.in_process_overdue,
      },
    ]),
  );
}

/** Puts the counted lines into the order of the subjects, under their names; units also get the sums of those below. */
function arrange(
  subjects: readonly Subject[],
  counted: ReadonlyMap<string, Counts>,
): (ReportLine | UnitLine)[] {
  const none = addCounts([]);
  const own = (subject: Subject): Counts => counted.get(subject.key) ?? none;
  const anything = (c: Counts): boolean => Object.values(c).some((n) => n !== 0);
  const below = new Map<string, Subject[]>();
  for (const subject of subjects) {
    const parent = subject.unit?.parentKey;
    if (parent === undefined || parent === null) continue;
    const list = below.get(parent);
    if (list) list.push(subject);
    else below.set(parent, [subject]);
  }
  const together = (subject: Subject): Counts =>
    addCounts([own(subject), ...(below.get(subject.key) ?? []).map(together)]);
  const shown = new Map(subjects.map((subject) => [subject.key, subject.shown]));

  return subjects
    .filter(
      (subject) =>
        subject.always || anything(own(subject)) || (below.has(subject.key) && anything(together(subject))),
    )
    .map((subject) => {
      const line = lineOf(subject.shown, subject.label, own(subject));
      if (!subject.unit) return line;
      const { level, parentKey, validFrom, validUntil } = subject.unit;
      const parent = parentKey === null ? null : (shown.get(parentKey) ?? null);
      const rolledUp = below.has(subject.key)
        ? { rolledUp: lineOf(subject.shown, subject.label, together(subject)) }
        : {};
      return { ...line, level, parent, validFrom, validUntil, ...rolledUp };
    });
}

async function stillRuns(client: Pick<PoolClient, 'query'>, period: Period, now: Instant): Promise<boolean> {
  const { rows } = await client.query<{ runs: boolean }>(
    `SELECT $1::timestamptz < ($2::date::timestamp AT TIME ZONE '${ZONE}') AS runs`,
    [now, period.until],
  );
  return rows[0]!.runs;
}

const PLACE = `
  SELECT coalesce(f.epoch, 0) AS epoch, coalesce(f.xid, '0') AS xid, coalesce(f.seq, 0) AS seq
  FROM (SELECT 1) AS one LEFT JOIN motcua.follower f ON f.name = $1`;

const NEWEST = 'SELECT epoch, xid, seq FROM motcua.event ORDER BY epoch DESC, xid DESC, seq DESC LIMIT 1';

const UNREAD = `
  SELECT count(*)::int AS lag,
    count(*) FILTER (WHERE type = ANY ($4) AND occurred_at < ($5::date::timestamp AT TIME ZONE '${ZONE}'))::int AS relevant
  FROM motcua.event WHERE (epoch, xid, seq) > ($1::int, $2::xid8, $3::bigint)`;

// A deadline that has passed without its alarm: the worker was down, and columns 12 and 13 do not know of it yet.
const SILENT = `
  SELECT EXISTS (SELECT FROM motcua.deadline WHERE status = 'running' AND alarm_at IS NOT NULL
    AND due_at < ($1::date::timestamp AT TIME ZONE '${ZONE}') AND due_at < $2::timestamptz) AS silent`;

/**
 * The place in the log that the cells stand for, how many events lie beyond it, and how many of those would change
 * figures before the day `until` (default: any day).
 */
export async function placeOf(
  client: Pick<PoolClient, 'query'>,
  until = 'infinity',
): Promise<{ position: Position; lag: number; relevant: number }> {
  const position = (await client.query<Position>(PLACE, [FOLLOWER])).rows[0]!;
  const { rows } = await client.query<{ lag: number; relevant: number }>(UNREAD, [
    position.epoch,
    position.xid,
    position.seq,
    [...COUNTED_TYPES],
    until,
  ]);
  return { position, ...rows[0]! };
}

interface CountState {
  position: Position;
  lag: number;
  because: ProvisionalReason[];
}

/** Where in the log the figures stand, and what is still missing from them. */
async function stateOf(
  client: Pick<PoolClient, 'query'>,
  period: Period,
  now: Instant,
  early: boolean,
): Promise<CountState> {
  const because: ProvisionalReason[] = [];
  if (await stillRuns(client, period, now)) because.push('periodRuns');
  if (early) {
    const { rows } = await client.query<Position>(NEWEST);
    return { position: rows[0] ?? { epoch: 0, xid: '0', seq: 0 }, lag: 0, because };
  }
  const { position, lag, relevant } = await placeOf(client, period.until);
  if (relevant > 0) because.push('followerLags');
  const { silent } = (await client.query<{ silent: boolean }>(SILENT, [period.until, now])).rows[0]!;
  if (silent) because.push('alarmsPending');
  return { position, lag, because };
}
