import type { PoolClient } from 'pg';
import type { ReportKey } from '../figures.js';
import type { Day } from '../periods.js';

/*
 * Everything up to a day is a few years, at most eleven months, at most one half month and at most sixteen days: so many
 * rows are read for it, however many dossiers they stand for and however long ago the first of them came.
 */

/** SQL: the first day of the stretch of each grain that a day lies in. Periods begin on a 1st or a 15th. */
export const GRAINS = {
  half: (day: string): string =>
    `(date_trunc('month', ${day}::timestamp)::date + CASE WHEN extract(day FROM ${day}) < 15 THEN 0 ELSE 14 END)`,
  month: (day: string): string => `date_trunc('month', ${day}::timestamp)::date`,
  year: (day: string): string => `date_trunc('year', ${day}::timestamp)::date`,
};
export type Grain = keyof typeof GRAINS;
export const GRAIN_NAMES = Object.keys(GRAINS) as Grain[];

/** By what the sums behind a split are kept. */
const DIM: Readonly<Record<ReportKey, 'unit' | 'procedure'>> = {
  level: 'unit',
  unit: 'unit',
  channel: 'unit',
  sector: 'procedure',
  procedure: 'procedure',
};

/**
 * SQL: the channel that a sum is kept under. No split by procedure or sector asks for more than whether it came online, and a third
 * of the rows less is read.
 */
export const SUM_CHANNEL: Readonly<Record<'unit' | 'procedure', (channel: string) => string>> = {
  unit: (channel) => channel,
  procedure: (channel) => `CASE ${channel} WHEN 'online' THEN 'online' ELSE 'other' END`,
};

const COUNTERS = 'received, before_time, on_time, overdue, in_process_overdue';

type Ends = readonly [from: string, until: string];

/** From where to where each grain is read to have everything before a day: each begins where the coarser one ends. */
function stretchesBefore(day: Day): Record<Grain | 'day', Ends> {
  const year = `${day.slice(0, 4)}-01-01`;
  const month = `${day.slice(0, 7)}-01`;
  const half = day.slice(8) < '15' ? month : `${day.slice(0, 7)}-15`;
  return { year: ['-infinity', year], month: [year, month], half: [month, half], day: [half, day] };
}

/** How many parameters {@link prefixValues} fills. */
const PREFIX_VALUES = 16;

/** The values of the parameters of {@link prefixes}: worked out here, since PostgreSQL would do so for every row. */
export function prefixValues(from: Day, until: Day): string[] {
  const [first, last] = [stretchesBefore(from), stretchesBefore(until)];
  return PARTS.flatMap((part) => [...first[part], ...last[part]]);
}

const PARTS = [...GRAIN_NAMES, 'day'] as const;

/**
 * SQL: for each unit or procedure version and channel the counts before the first day of a period (`…_first`) and before the first
 * day after it (`…_last`). Everything that a report says of the period is the difference between the two, or one of them.
 */
export function prefixes(by: ReportKey): string {
  return prefixesOf(DIM[by], '');
}

/**
 * SQL: the same of some units only, whose ids are one more parameter after {@link prefixValues}. No sums are kept by unit and
 * procedure: where lines are procedures, or put together from them, the units' own cells are added up.
 */
export function ownPrefixes(by: ReportKey): string {
  const units = `$${PREFIX_VALUES + 1}::int[]`;
  if (DIM[by] === 'unit') return prefixesOf('unit', units);
  // The last of the days, for either end: everything before is meant, and cells know of days alone.
  const [from, until] = [`$${PREFIX_VALUES - 2}::date`, `$${PREFIX_VALUES}::date`];
  return `
    SELECT procedure_version_id AS key, ${SUM_CHANNEL.procedure('channel')} AS channel, ${sumsSql(`day < ${from}`, 'true')}
    FROM motcua.report_cell WHERE unit_id = ANY(${units}) AND day < ${until}
      AND ${Array.from({ length: PREFIX_VALUES - 4 }, (_, nth) => `$${nth + 1}::date IS NOT NULL`).join(' AND ')}
      AND $${PREFIX_VALUES - 3}::date IS NOT NULL AND $${PREFIX_VALUES - 1}::date IS NOT NULL
    GROUP BY 1, 2`;
}

