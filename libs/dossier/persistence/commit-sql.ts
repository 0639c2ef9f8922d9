import { COLUMNS, type Column, type CommitRows } from './commit-rows.js';

/** The parts that a statement can have; it leaves out those that nobody in its batch needs. */
export const PARTS = [
  'move',
  'birth',
  'refusal',
  'alarm',
  'deadline',
  'party',
] as const satisfies (keyof CommitRows)[];
export type Part = (typeof PARTS)[number];

/**
 * The one statement of a commit; everything that one command writes stands or falls together. `$1` is the time of
 * recording, then come the columns of each part, each as one array; of a command `alone` each as a plain value.
 *
 * - `moved` changes the dossiers whose version and alarms are what the decision was made on. All else is written only for
 *   what it gives back: a dossier that moved in between is not in the answer, and is decided again by the caller.
 * - `claimed` puts in the command ids, without ON CONFLICT: an id that is there already fails the whole statement, which
 *   then wrote nothing, and the caller takes the repeats out (see commit.ts). Claiming first, and going on with what was
 *   claimed, cost every command twice its time for the sake of the few that are repeated: measured in docs/performance.md.
 * - Codes come from one counter a unit and day. A statement that fails gives back its numbers, so a repeat leaves no gap.
 * - A part that nobody needs is left out: making it ready costs as much as running it does.
 */
export function commitSql(parts: ReadonlySet<Part>, alone: boolean): string {
  let taken = 1;
  const send = (part: Part): string => {
    const columns = COLUMNS[part] as readonly Column<never>[];
    const values = columns.map(([, type]) => `$${++taken}::${type}${alone ? '' : '[]'}`).join(', ');
    const rows = alone ? `(VALUES (${values}))` : `unnest(${values})`;
    return `${rows} AS n(${columns.map(([name]) => name).join(', ')})`;
  };
  // In the order of PARTS, in which the values are sent.
  const rows = new Map(PARTS.filter((part) => parts.has(part)).map((part) => [part, send(part)]));
  const sql = (part: Part, write: (rows: string) => string): string[] => {
    const sent = rows.get(part);
    return sent === undefined ? [] : [write(sent)];
  };
  const sources = [...sql('move', () => 'moved'), ...sql('birth', () => 'fresh')];
  const live = sources.length === 2 ? 'live' : sources[0];
  return `WITH ${[
    ...sql('move', moveSql),
    ...sql('birth', (sent) => birthSql(sent, alone)),
    ...(sources.length === 2
      ? [`live AS (SELECT ${SHARED} FROM moved UNION ALL SELECT ${SHARED} FROM fresh)`]
      : []),
    ...(live ? [eventSql(live, rows.get('alarm'))] : []),
    ...sql('deadline', (sent) => deadlineSql(sent, live!)),
    ...sql('party', (sent) => partySql(sent, live!)),
    claimSql(live, rows.get('refusal')),
  ].join(', ')}
SELECT ord, code FROM ${live ?? '(VALUES (0, NULL::text)) AS n(ord, code) WHERE false'}`;
}

/** What events and claims are written from. */
const SHARED =
  'ord, officer, key, hash, dossier_id, version, state, step, at, event_type, event_data, event_unit_id, due_at, code';

/**
 * The check is said by coalesce() because of the planner: it takes two equations for nearly never true, expects one row,
 * and joins all that follows by nested loops, row by row.
 */
function moveSql(rows: string): string {
  return `moved AS (
  UPDATE motcua.dossier d SET version = n.version, alarms = n.alarms, state = n.state, step = n.step, snapshot = n.snapshot,
    current_unit_id = n.current_unit_id, party_revision = coalesce(n.party_revision, d.party_revision),
    received_at = coalesce(n.received_at, d.received_at), closed_at = coalesce(n.closed_at, d.closed_at), last_at = n.at
  FROM ${rows}
  WHERE d.id = n.dossier_id AND coalesce(d.version = n.version - 1 AND d.alarms = n.expected_alarms, false)
  RETURNING n.*, NULL::text AS code
)`;
}

