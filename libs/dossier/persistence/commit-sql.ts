import { COLUMNS, type Column, type CommitRows } from './commit-rows.js';

/** The parts that most commands do without. A statement leaves out those that nobody in its batch needs. */
export const OPTIONAL = ['birth', 'alarm', 'deadline', 'party'] as const satisfies (keyof CommitRows)[];
export type Optional = (typeof OPTIONAL)[number];

/**
 * The one statement of a commit. Only rows whose command id was claimed go on; everything that one command writes
 * stands or falls together. `$1` are the dossiers to lock, `$2` is the time of recording, then come the columns of input,
 * change and the optional parts, each as one array; of a command `alone` each as a plain value.
 *
 * - `locked` takes the dossiers in key order, so that two processes meet without a circle (40P01 is retried all the same).
 * - `good` drops the rows whose version moved since they were loaded: they are decided again by the caller. It says so by
 *   coalesce() because of the planner: it takes an OR of equations for nearly never true, and joins all that follows by
 *   nested loops, row by row.
 * - `claimed` is ON CONFLICT DO NOTHING: one repeated command id must not fail the whole batch.
 * - Codes come from one counter a unit and day. It only moves for claimed rows, so a repeat leaves no gap.
 * - FOR UPDATE waits for the newest row version, so a version that is equal here is equal in `moved`.
 * - A part that nobody needs is left out: making it ready costs as much as running it does.
 *
 * Measured alternatives: docs/decisions/batch.md, docs/performance.md.
 */
export function commitSql(parts: ReadonlySet<Optional>, alone: boolean): string {
  let taken = 2;
  const send = <Row>(alias: string, columns: readonly Column<Row>[]): string => {
    const values = columns.map(([, type]) => `$${++taken}::${type}${alone ? '' : '[]'}`).join(', ');
    const rows = alone ? `(VALUES (${values}))` : `unnest(${values})`;
    return `${rows} AS ${alias}(${columns.map(([name]) => name).join(', ')})`;
  };
  // In the order in which the values are sent.
  const input = send('i', COLUMNS.input);
  const change = send('c', COLUMNS.change);
  const optional = (part: Optional, sql: (rows: string) => string): string =>
    parts.has(part) ? sql(send('n', COLUMNS[part] as readonly Column<never>[])) : '';
  const births = optional('birth', birthSql);
  const alarms = optional('alarm', alarmSql);
  const deadlines = optional('deadline', deadlineSql);
  const parties = optional('party', partySql);
  return `
WITH input AS MATERIALIZED (
  SELECT * FROM ${input}
), locked AS MATERIALIZED (
  SELECT id, version, alarms FROM motcua.dossier WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE
), good AS MATERIALIZED (
  SELECT i.* FROM input i LEFT JOIN locked l ON l.id = i.dossier_id
  WHERE coalesce(l.version = i.expected AND l.alarms = i.expected_alarms, i.expected IS NULL)
), claimed AS (
  INSERT INTO motcua.command (officer, key, request_hash, dossier_id, answer, recorded_at)
  SELECT officer, key, hash, dossier_id, answer, $2::timestamptz FROM good ORDER BY officer, key
  ON CONFLICT DO NOTHING RETURNING officer, key
), live AS MATERIALIZED (
  SELECT g.ord, g.dossier_id, g.officer FROM good g JOIN claimed c ON c.officer = g.officer AND c.key = g.key
), change AS MATERIALIZED (
  SELECT c.*, l.dossier_id, l.officer FROM ${change} JOIN live l USING (ord)
)${births}, moved AS (
  UPDATE motcua.dossier d SET version = c.version, alarms = c.alarms, state = c.state, step = c.step, snapshot = c.snapshot,
    current_unit_id = c.current_unit_id, party_revision = coalesce(c.party_revision, d.party_revision),
    received_at = coalesce(c.received_at, d.received_at), closed_at = coalesce(c.closed_at, d.closed_at), last_at = c.at
  FROM change c WHERE d.id = c.dossier_id AND NOT c.is_new AND d.version = c.version - 1
), logged AS (
  INSERT INTO motcua.event (epoch, dossier_id, version, type, state, officer, unit_id, occurred_at, recorded_at, data)
  SELECT (SELECT epoch FROM motcua.log_epoch), dossier_id, version, type, state, officer, unit_id, at, $2, data FROM (
    SELECT ord, 1 AS nth, dossier_id, version, event_type AS type, state, officer, event_unit_id AS unit_id, at, event_data AS data FROM change
    ${alarms}
  ) e ORDER BY ord, nth, at
)${deadlines}${parties}
SELECT i.ord, CASE WHEN l.ord IS NOT NULL THEN 'live' WHEN g.ord IS NOT NULL THEN 'repeated' ELSE 'moved' END AS outcome,
  ${births ? 'b.code' : 'NULL::text AS code'}
FROM input i LEFT JOIN good g ON g.ord = i.ord LEFT JOIN live l ON l.ord = i.ord
${births && 'LEFT JOIN born b ON b.id = i.dossier_id'}`;
}

