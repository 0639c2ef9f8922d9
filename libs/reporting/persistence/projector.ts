import type { Pool, PoolClient } from 'pg';
import { type Follower, follow } from '#libs/database';
import type { JsonObject } from '#libs/kernel';
import { COUNTED_TYPES, FOLLOWER, cellsOf } from './deltas.js';

/** What the projector needs of an event. */
export interface ProjectedEvent {
  dossierId: string;
  type: string;
  occurredAt: string;
  data: JsonObject;
}

const BATCH =
  'unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::jsonb[]) AS e (dossier_id, type, occurred_at, data)';

// Cells are written in the order of their key: two transactions that meet here wait for each other and never lock crosswise.
const PROJECT = `
  INSERT INTO motcua.report_cell AS c
    (day, unit_id, procedure_version_id, channel, received, before_time, on_time, overdue, in_process_overdue)
  SELECT * FROM (${cellsOf(BATCH)}) AS delta
  WHERE (received, before_time, on_time, overdue, in_process_overdue) <> (0, 0, 0, 0, 0)
  ORDER BY day, unit_id, procedure_version_id, channel
  ON CONFLICT (day, unit_id, procedure_version_id, channel) DO UPDATE SET
    received = c.received + excluded.received,
    before_time = c.before_time + excluded.before_time,
    on_time = c.on_time + excluded.on_time,
    overdue = c.overdue + excluded.overdue,
    in_process_overdue = c.in_process_overdue + excluded.in_process_overdue`;

const counted: ReadonlySet<string> = new Set(COUNTED_TYPES);

/**
 * Adds a batch of events to the cells: one statement, whatever the size of the batch. Must run in the transaction that
 * moves the follower's place, and only there: an event added twice would be counted twice.
 */
export async function project(
  client: Pick<PoolClient, 'query'>,
  events: readonly ProjectedEvent[],
): Promise<void> {
  const relevant = events.filter((event) => counted.has(event.type));
  if (relevant.length === 0) return;
  await client.query({
    name: 'reporting-project',
    text: PROJECT,
    values: [
      relevant.map((e) => e.dossierId),
      relevant.map((e) => e.type),
      relevant.map((e) => e.occurredAt),
      relevant.map((e) => JSON.stringify(e.data)),
    ],
  });
}

/** How many events are read at a time: enough to make the statement worth it, few enough to hold its locks briefly. */
const BATCH_SIZE = 5000;

/**
 * Starts the projector: a follower of the log that keeps `motcua.report_cell` up to date. Its place moves in the same
 * transaction as the cells, so a crash loses nothing and doubles nothing, and two of them share the work by waiting.
 */
export function startProjector(options: { pool: Pool; signal: AbortSignal; batch?: number }): Follower {
  return follow({
    pool: options.pool,
    name: FOLLOWER,
    batch: options.batch ?? BATCH_SIZE,
    signal: options.signal,
    handle: project,
  });
}
