import type { Pool } from 'pg';
import type { Instant } from '#libs/kernel';

/**
 * Raises alarms that fell due before `$1`: the event occurs at the due moment, whenever it is noticed. Both rows are
 * locked, so that a command that commits at the same moment is seen: FOR UPDATE checks the newest version of each again.
 * SKIP LOCKED leaves what a command holds just now to the next sweep (or to that command, which takes its own alarms).
 * `dossier.alarms` goes up, so that a command that was decided before the alarm is decided again; its version, which is
 * the citizen's and the officer's, does not move.
 */
const RAISE = `
WITH due AS MATERIALIZED (
  SELECT d.id, d.version, d.state, d.current_unit_id, t.alarm_at,
    CASE WHEN t.alarm_at = t.soon_at THEN 'dueSoon' ELSE 'overdue' END AS type, t.due_at
  FROM motcua.deadline t JOIN motcua.dossier d ON d.id = t.dossier_id
  WHERE t.alarm_at < $1 AND t.status = 'running'
    AND ($3::uuid IS NULL OR (t.dossier_id = $3 AND t.generation = $4))
  ORDER BY d.id LIMIT $2 FOR UPDATE OF d, t SKIP LOCKED
), moved AS (
  UPDATE motcua.deadline t SET alarm_at = CASE WHEN due.type = 'dueSoon' THEN due.due_at END FROM due WHERE t.dossier_id = due.id
), counted AS (
  UPDATE motcua.dossier d SET alarms = d.alarms + 1 FROM due WHERE d.id = due.id
)
INSERT INTO motcua.event (dossier_id, version, type, state, officer, unit_id, occurred_at, recorded_at, data)
SELECT id, version, type, state, 'system', current_unit_id, alarm_at, $5, '{}'::jsonb
FROM due ORDER BY alarm_at, id`;

/** Raises at most `limit` alarms due before `before`; returns how many. With `only`, just that dossier's of that generation. */
export async function raiseAlarms(
  pool: Pool,
  before: Instant,
  recordedAt: Instant,
  limit: number,
  only?: { dossierId: string; generation: number },
): Promise<number> {
  const result = await pool.query({
    name: 'raise-alarms',
    text: RAISE,
    values: [before, limit, only?.dossierId ?? null, only?.generation ?? null, recordedAt],
  });
  return result.rowCount ?? 0;
}

/** When the next alarm is due; null when none is set. */
export async function nextAlarmAt(pool: Pool): Promise<Instant | null> {
  const { rows } = await pool.query<{ at: Instant | null }>({
    name: 'next-alarm',
    text: `SELECT alarm_at AS at FROM motcua.deadline WHERE alarm_at IS NOT NULL ORDER BY alarm_at LIMIT 1`,
  });
  return rows[0]?.at ?? null;
}

/** The next alarm of each of these dossiers, where one is set. */
export async function nextAlarms(
  client: Pick<Pool, 'query'>,
  dossierIds: readonly string[],
): Promise<{ dossierId: string; generation: number; at: Instant }[]> {
  if (dossierIds.length === 0) return [];
  const { rows } = await client.query<{ dossierId: string; generation: number; at: Instant }>({
    name: 'next-alarms',
    text: `SELECT dossier_id AS "dossierId", generation, alarm_at AS at FROM motcua.deadline
      WHERE dossier_id = ANY($1::uuid[]) AND alarm_at IS NOT NULL`,
    values: [dossierIds],
  });
  return rows;
}