function sumsSql(first: string, last: string): string {
  return COUNTERS.split(', ')
    .flatMap((counter) => [
      `coalesce(sum(${counter}) FILTER (WHERE ${first}), 0) AS ${counter}_first`,
      `coalesce(sum(${counter}) FILTER (WHERE ${last}), 0) AS ${counter}_last`,
    ])
    .join(', ');
}

function prefixesOf(dim: 'unit' | 'procedure', units: string): string {
  const key = dim === 'unit' ? 'unit_id' : 'procedure_version_id';
  const read = (nth: number, first: string, last: string, where: string): string => {
    const part = PARTS[nth]!;
    const from =
      part === 'day'
        ? `motcua.report_cell WHERE ${units === '' ? '' : `unit_id = ANY(${units}) AND`}`
        : `motcua.report_sum WHERE dim = '${dim}' AND grain = '${part}' AND ${units === '' ? '' : `key = ANY(${units}) AND`}`;
    const channel = part === 'day' ? SUM_CHANNEL[dim]('channel') : 'channel';
    return `SELECT ${part === 'day' ? key : 'key'} AS key, ${channel} AS channel, ${COUNTERS}, ${first} AS first, ${last} AS last
      FROM ${from} ${where}`;
  };
  const parts = PARTS.flatMap((part, nth) => {
    const column = part === 'day' ? 'day' : 'start';
    const within = (from: number, until: number): string =>
      `${column} >= $${nth * 4 + from}::date AND ${column} < $${nth * 4 + until}::date`;
    const [first, last] = [within(1, 2), within(3, 4)];
    // Years and months are mostly the same ones for both ends; half months and days hardly ever.
    return part === 'year' || part === 'month'
      ? [read(nth, first, last, `${within(1, 4)} AND (${first} OR ${last})`)]
      : [read(nth, 'true', 'false', first), read(nth, 'false', 'true', last)];
  });
  return `
    SELECT key, channel, ${sumsSql('first', 'last')}
    FROM (${parts.join(' UNION ALL ')}) AS parts
    GROUP BY 1, 2`;
}

/** SQL: joins what the key of a prefix stands for: `u`, the unit, or `p`, the procedure version. */
export function subjectJoin(by: ReportKey): string {
  return DIM[by] === 'unit'
    ? 'JOIN motcua.unit u ON u.id = d.key'
    : 'JOIN motcua.procedure_version p ON p.id = d.key';
}

/** One row of the sums that is not what its cells add up to; both sides as they stand. */
export interface SumFault {
  dim: 'unit' | 'procedure';
  grain: Grain;
  start: Day;
  key: number;
  channel: string;
  cells: CellCounts;
  sum: CellCounts;
}

export interface CellCounts {
  received: number;
  before_time: number;
  on_time: number;
  overdue: number;
  in_process_overdue: number;
}

const AS_JSON = (alias: string): string =>
  `json_build_object(${COUNTERS.split(', ')
    .map((counter) => `'${counter}', coalesce(${alias}.${counter}, 0)`)
    .join(', ')})`;

const FAULTS = `
  WITH added AS (
    SELECT k.dim, g.grain, g.start, k.key, k.channel, ${COUNTERS.split(', ')
      .map((counter) => `sum(c.${counter}) AS ${counter}`)
      .join(', ')}
    FROM motcua.report_cell c
      CROSS JOIN LATERAL (VALUES ('unit', c.unit_id, c.channel),
        ('procedure', c.procedure_version_id, ${SUM_CHANNEL.procedure('c.channel')})) AS k (dim, key, channel)
      CROSS JOIN LATERAL (VALUES ${GRAIN_NAMES.map((grain) => `('${grain}', ${GRAINS[grain]('c.day')})`).join(', ')}) AS g (grain, start)
    GROUP BY 1, 2, 3, 4, 5
  )
  SELECT dim, grain, start::text, key, channel, ${AS_JSON('a')} AS cells, ${AS_JSON('s')} AS sum
  FROM added a FULL JOIN motcua.report_sum s USING (dim, grain, start, key, channel)
  WHERE ${COUNTERS.split(', ')
    .map((counter) => `coalesce(a.${counter}, 0) <> coalesce(s.${counter}, 0)`)
    .join(' OR ')}
  ORDER BY dim, grain, start, key, channel`;

/** Where the sums and the cells do not agree: for verification, which reads all cells. */
export async function sumFaults(client: Pick<PoolClient, 'query'>): Promise<SumFault[]> {
  return (await client.query<SumFault>(FAULTS)).rows;
}