/** New dossiers with their codes. */
function birthSql(rows: string): string {
  return `, fresh AS MATERIALIZED (
  SELECT n.* FROM ${rows} JOIN live USING (ord)
), counted AS (
  INSERT INTO motcua.code_counter AS c (unit_id, day, last)
  SELECT receiving_unit_id, day, count(*) FROM fresh GROUP BY 1, 2 ORDER BY 1, 2
  ON CONFLICT (unit_id, day) DO UPDATE SET last = c.last + excluded.last RETURNING unit_id, day, last
), coded AS MATERIALIZED (
  SELECT f.*, (c.last + 1 - row_number() OVER (PARTITION BY f.receiving_unit_id, f.day ORDER BY f.ord DESC))::text AS number
  FROM fresh f JOIN counted c ON c.unit_id = f.receiving_unit_id AND c.day = f.day
), born AS (
  INSERT INTO motcua.dossier (id, code, procedure_version_id, receiving_unit_id, competent_unit_id, current_unit_id, channel,
    return_by, state, step, version, alarms, snapshot, party_revision, submitted_at, received_at, closed_at, last_at)
  SELECT c.dossier_id, f.agency_code || '-' || to_char(f.day, 'YYMMDD') || '-' || lpad(f.number, greatest(4, length(f.number)), '0'),
    f.procedure_version_id, f.receiving_unit_id, f.competent_unit_id, c.current_unit_id, f.channel,
    f.return_by, c.state, c.step, c.version, c.alarms, c.snapshot, c.party_revision, c.at, c.received_at, c.closed_at, c.at
  FROM change c JOIN coded f USING (ord) RETURNING id, code
)`;
}

/** Alarms that fell due before the command stand before its event in the log; an unknown deadline after it. */
function alarmSql(rows: string): string {
  return `UNION ALL
    SELECT n.ord, CASE n.type WHEN 'deadlineUnknown' THEN 2 ELSE 0 END, c.dossier_id,
      CASE n.type WHEN 'deadlineUnknown' THEN c.version ELSE c.version - 1 END, n.type, n.state, 'system', n.unit_id, n.at, '{}'::jsonb
    FROM ${rows} JOIN change c USING (ord)`;
}

function deadlineSql(rows: string): string {
  return `, timed AS (
  INSERT INTO motcua.deadline AS t (dossier_id, generation, status, limit_value, limit_unit, calendar, started_at, due_at, soon_at,
    alarm_at, remaining_minutes, reason)
  SELECT l.dossier_id, n.generation, n.status, n.limit_value, n.limit_unit, n.calendar, n.started_at, n.due_at, n.soon_at, n.alarm_at,
    n.remaining_minutes, n.reason
  FROM ${rows} JOIN live l USING (ord) ORDER BY l.dossier_id
  ON CONFLICT (dossier_id) DO UPDATE SET generation = excluded.generation, status = excluded.status, due_at = excluded.due_at,
    soon_at = excluded.soon_at, alarm_at = excluded.alarm_at, remaining_minutes = excluded.remaining_minutes,
    reason = excluded.reason, started_at = excluded.started_at
)`;
}

/** Personal data as a new revision: what the change leaves out is taken from the revision before, '' takes it away. */
function partySql(rows: string): string {
  return `, named AS (
  INSERT INTO motcua.dossier_party (dossier_id, revision, name, paper_number, address, phone, email, occurred_at, recorded_at)
  SELECT l.dossier_id, n.revision, coalesce(n.name, p.name), nullif(coalesce(n.paper_number, p.paper_number), ''),
    nullif(coalesce(n.address, p.address), ''), nullif(coalesce(n.phone, p.phone), ''), nullif(coalesce(n.email, p.email), ''), n.at, $2
  FROM ${rows} JOIN live l USING (ord)
  LEFT JOIN motcua.dossier_party p ON p.dossier_id = l.dossier_id AND p.revision = n.revision - 1
)`;
}
