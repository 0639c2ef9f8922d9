import type { PoolClient } from 'pg';
import type { ReportKey } from '../figures.js';
import type { Day } from '../periods.js';

/*
 * Everything up to a day is a few years, at most twenty-four half months and at most sixteen days: so many rows are read
 * for it, however many dossiers they stand for and however long ago the first of them came.
 */

/** SQL: the first day of the stretch of each grain that a day lies in. Periods begin on a 1st or a 15th. */
export const GRAINS = {
  half: (day: string): string =>
    `date_trunc('month', ${day})::date + CASE WHEN extract(day FROM ${day}) < 15 THEN 0 ELSE 14 END`,
  year: (day: string): string => `date_trunc('year', ${day})::date`,
};

/** By what the sums behind a split are kept. */
const DIM: Readonly<Record<ReportKey, 'unit' | 'procedure'>> = {
  level: 'unit',
  unit: 'unit',
  channel: 'unit',
  sector: 'procedure',
  procedure: 'procedure',
};

const COUNTERS = 'received, before_time, on_time, overdue, in_process_overdue';

/** SQL: rows that add up to everything before `day`, each with its key (a unit or a procedure version) and channel. */
function before(dim: 'unit' | 'procedure', day: string, at: string): string {
  const sums = (grain: 'half' | 'year', from: string, until: string): string => `
    SELECT ${at} AS at, key, channel, ${COUNTERS} FROM motcua.report_sum
    WHERE dim = '${dim}' AND grain = '${grain}' AND start >= ${from} AND start < ${until}`;
  return `
    ${sums('year', `'-infinity'`, GRAINS.year(day))}
    UNION ALL ${sums('half', GRAINS.year(day), GRAINS.half(day))}
    UNION ALL
    SELECT ${at}, ${dim === 'unit' ? 'unit_id' : 'procedure_version_id'}, channel, ${COUNTERS}
    FROM motcua.report_cell WHERE day >= ${GRAINS.half(day)} AND day < ${day}`;
}

/**
 * SQL: for each unit or procedure version and channel the counts before the days `$1` and `$2`, as rows with `at` 1 and 2.
 * Everything that a report says of a period is the difference between the two, or one of them.
 */
export function prefixes(by: ReportKey): string {
  const dim = DIM[by];
  return `
    SELECT at, key, channel, ${COUNTERS.split(', ')
      .map((counter) => `sum(${counter}) AS ${counter}`)
      .join(', ')}
    FROM (${before(dim, '$1::date', '1')} UNION ALL ${before(dim, '$2::date', '2')}) AS parts
    GROUP BY 1, 2, 3`;
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
  grain: 'half' | 'year';
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
      CROSS JOIN LATERAL (VALUES ('half', ${GRAINS.half('c.day')}), ('year', ${GRAINS.year('c.day')})) AS g (grain, start)
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