/** New dossiers with their codes: the last ones of their unit and day, in the order in which they came. */
function birthSql(rows: string, alone: boolean): string {
  const count = alone
    ? 'SELECT receiving_unit_id, day, 1 FROM given'
    : 'SELECT receiving_unit_id, day, count(*) FROM given GROUP BY 1, 2 ORDER BY 1, 2';
  const number = alone
    ? 'c.last'
    : 'c.last + 1 - row_number() OVER (PARTITION BY g.receiving_unit_id, g.day ORDER BY g.ord DESC)';
  return `given AS MATERIALIZED (
  SELECT * FROM ${rows}
), counted AS (
  INSERT INTO motcua.code_counter AS c (unit_id, day, last) ${count}
  ON CONFLICT (unit_id, day) DO UPDATE SET last = c.last + excluded.last RETURNING unit_id, day, last
), numbered AS (
  SELECT g.*, (${number})::text AS number FROM given g JOIN counted c ON c.unit_id = g.receiving_unit_id AND c.day = g.day
), fresh AS MATERIALIZED (
  SELECT *, agency_code || '-' || to_char(day, 'YYMMDD') || '-' || lpad(number, greatest(4, length(number)), '0') AS code
  FROM numbered
), born AS (
  INSERT INTO motcua.dossier (id, code, procedure_version_id, receiving_unit_id, competent_unit_id, current_unit_id, channel,
    return_by, state, step, version, alarms, snapshot, party_revision, submitted_at, last_at)
  SELECT dossier_id, code, procedure_version_id, receiving_unit_id, competent_unit_id, current_unit_id, channel,
    return_by, state, step, version, alarms, snapshot, 1, at, at FROM fresh
)`;
}

/** Alarms that fell due before the command stand before its event in the log; an unknown deadline after it. */
function eventSql(live: string, alarms: string | undefined): string {
  const events = `SELECT ord, 1 AS nth, dossier_id, version, event_type AS type, state, officer, event_unit_id AS unit_id, at,
    event_data AS data FROM ${live}`;
  const all = `${events} UNION ALL
    SELECT n.ord, CASE n.type WHEN 'deadlineUnknown' THEN 2 ELSE 0 END, l.dossier_id,
      CASE n.type WHEN 'deadlineUnknown' THEN l.version ELSE l.version - 1 END, n.type, n.state, 'system', n.unit_id, n.at, '{}'::jsonb
    FROM ${alarms} JOIN ${live} l USING (ord)`;
  return `logged AS (
  INSERT INTO motcua.event (epoch, dossier_id, version, type, state, officer, unit_id, occurred_at, recorded_at, data)
  SELECT (SELECT epoch FROM motcua.log_epoch), dossier_id, version, type, state, officer, unit_id, at, $1::timestamptz, data
  FROM (${alarms ? all : events}) e${alarms ? ' ORDER BY ord, nth, at' : ''}
)`;
}

function deadlineSql(rows: string, live: string): string {
  return `timed AS (
  INSERT INTO motcua.deadline AS t (dossier_id, generation, status, limit_value, limit_unit, calendar, started_at, due_at, soon_at,
    alarm_at, remaining_minutes, reason)
  SELECT l.dossier_id, n.generation, n.status, n.limit_value, n.limit_unit, n.calendar, n.started_at, n.due_at, n.soon_at, n.alarm_at,
    n.remaining_minutes, n.reason
  FROM ${rows} JOIN ${live} l USING (ord) ORDER BY l.dossier_id
  ON CONFLICT (dossier_id) DO UPDATE SET generation = excluded.generation, status = excluded.status, due_at = excluded.due_at,
    soon_at = excluded.soon_at, alarm_at = excluded.alarm_at, remaining_minutes = excluded.remaining_minutes,
    reason = excluded.reason, started_at = excluded.started_at
)`;
}

/** Personal data as a new revision: what the change leaves out is taken from the revision before, '' takes it away. */
function partySql(rows: string, live: string): string {
  return `named AS (
  INSERT INTO motcua.dossier_party (dossier_id, revision, name, paper_number, address, phone, email, occurred_at, recorded_at)
  SELECT l.dossier_id, n.revision, coalesce(n.name, p.name), nullif(coalesce(n.paper_number, p.paper_number), ''),
    nullif(coalesce(n.address, p.address), ''), nullif(coalesce(n.phone, p.phone), ''), nullif(coalesce(n.email, p.email), ''), n.at, $1
  FROM ${rows} JOIN ${live} l USING (ord)
  LEFT JOIN motcua.dossier_party p ON p.dossier_id = l.dossier_id AND p.revision = n.revision - 1
)`;
}

function claimSql(live: string | undefined, refusals: string | undefined): string {
  const answers = [
    ...(live
      ? [
          `SELECT officer, key, hash, dossier_id, version, step, due_at, NULL::jsonb, $1::timestamptz FROM ${live}`,
        ]
      : []),
    ...(refusals
      ? [`SELECT officer, key, hash, dossier_id, NULL, NULL, NULL, refusal, $1::timestamptz FROM ${refusals}`]
      : []),
  ];
  return `claimed AS (
  INSERT INTO motcua.command (officer, key, request_hash, dossier_id, version, step, due_at, refusal, recorded_at)
  ${answers.join(' UNION ALL ')}
)`;
}
