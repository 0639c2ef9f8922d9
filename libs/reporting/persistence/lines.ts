import type { PoolClient } from 'pg';
import type { Instant } from '#libs/kernel';
import { type Counts, type ReportKey, type ReportLine, addCounts, lineOf } from '../figures.js';
import type { Period } from '../periods.js';
import type { UnitLine } from '../report.js';
import { cellsOf } from './deltas.js';
import { LINE_KEY, type Subject } from './reader.js';
import { ownPrefixes, prefixes, prefixValues, subjectJoin } from './sums.js';

// A scope's own competent units in $4, or NULL for all.
const KNOWN = (units: string): string =>
  `(${cellsOf('(SELECT * FROM motcua.event WHERE recorded_at <= $3) AS e', units)})`;

const COUNTERS = ['received', 'before_time', 'on_time', 'overdue', 'in_process_overdue'];
const KNOWN_SUMS = COUNTERS.map(
  (counter) =>
    `CASE WHEN c.day < $1::date THEN c.${counter} ELSE 0 END AS ${counter}_first, c.${counter} AS ${counter}_last`,
);

/** Where the counts of lines come from: the stored sums, or for an earlier state of knowledge the events themselves. */
type Source = 'stored' | 'known';

/**
 * SQL: the counts before the period's first day (`…_first`) and before the first day after it (`…_last`), by line key and
 * channel; of all units, or with `own` of some.
 */
const PREFIXES: Readonly<Record<Source, (by: ReportKey, own: boolean) => string>> = {
  stored: (by, own) => `(${own ? ownPrefixes(by) : prefixes(by)}) AS d ${subjectJoin(by)}`,
  known: (_, own) => `(SELECT c.unit_id, c.procedure_version_id, c.channel, ${KNOWN_SUMS.join(', ')}
      FROM ${KNOWN(own ? 'd.competent_unit_id = ANY($4::int[])' : 'true')} AS c WHERE c.day < $2::date) AS d
    JOIN motcua.unit u ON u.id = d.unit_id
    JOIN motcua.procedure_version p ON p.id = d.procedure_version_id`,
};

/** SQL: one row for each line. What is before the period is carried over, or was closed before it. */
function linesSql(by: ReportKey, source: Source, own: boolean): string {
  const during = (counter: string, filter = 'true'): string =>
    `coalesce(sum(d.${counter}_last - d.${counter}_first) FILTER (WHERE ${filter}), 0)`;
  const left = (end: string): string =>
    `sum(d.received_${end} - d.before_time_${end} - d.on_time_${end} - d.overdue_${end})`;
  return `
    SELECT ${LINE_KEY[by]} AS key,
      ${left('first')}::bigint AS carried_over,
      ${during('received', `d.channel = 'online'`)}::bigint AS online,
      ${during('received', `d.channel <> 'online'`)}::bigint AS counter_or_post,
      ${during('before_time')}::bigint AS before_time,
      ${during('on_time')}::bigint AS on_time,
      ${during('overdue')}::bigint AS overdue,
      ${left('last')}::bigint AS in_process,
      sum(d.in_process_overdue_last)::bigint AS in_process_overdue
    FROM ${PREFIXES[source](by, own)}
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

/** The counts of each line that has any, by line key. `knownAt` null: from the stored sums; `units` null: of all. */
export async function countLines(
  client: Pick<PoolClient, 'query'>,
  period: Period,
  by: ReportKey,
  knownAt: Instant | null,
  units: readonly number[] | null,
): Promise<Map<string, Counts>> {
  const source = knownAt === null ? 'stored' : 'known';
  const values: unknown[] =
    knownAt === null ? prefixValues(period.from, period.until) : [period.from, period.until, knownAt];
  const { rows } = await client.query<LineRow>({
    name: `quarter-${source}-${by}${units === null ? '' : '-own'}`,
    text: linesSql(by, source, units !== null),
    values: units === null ? values : [...values, units],
  });
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
export function arrange(
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
