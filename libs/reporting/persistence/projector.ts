import type { Pool, PoolClient } from 'pg';
import { type Follower, type LogRange, followRanges, inRange, rangeValues } from '#libs/database';
import { FOLLOWER, cellsOf } from './deltas.js';
import { GRAINS, GRAIN_NAMES, SUM_CHANNEL } from './sums.js';

const COUNTERS = ['received', 'before_time', 'on_time', 'overdue', 'in_process_overdue'];
const LIST = COUNTERS.join(', ');
const ADD = COUNTERS.map((counter) => `${counter} = c.${counter} + excluded.${counter}`).join(', ');

// Rows are written in the order of their key: two transactions that meet here wait for each other and never lock crosswise.
const PROJECT = `
  WITH delta AS MATERIALIZED (
    SELECT *, ${SUM_CHANNEL.procedure('channel')} AS way, ${GRAIN_NAMES.map((grain) => `${GRAINS[grain]('day')} AS ${grain}`).join(', ')}
    FROM (${cellsOf(`(SELECT * FROM motcua.event e WHERE ${inRange()}) AS e`)}) AS d
    WHERE (${LIST}) <> (0, 0, 0, 0, 0)
  ), cells AS (
    INSERT INTO motcua.report_cell AS c (day, unit_id, procedure_version_id, channel, ${LIST})
    SELECT day, unit_id, procedure_version_id, channel, ${LIST} FROM delta ORDER BY 1, 2, 3, 4
    ON CONFLICT (day, unit_id, procedure_version_id, channel) DO UPDATE SET ${ADD}
  )
  INSERT INTO motcua.report_sum AS c (dim, grain, start, key, channel, ${LIST})
  SELECT CASE GROUPING(unit_id) WHEN 0 THEN 'unit' ELSE 'procedure' END,
    CASE ${GRAIN_NAMES.map((grain) => `WHEN GROUPING(${grain}) = 0 THEN '${grain}'`).join(' ')} END,
    coalesce(${GRAIN_NAMES.join(', ')}), coalesce(unit_id, procedure_version_id), coalesce(channel, way),
    ${COUNTERS.map((counter) => `sum(${counter})`).join(', ')}
  FROM delta
  GROUP BY GROUPING SETS (${GRAIN_NAMES.flatMap((grain) => [
    `(unit_id, channel, ${grain})`,
    `(procedure_version_id, way, ${grain})`,
  ]).join(', ')})
  ORDER BY 1, 2, 3, 4, 5
  ON CONFLICT (dim, grain, start, key, channel) DO UPDATE SET ${ADD}`;

/**
 * Adds a stretch of the log to the cells and their sums: one statement, however long it is, and no event leaves the
 * server. Must run in the transaction that moves the follower's place, and only there: an event added twice would be
 * counted twice.
 */
export async function project(client: Pick<PoolClient, 'query'>, range: LogRange): Promise<void> {
  await client.query({ text: PROJECT, values: rangeValues(range) });
}

/**
 * Starts the projector: a follower of the log that keeps `motcua.report_cell` and `motcua.report_sum` up to date. Its place
 * moves in the same transaction, so a crash loses nothing and doubles nothing, and two of them share the work by waiting.
 */
export function startProjector(options: { pool: Pool; signal: AbortSignal; batch?: number }): Follower {
  const { pool, signal, batch } = options;
  return followRanges({
    pool,
    name: FOLLOWER,
    signal,
    handle: project,
    ...(batch !== undefined && { batch, most: batch }),
  });
}
