import { BATCH_VALUES, settled } from './batch.js';
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
 * recording, then come the settings of the batch, then the columns of each part, each as one array; of a command `alone`
 * each as a plain value.
 *
 * - `moved` changes the dossiers whose version and alarms are what the decision was made on. All else is written only for
 *   what it gives back: a dossier that moved in between is not in the answer, and is decided again by the caller.
 * - `claimed` puts in the command ids, without ON CONFLICT: an id that is there already fails the whole statement, which
 *   then wrote nothing, and the caller takes the repeats out (see commit.ts). Claiming first, and going on with what was
 *   claimed, made every command pay for the few that are repeated: measured in docs/performance.md.
 * - Codes come from one counter a unit and day. A statement that fails gives back its numbers, so a repeat leaves no gap.
 * - Each row of moves, births and refusals, and so all that hangs on them, comes after the settings: see {@link settled}.
 * - A part that nobody needs is left out: making it ready costs as much as running it does.
 */
export function commitSql(parts: ReadonlySet<Part>, alone: boolean): string {
  let taken = 1 + BATCH_VALUES;
  const send = (part: Part, alias: string): string => {
    const columns = COLUMNS[part] as readonly Column<never>[];
    const values = columns.map(([, type]) => `$${++taken}::${type}${alone ? '' : '[]'}`);
    // Of arrays the first one makes the settings; of plain values the condition by which a row is found does.
    if (!alone && ROWS.has(part)) values[0] = settled(values[0]!, FIRST);
    const rows = alone ? `(VALUES (${values.join(', ')}))` : `unnest(${values.join(', ')})`;
    return `${rows} AS ${alias}(${columns.map(([name]) => name).join(', ')})`;
  };
  const has = (part: Part): boolean => parts.has(part);
  // In the order of PARTS, in which the values are sent. Dossiers, new or changed, are called n, what hangs on them p.
  const move = has('move') && send('move', 'n');
  const birth = has('birth') && send('birth', 'n');
  const refusal = has('refusal') && send('refusal', 'n');
  const [alarm, deadline, party] = (['alarm', 'deadline', 'party'] as const).map(
    (part) => has(part) && send(part, 'p'),
  );
  // A command alone is not carried through the parts: each part takes its values, and asks only whether it is live.
  const live =
    move && birth
      ? `(SELECT ${SHARED} FROM moved UNION ALL SELECT ${SHARED} FROM fresh) n`
      : alone
        ? `${move || birth} CROSS JOIN ${move ? 'moved' : 'fresh'}`
        : `${move ? 'moved' : 'fresh'} n`;
  const anybody = Boolean(move || birth);
  const first = [
    ...(move ? [moveSql(move, alone)] : []),
    ...(birth ? [alone ? birthSql(birth) : birthsSql(birth)] : []),
    ...(anybody ? [eventSql(live, alarm)] : []),
    ...(deadline ? [deadlineSql(deadline, live)] : []),
    ...(party ? [partySql(party, live)] : []),
  ];
  const claim = claimSql(anybody ? live : null, refusal, alone);
  if (alone && !birth) return `${first.length > 0 ? `WITH ${first.join(', ')}` : ''} ${claim}`;
  const answer = anybody
    ? `SELECT n.ord, ${birth ? 'code' : 'NULL::text AS code'} FROM ${live}`
    : 'SELECT 0 AS ord, NULL AS code WHERE false';
  return `WITH ${[...first, `claimed AS (${claim})`].join(', ')} ${answer}`;
}

/** The parts that all others hang on. */
const ROWS: ReadonlySet<Part> = new Set<Part>(['move', 'birth', 'refusal']);
/** The first parameter of the settings: after the time of recording. */
const FIRST = 2;

/** What events and claims are written from. */
const SHARED =
  'ord, officer, key, hash, dossier_id, version, state, step, at, event_type, event_data, event_unit_id, due_at, head, event_hash, code';

