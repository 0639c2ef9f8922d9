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
    `(date_trunc('month', ${day})::date + CASE WHEN extract(day FROM ${day}) < 15 THEN 0 ELSE 14 END)`,
  month: (day: string): string => `date_trunc('month', ${day})::date`,
  year: (day: string): string => `date_trunc('year', ${day})::date`,
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

const COUNTERS = 'received, before_time, on_time, overdue, in_process_overdue';

/** From where to where each grain is read to have everything before a day: each begins where the coarser one ends. */
const STRETCHES: Readonly<Record<Grain, (day: string) => [from: string, until: string]>> = {
  year: (day) => [`'-infinity'::date`, GRAINS.year(day)],
  month: (day) => [GRAINS.year(day), GRAINS.month(day)],
  half: (day) => [GRAINS.month(day), GRAINS.half(day)],
};

const within = (column: string, [from, until]: [string, string]): string =>
  `${column} >= ${from} AND ${column} < ${until}`;

/**
 * SQL: for each unit or procedure version and channel the counts before the days `$1` (`first`) and `$2` (`last`), of which the first
 * is the earlier. Everything that a report says of a period is the difference between the two, or one of them. A row that
 * both need is read once.
 */
export function prefixes(by: ReportKey): string {
  const dim = DIM[by];
  const read = (columns: string, column: string, stretch: (day: string) => [string, string]): string => {
    const [first, last] = [within(column, stretch('$1::date')), within(column, stretch('$2::date'))];
    return `SELECT ${columns}, channel, ${COUNTERS}, ${first} AS first, ${last} AS last FROM`;
  };
  const parts = GRAIN_NAMES.map((grain) => {
    const stretch = STRETCHES[grain];
    const [from] = stretch('$1::date');
    const [, until] = stretch('$2::date');
    return `${read('key', 'start', stretch)} motcua.report_sum
      WHERE dim = '${dim}' AND grain = '${grain}' AND start >= ${from} AND start < ${until}
        AND (${within('start', stretch('$1::date'))} OR ${within('start', stretch('$2::date'))})`;
  });
  const edges = (day: string): [string, string] => [GRAINS.half(day), day];
  const key = dim === 'unit' ? 'unit_id' : 'procedure_version_id';
  const cells = ['$1::date', '$2::date'].map(
    (day, nth) => `SELECT ${key} AS key, channel, ${COUNTERS}, ${nth === 0} AS first, ${nth === 1} AS last
      FROM motcua.report_cell WHERE ${within('day', edges(day))}`,
  );
  const sums = COUNTERS.split(', ').flatMap((counter) =>
    ['first', 'last'].map((end) => `coalesce(sum(${counter}) FILTER (WHERE ${end}), 0) AS ${counter}_${end}`),
  );
  return `
    SELECT key, channel, ${sums.join(', ')}
    FROM (${[...parts, ...cells].join(' UNION ALL ')}) AS parts
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
    SELECT k.dim, g.grain, g.start, k.key, c.channel, ${COUNTERS.split(', ')
      .map((counter) => `sum(c.${counter}) AS ${counter}`)
      .join(', ')}
    FROM motcua.report_cell c
      CROSS JOIN LATERAL (VALUES ('unit', c.unit_id), ('procedure', c.procedure_version_id)) AS k (dim, key)
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
