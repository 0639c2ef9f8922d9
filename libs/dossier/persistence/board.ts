import type { Pool } from 'pg';
import { type Follower, type LogRange, followRanges, inRange, rangeValues } from '#libs/database';
import type { Queryable } from './queries-read.js';

/*
 * The board holds every dossier but the delivered, in narrow rows: some eight in a hundred of all. A question about what is
 * open, late or waiting reads through it, and so costs what stands open, and not what ever came.
 *
 * A follower of the log keeps it, so that commands write nothing for it. It is never stale for who reads it: every change
 * of a dossier is an event, so the dossiers with events beyond the follower's place are read from their own rows, and all
 * others stand on the board as they are.
 */

/** The name under which the board keeps its place in the log. */
const FOLLOWER = 'board';
/** More recent dossiers than this, and the board is no help: it has not been kept for a while. */
const MOST_RECENT = 20_000;

const COLUMNS =
  'dossier_id, state, closed, procedure_version_id, receiving_unit_id, competent_unit_id, current_unit_id, channel, ' +
  'held_by, submitted_at, received_at, clock, due_at';

/** SQL: the same columns from the dossiers `d` themselves. */
const OWN = `
  SELECT d.id AS dossier_id, d.state, d.closed_at IS NOT NULL AS closed, d.procedure_version_id, d.receiving_unit_id,
    d.competent_unit_id, d.current_unit_id, d.channel, d.held_by, d.submitted_at, d.received_at, t.status AS clock, t.due_at`;
const OFF_BOARD = `'delivered'`;

/** Dossiers that changed since the board was kept; null where there is no telling them apart, and all have to be read. */
export async function recentDossiers(db: Queryable): Promise<string[] | null> {
  const { rows } = await db.query<{ ids: string[] | null; events: number; kept: boolean }>({
    name: 'board-recent',
    text: `
      SELECT f.name IS NOT NULL AS kept, recent.ids, recent.events
      FROM (SELECT 1) AS one LEFT JOIN motcua.follower f ON f.name = '${FOLLOWER}'
        CROSS JOIN LATERAL (
          SELECT array_agg(DISTINCT dossier_id::text) AS ids, count(*) AS events FROM (
            SELECT e.dossier_id FROM motcua.event e WHERE (e.epoch, e.xid, e.seq) > (f.epoch, f.xid, f.seq)
            ORDER BY e.epoch, e.xid, e.seq LIMIT ${MOST_RECENT + 1}) AS beyond) AS recent`,
  });
  const { ids, events, kept } = rows[0]!;
  return kept && events <= MOST_RECENT ? (ids ?? []) : null;
}

/**
 * SQL: the whole board as of now, as a FROM item with the columns of `motcua.dossier_board`. `recent` is what
 * {@link recentDossiers} gave; `bind` takes a value and gives its parameter.
 */
export function boardSql(recent: readonly string[] | null, bind: (value: unknown) => string): string {
  const own = (where: string): string =>
    `${OWN} FROM motcua.dossier d LEFT JOIN motcua.deadline t ON t.dossier_id = d.id WHERE d.state <> ${OFF_BOARD}${where}`;
  if (recent === null) return `(${own('')})`;
  if (recent.length === 0) return 'motcua.dossier_board';
  const ids = bind(recent);
  return `(SELECT ${COLUMNS} FROM motcua.dossier_board WHERE dossier_id <> ALL(${ids}::uuid[])
    UNION ALL ${own(` AND d.id = ANY(${ids}::uuid[])`)})`;
}

const KEEP = `
WITH changed AS MATERIALIZED (
  SELECT e.dossier_id AS id, bool_or(e.type IN ('submitted', 'amended')) AS named FROM motcua.event e WHERE ${inRange()} GROUP BY 1
), now AS MATERIALIZED (
  ${OWN}
  FROM changed JOIN motcua.dossier d USING (id) LEFT JOIN motcua.deadline t ON t.dossier_id = d.id
), gone AS (
  DELETE FROM motcua.dossier_board b USING now WHERE b.dossier_id = now.dossier_id AND now.state = ${OFF_BOARD}
), names AS (
  INSERT INTO motcua.party_name (name)
  SELECT DISTINCT p.name FROM changed JOIN motcua.dossier_party p ON p.dossier_id = changed.id WHERE changed.named ORDER BY 1
  ON CONFLICT DO NOTHING
)
INSERT INTO motcua.dossier_board AS b (${COLUMNS})
SELECT ${COLUMNS} FROM now WHERE state <> ${OFF_BOARD} ORDER BY dossier_id
ON CONFLICT (dossier_id) DO UPDATE SET state = excluded.state, closed = excluded.closed, current_unit_id = excluded.current_unit_id,
  held_by = excluded.held_by, received_at = excluded.received_at, clock = excluded.clock, due_at = excluded.due_at`;

/** Puts what a stretch of the log changed on the board, as it is now: which may be newer than the stretch, and never older. */
export async function keepBoard(client: Queryable, range: LogRange): Promise<void> {
  await client.query({ text: KEEP, values: rangeValues(range) });
}

/** Starts the follower that keeps the board and the names. Lists are right without it, and slow. */
export function startBoard(options: { pool: Pool; signal: AbortSignal }): Follower {
  return followRanges({ ...options, name: FOLLOWER, handle: keepBoard });
}