/**
 * Version, alarms and, however it was decided, whose dossier it is. The check is said by coalesce() because of the planner:
 * it takes two equations for nearly never true, expects one row, and joins all that follows by nested loops, row by row.
 */
function moveSql(rows: string, alone: boolean): string {
  return `moved AS (
  UPDATE motcua.dossier d SET version = n.version, alarms = n.alarms, state = n.state, step = n.step, snapshot = n.snapshot,
    current_unit_id = n.current_unit_id, party_revision = coalesce(n.party_revision, d.party_revision),
    received_at = coalesce(n.received_at, d.received_at), closed_at = coalesce(n.closed_at, d.closed_at), last_at = n.at,
    received_by = coalesce(n.received_by, d.received_by), approved_by = coalesce(n.approved_by, d.approved_by),
    held_by = CASE WHEN n.holder IS NULL THEN d.held_by ELSE array_append(d.held_by, n.holder) END, head = n.head
  FROM ${rows}
  WHERE d.id = ${alone ? settled('n.dossier_id', FIRST) : 'n.dossier_id'} AND coalesce(d.version = n.version - 1 AND d.alarms = n.expected_alarms
    AND (n.scope_unit IS NULL OR n.scope_unit IN (d.receiving_unit_id, d.competent_unit_id) OR n.scope_unit = ANY(d.held_by)), false)
  RETURNING ${alone ? 'n.ord AS live' : 'n.*, NULL::text AS code'}
)`;
}

/** One new dossier with its code: the next of its unit and day. */
function birthSql(rows: string): string {
  return `${countedSql(`SELECT n.receiving_unit_id, n.day, 1 FROM ${rows}`)}, fresh AS MATERIALIZED (
  SELECT ${CODE} AS code FROM ${rows} CROSS JOIN (SELECT last::text AS number FROM counted) c
  WHERE ${settled('true', FIRST)}
), ${bornSql(`${rows} CROSS JOIN fresh`)}`;
}

/** New dossiers with their codes: the last ones of their unit and day, in the order in which they came. */
function birthsSql(rows: string): string {
  return `given AS MATERIALIZED (
  SELECT * FROM ${rows}
), ${countedSql('SELECT receiving_unit_id, day, count(*) FROM given GROUP BY 1, 2 ORDER BY 1, 2')}, numbered AS (
  SELECT n.*, (c.last + 1 - row_number() OVER (PARTITION BY n.receiving_unit_id, n.day ORDER BY n.ord DESC))::text AS number
  FROM given n JOIN counted c ON c.unit_id = n.receiving_unit_id AND c.day = n.day
), fresh AS MATERIALIZED (
  SELECT n.*, ${CODE} AS code FROM numbered n
), ${bornSql('fresh n')}`;
}

/** Takes as many codes of each unit and day as are asked for; gives the last one. */
function countedSql(asked: string): string {
  return `counted AS (
  INSERT INTO motcua.code_counter AS c (unit_id, day, last) ${asked}
  ON CONFLICT (unit_id, day) DO UPDATE SET last = c.last + excluded.last RETURNING unit_id, day, last
)`;
}

/** Of unit, day and number. */
const CODE = `n.agency_code || '-' || to_char(n.day, 'YYMMDD') || '-' || lpad(number, greatest(4, length(number)), '0')`;

function bornSql(fresh: string): string {
  return `born AS (
  INSERT INTO motcua.dossier (id, code, procedure_version_id, receiving_unit_id, competent_unit_id, current_unit_id, channel,
    return_by, state, step, version, alarms, snapshot, party_revision, submitted_at, last_at, held_by, head)
  SELECT n.dossier_id, code, n.procedure_version_id, n.receiving_unit_id, n.competent_unit_id, n.current_unit_id, n.channel,
    n.return_by, n.state, n.step, n.version, n.alarms, n.snapshot, 1, n.at, n.at,
    CASE WHEN n.holder IS NOT NULL THEN ARRAY[n.holder] END, n.head FROM ${fresh}
)`;
}

