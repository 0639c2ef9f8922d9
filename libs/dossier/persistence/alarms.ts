import type { Pool } from 'pg';
import type { Instant } from '#libs/kernel';
import { column, type ColumnType } from './columns.js';

/** A dossier whose next alarm fell due, as it stands. */
export interface DueDossier {
  id: string;
  version: number;
  alarms: number;
  state: string;
  /** who holds it */
  unitId: number;
  /** the hash of its last event */
  head: Uint8Array | null;
  soonAt: Instant | null;
  dueAt: Instant | null;
  alarmAt: Instant;
}

/** Where to go on: what comes after this alarm, in the order of {@link dueDossiers}. */
export type Place = Pick<DueDossier, 'alarmAt' | 'id'>;

/** Before all alarms. */
export const FIRST_PLACE: Place = { alarmAt: '-infinity', id: '00000000-0000-0000-0000-000000000000' };

const DUE = `
SELECT d.id, d.version, d.alarms, d.state, d.current_unit_id AS "unitId", d.head, t.soon_at AS "soonAt", t.due_at AS "dueAt",
  t.alarm_at AS "alarmAt"
FROM motcua.deadline t JOIN motcua.dossier d ON d.id = t.dossier_id
WHERE t.alarm_at < $1 AND t.status = 'running'`;

/** At most `limit` dossiers with an alarm due before `before`, the longest due first, after `after`. */
export async function dueDossiers(
  pool: Pool,
  before: Instant,
  limit: number,
  after: Place,
): Promise<DueDossier[]> {
  const { rows } = await pool.query<DueDossier>({
    name: 'due-dossiers',
    text: `${DUE} AND (t.alarm_at, t.dossier_id) > ($2, $3) ORDER BY t.alarm_at, t.dossier_id LIMIT $4`,
    values: [before, after.alarmAt, after.id, limit],
  });
  return rows;
}

/** The one dossier, when an alarm of that generation of its deadline is due. */
export async function dueDossier(
  pool: Pool,
  before: Instant,
  dossierId: string,
  generation: number,
): Promise<DueDossier[]> {
  const { rows } = await pool.query<DueDossier>({
    name: 'due-dossier',
    text: `${DUE} AND t.dossier_id = $2 AND t.generation = $3`,
    values: [before, dossierId, generation],
  });
  return rows;
}

/** The alarms of one dossier, ready to be written: its events with their hashes, in order, and what is left to be raised. */
export interface Raised {
  dossier: DueDossier;
  events: { type: string; at: Instant; hash: Uint8Array }[];
  head: Uint8Array;
  /** the alarm that is next */
  alarmAt: Instant | null;
}

/**
 * Writes alarms of dossiers that stand as they were read. The rows are locked, so that a command that commits at the same
 * moment is seen: FOR UPDATE checks the newest version of each again. SKIP LOCKED leaves what a command holds just now to
 * the next sweep (or to that command, which takes its own alarms); the dossier's lock stands for its deadline's, as everybody
 * takes it first. `dossier.alarms` goes up, so that a command that was decided before the alarm is decided again; its
 * version, which is the citizen's and the officer's, does not move.
 */
const RAISE = `
WITH due AS MATERIALIZED (
  SELECT d.id, n.raised, n.head, n.alarm_at, d.version, d.state, d.current_unit_id
  FROM unnest($1::uuid[], $2::int[], $3::int[], $4::int[], $5::bytea[], $6::timestamptz[]) AS n(id, version, alarms, raised, head, alarm_at)
  JOIN motcua.dossier d ON d.id = n.id
  WHERE coalesce(d.version = n.version AND d.alarms = n.alarms, false)
  FOR NO KEY UPDATE OF d SKIP LOCKED
), moved AS (
  UPDATE motcua.deadline t SET alarm_at = due.alarm_at FROM due WHERE t.dossier_id = due.id
), counted AS (
  UPDATE motcua.dossier d SET alarms = d.alarms + due.raised, head = due.head FROM due WHERE d.id = due.id
)
INSERT INTO motcua.event (dossier_id, version, type, state, officer, unit_id, occurred_at, recorded_at, data, hash)
SELECT due.id, due.version, e.type, due.state, 'system', due.current_unit_id, e.at, $11, '{}'::jsonb, e.hash
FROM unnest($7::uuid[], $8::text[], $9::timestamptz[], $10::bytea[]) AS e(id, type, at, hash) JOIN due USING (id)
ORDER BY e.at, due.id`;

/** Writes the alarms of those dossiers that nobody changed since; returns how many. */
export async function raiseAlarms(
  pool: Pool,
  raised: readonly Raised[],
  recordedAt: Instant,
): Promise<number> {
  const events = raised.flatMap(({ dossier, events }) =>
    events.map((event) => ({ id: dossier.id, ...event })),
  );
  const of = (type: ColumnType, value: (one: Raised) => unknown): Buffer => column(type, raised, value);
  const ofEvents = (type: ColumnType, value: (one: (typeof events)[number]) => unknown): Buffer =>
    column(type, events, value);
  const result = await pool.query({
    name: 'raise-alarms',
    text: RAISE,
    values: [
      of('uuid', ({ dossier }) => dossier.id),
      of('int', ({ dossier }) => dossier.version),
      of('int', ({ dossier }) => dossier.alarms),
      of('int', (one) => one.events.length),
      of('bytea', ({ head }) => head),
      of('timestamptz', ({ alarmAt }) => alarmAt),
      ofEvents('uuid', ({ id }) => id),
      ofEvents('text', ({ type }) => type),
      ofEvents('timestamptz', ({ at }) => at),
      ofEvents('bytea', ({ hash }) => hash),
      recordedAt,
    ],
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
