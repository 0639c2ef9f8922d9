import type { Instant, JsonObject } from '#libs/kernel';
import type { Pool, PoolClient } from '../connect.js';

/** One event as a follower gets it. Holds no personal data: those are in rows that it refers to. */
export interface LogEvent {
  epoch: number;
  /** text: transaction numbers are 64 bits wide, and are compared by the server only */
  xid: string;
  seq: number;
  dossierId: string;
  version: number;
  type: string;
  state: string;
  officer: string;
  unitId: number;
  occurredAt: Instant;
  recordedAt: Instant;
  data: JsonObject;
}

/** A place in the log: everything up to and including it. */
export interface Position {
  epoch: number;
  xid: string;
  seq: number;
}

type Queryable = Pick<PoolClient, 'query'> | Pick<Pool, 'query'>;

/**
 * Events beyond a follower's place that it may read. An event of the running epoch counts only below the oldest
 * transaction still at work: a transaction that began earlier and commits later has a smaller number than what is
 * visible already, and would be passed over for good. Older epochs came out of a backup and are complete.
 */
const BEYOND = `
  (e.epoch, e.xid, e.seq) > (f.epoch, f.xid, f.seq)
  AND (e.epoch < (SELECT epoch FROM motcua.log_epoch) OR e.xid < pg_snapshot_xmin(pg_current_snapshot()))`;

/**
 * True when follower `name` has something to do. Takes no lock and no transaction number: idle polling stays free.
 * An ordered LIMIT 1, not EXISTS: for that, the planner may read the whole log from its beginning, where nothing is new.
 */
export async function hasWork(pool: Pool, name: string): Promise<boolean> {
  const { rows } = await pool.query<{ work: boolean | null }>({
    name: 'log-has-work',
    text: `
      SELECT (SELECT true FROM motcua.event e WHERE ${BEYOND} ORDER BY e.epoch, e.xid, e.seq LIMIT 1) AS work
        FROM motcua.follower f WHERE f.name = $1`,
    values: [name],
  });
  return rows[0]?.work ?? false;
}

/** Makes the follower's row, at the beginning of the log, unless it has one. */
export async function enrol(pool: Pool, name: string): Promise<void> {
  await pool.query('INSERT INTO motcua.follower (name) VALUES ($1) ON CONFLICT DO NOTHING', [name]);
}

/**
 * Locks the follower's place until the end of the transaction; undefined when somebody else has it. Switches sorting off
 * for {@link readBatch} on the way: the planner judges a row comparison by its first column, expects no event beyond
 * the epoch, and would fetch and sort the whole rest of the log for every batch (400 ms instead of 2, on 400,000 events).
 */
export async function lockPlace(client: PoolClient, name: string): Promise<Position | undefined> {
  const { rows } = await client.query<Position>({
    name: 'log-lock-place',
    text: `SELECT epoch, xid, seq, set_config('enable_sort', 'off', true)
             FROM motcua.follower WHERE name = $1 FOR UPDATE SKIP LOCKED`,
    values: [name],
  });
  return rows[0];
}

/** The next events after `from`, at most `batch`, in the order of the log. Only after {@link lockPlace}. */
export async function readBatch(client: PoolClient, from: Position, batch: number): Promise<LogEvent[]> {
  const { rows } = await client.query<LogEvent>({
    name: 'log-read-batch',
    text: `
      SELECT e.epoch, e.xid, e.seq, e.dossier_id AS "dossierId", e.version, e.type, e.state, e.officer,
             e.unit_id AS "unitId", e.occurred_at AS "occurredAt", e.recorded_at AS "recordedAt", e.data
        FROM motcua.event e, (SELECT $1::int AS epoch, $2::xid8 AS xid, $3::bigint AS seq) f
       WHERE ${BEYOND} ORDER BY e.epoch, e.xid, e.seq LIMIT $4`,
    values: [from.epoch, from.xid, from.seq, batch],
  });
  if (rows.length > 0) await client.query('SET LOCAL enable_sort TO DEFAULT');
  return rows;
}

/**
 * The place that `batch` events after `from` reach, or as many as there are; undefined when there are none. Only after
 * {@link lockPlace}. Every event up to there is committed and can be read by a later statement: nothing comes in between.
 */
export async function readEnd(
  client: PoolClient,
  from: Position,
  batch: number,
): Promise<{ upTo: Position; events: number } | undefined> {
  const { rows } = await client.query<Position & { events: number }>({
    name: 'log-read-end',
    text: `
      WITH next AS MATERIALIZED (
        SELECT e.epoch, e.xid, e.seq FROM motcua.event e, (SELECT $1::int AS epoch, $2::xid8 AS xid, $3::bigint AS seq) f
         WHERE ${BEYOND} ORDER BY e.epoch, e.xid, e.seq LIMIT $4
      )
      SELECT epoch, xid, seq, (SELECT count(*) FROM next) AS events, set_config('enable_sort', 'on', true)
        FROM next ORDER BY epoch DESC, xid DESC, seq DESC LIMIT 1`,
    values: [from.epoch, from.xid, from.seq, batch],
  });
  const row = rows[0];
  return row && { upTo: { epoch: row.epoch, xid: row.xid, seq: row.seq }, events: row.events };
}

/** A stretch of the log: what comes after one place, up to and including another. */
export interface LogRange {
  after: Position;
  upTo: Position;
}

/** SQL: the events `e` of a range, whose six parameters begin at `$first`; {@link rangeValues} gives their values. */
export function inRange(first = 1): string {
  const place = (at: number): string => `($${at}::int, $${at + 1}::xid8, $${at + 2}::bigint)`;
  return `(e.epoch, e.xid, e.seq) > ${place(first)} AND (e.epoch, e.xid, e.seq) <= ${place(first + 3)}`;
}

export function rangeValues({ after, upTo }: LogRange): unknown[] {
  return [after, upTo].flatMap(({ epoch, xid, seq }) => [epoch, xid, seq]);
}

/** Moves the place. Only in the transaction that holds its lock and wrote what came of the events. */
export async function movePlace(client: PoolClient, name: string, to: Position): Promise<void> {
  await client.query({
    name: 'log-move-place',
    text: `UPDATE motcua.follower SET epoch = $2, xid = $3, seq = $4, moved_at = now() WHERE name = $1`,
    values: [name, to.epoch, to.xid, to.seq],
  });
}

/** The last position that is committed just now; undefined when the log is empty. */
export async function endOfLog(pool: Queryable): Promise<Position | undefined> {
  const { rows } = await pool.query<Position>({
    name: 'log-end',
    text: 'SELECT epoch, xid, seq FROM motcua.event ORDER BY epoch DESC, xid DESC, seq DESC LIMIT 1',
  });
  return rows[0];
}

/** True when follower `name` has handled everything up to and including `target`. */
export async function hasReached(pool: Pool, name: string, target: Position): Promise<boolean> {
  const { rows } = await pool.query<{ reached: boolean }>({
    name: 'log-has-reached',
    text: `SELECT (epoch, xid, seq) >= ($2, $3::xid8, $4) AS reached FROM motcua.follower WHERE name = $1`,
    values: [name, target.epoch, target.xid, target.seq],
  });
  return rows[0]?.reached ?? false;
}