/** Alarms that fell due before the command stand before its event in the log; an unknown deadline after it. */
function eventSql(live: string, alarms: string | false | undefined): string {
  const events = `SELECT n.ord, 1 AS nth, n.dossier_id, n.version, n.event_type AS type, n.state, n.officer, n.event_unit_id AS unit_id, n.at,
    n.event_data AS data, coalesce(n.event_hash, n.head) AS hash FROM ${live}`;
  const all = `${events} UNION ALL
    SELECT p.ord, CASE p.type WHEN 'deadlineUnknown' THEN 2 ELSE 0 END, n.dossier_id,
      CASE p.type WHEN 'deadlineUnknown' THEN n.version ELSE n.version - 1 END, p.type, p.state, 'system', p.unit_id, p.at, '{}'::jsonb, p.hash
    FROM ${alarms} CROSS JOIN ${live} WHERE n.ord = p.ord`;
  return `logged AS (
  INSERT INTO motcua.event (dossier_id, version, type, state, officer, unit_id, occurred_at, recorded_at, data, hash)
  SELECT dossier_id, version, type, state, officer, unit_id, at, $1::timestamptz, data, hash
  FROM (${alarms ? all : events}) e${alarms ? ' ORDER BY ord, nth, at' : ''}
)`;
}

function deadlineSql(rows: string, live: string): string {
  return `timed AS (
  INSERT INTO motcua.deadline AS t (dossier_id, generation, status, limit_value, limit_unit, calendar, started_at, due_at, soon_at,
    alarm_at, remaining_minutes, reason)
  SELECT n.dossier_id, p.generation, p.status, p.limit_value, p.limit_unit, p.calendar, p.started_at, p.due_at, p.soon_at, p.alarm_at,
    p.remaining_minutes, p.reason
  FROM ${rows} CROSS JOIN ${live} WHERE n.ord = p.ord ORDER BY n.dossier_id
  ON CONFLICT (dossier_id) DO UPDATE SET generation = excluded.generation, status = excluded.status, due_at = excluded.due_at,
    soon_at = excluded.soon_at, alarm_at = excluded.alarm_at, remaining_minutes = excluded.remaining_minutes,
    reason = excluded.reason, started_at = excluded.started_at
)`;
}

/** Personal data as a new revision: what the change leaves out is taken from the revision before, '' takes it away. */
function partySql(rows: string, live: string): string {
  return `named AS (
  INSERT INTO motcua.dossier_party (dossier_id, revision, name, paper_number, address, phone, email, occurred_at, recorded_at)
  SELECT n.dossier_id, p.revision, coalesce(p.name, b.name), nullif(coalesce(p.paper_number, b.paper_number), ''),
    nullif(coalesce(p.address, b.address), ''), nullif(coalesce(p.phone, b.phone), ''), nullif(coalesce(p.email, b.email), ''), p.at, $1
  FROM ${rows} CROSS JOIN ${live}
  LEFT JOIN motcua.dossier_party b ON b.dossier_id = n.dossier_id AND b.revision = p.revision - 1
  WHERE n.ord = p.ord
)`;
}

function claimSql(live: string | null, refusals: string | false, alone: boolean): string {
  const answers = [
    ...(live
      ? [
          `SELECT n.officer, n.key, n.hash, n.dossier_id, n.version, n.step, n.due_at, NULL::jsonb, $1::timestamptz FROM ${live}`,
        ]
      : []),
    ...(refusals
      ? [
          `SELECT n.officer, n.key, n.hash, n.dossier_id, NULL, NULL, NULL, n.refusal, $1::timestamptz FROM ${refusals}${alone ? ` WHERE ${settled('true', FIRST)}` : ''}`,
        ]
      : []),
  ];
  return `INSERT INTO motcua.command (officer, key, request_hash, dossier_id, version, step, due_at, refusal, recorded_at)
  ${answers.join(' UNION ALL ')}`;
}
