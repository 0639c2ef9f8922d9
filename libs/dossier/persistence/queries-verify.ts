import type { PoolClient } from 'pg';
import type { Instant, Json, JsonObject } from '#libs/kernel';

/** A dossier's own row with its deadline and what is known of its personal revisions. */
export interface CheckedDossier {
  id: string;
  code: string;
  procedureVersionId: number;
  receivingUnitId: number;
  competentUnitId: number;
  currentUnitId: number;
  channel: string;
  returnBy: string;
  state: string;
  step: string | null;
  version: number;
  alarms: number;
  snapshot: Json;
  partyRevision: number;
  submittedAt: Instant;
  receivedAt: Instant | null;
  closedAt: Instant | null;
  lastAt: Instant;
  receivedBy: number | null;
  approvedBy: number | null;
  heldBy: number[] | null;
  head: Uint8Array | null;
  /** how many revisions there are, and the number of the newest */
  parties: number;
  lastParty: number | null;
  deadline: CheckedDeadline | null;
}

export interface CheckedDeadline {
  generation: number;
  status: string;
  dueAt: Instant | null;
  soonAt: Instant | null;
  alarmAt: Instant | null;
  remainingMinutes: number | null;
  reason: string | null;
}

export interface CheckedEvent {
  dossierId: string;
  version: number;
  type: string;
  state: string;
  officer: string;
  unitId: number;
  occurredAt: Instant;
  recordedAt: Instant;
  data: JsonObject;
  /** null for what was recorded before events were chained */
  hash: Uint8Array | null;
}

/** One dossier with all its events; `dossier` is null for events of a dossier that is not there. */
export interface DossierBundle {
  id: string;
  dossier: CheckedDossier | null;
  events: CheckedEvent[];
}

const DOSSIERS = `
  SELECT d.id, d.code, d.procedure_version_id AS "procedureVersionId", d.receiving_unit_id AS "receivingUnitId",
    d.competent_unit_id AS "competentUnitId", d.current_unit_id AS "currentUnitId", d.channel, d.return_by AS "returnBy", d.state, d.step, d.version, d.alarms,
    d.snapshot, d.party_revision AS "partyRevision", d.submitted_at AS "submittedAt", d.received_at AS "receivedAt",
    d.closed_at AS "closedAt", d.last_at AS "lastAt", d.received_by AS "receivedBy", d.approved_by AS "approvedBy",
    d.held_by AS "heldBy", d.head, coalesce(a.parties, 0) AS parties, a."lastParty",
    t.generation, t.status, t.due_at AS "dueAt", t.soon_at AS "soonAt", t.alarm_at AS "alarmAt",
    t.remaining_minutes AS "remainingMinutes", t.reason
  FROM motcua.dossier d LEFT JOIN motcua.deadline t ON t.dossier_id = d.id
  LEFT JOIN (SELECT dossier_id, count(*)::int AS parties, max(revision) AS "lastParty" FROM motcua.dossier_party GROUP BY 1) a
    ON a.dossier_id = d.id
  ORDER BY d.id`;

const EVENTS = `
  SELECT dossier_id AS "dossierId", version, type, state, officer, unit_id AS "unitId", occurred_at AS "occurredAt",
    recorded_at AS "recordedAt", data, hash
  FROM motcua.event ORDER BY dossier_id, version, epoch, xid, seq`;

const CHUNK = 4_000;

/**
 * Every dossier with its events, by id. Two cursors over one unchanging view are merged, so that memory stays flat however
 * many there are, and so that events without a dossier come up as well. `client` is in a repeatable-read transaction.
 */
export async function* dossiersWithEvents(client: PoolClient): AsyncGenerator<DossierBundle> {
  const dossiers = cursor<CheckedDossier & CheckedDeadline>(client, 'checked_dossiers', DOSSIERS);
  const events = cursor<CheckedEvent>(client, 'checked_events', EVENTS);
  let dossier = await dossiers.next();
  let event = await events.next();
  while (!dossier.done || !event.done) {
    // A UUID in lower-case hex sorts as text the way PostgreSQL sorts it as bytes.
    const id = least(dossier.value?.id, event.value?.dossierId);
    const bundle: DossierBundle = { id, dossier: null, events: [] };
    if (dossier.value?.id === id) {
      bundle.dossier = shape(dossier.value);
      dossier = await dossiers.next();
    }
    while (event.value?.dossierId === id) {
      bundle.events.push(event.value);
      event = await events.next();
    }
    yield bundle;
  }
}

function least(a: string | undefined, b: string | undefined): string {
  if (a === undefined) return b!;
  return b === undefined || a < b ? a : b;
}

async function* cursor<Row extends object>(
  client: PoolClient,
  name: string,
  sql: string,
): AsyncGenerator<Row, undefined> {
  await client.query(`DECLARE ${name} NO SCROLL CURSOR FOR ${sql}`);
  for (;;) {
    const { rows } = await client.query<Row>(`FETCH ${CHUNK} FROM ${name}`);
    yield* rows;
    if (rows.length < CHUNK) return undefined;
  }
}

function shape(row: CheckedDossier & CheckedDeadline): CheckedDossier {
  const { generation, status, dueAt, soonAt, alarmAt, remainingMinutes, reason, ...dossier } = row;
  const deadline = { generation, status, dueAt, soonAt, alarmAt, remainingMinutes, reason };
  return { ...dossier, deadline: generation === null ? null : deadline };
}

/** A code, or a run of codes, that is not as it has to be. */
export interface CodeFault {
  fault: 'code_text' | 'code_gap' | 'code_counter';
  /** the dossier's code; null where no dossier can be named */
  code: string | null;
  unit: string;
  day: string;
  expected: string;
  found: string;
}

/** Codes that a dossier's own unit and day do not give: `<agency code>-<YYMMDD>-<nnnn>` with no more noughts than four digits need. */
const CODED = `
  coded AS (
    SELECT d.code, d.receiving_unit_id AS unit_id, (d.submitted_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS day, u.agency_code,
      substring(d.code from '-([0-9]{4,9})$')::int AS number
    FROM motcua.dossier d JOIN motcua.unit u ON u.id = d.receiving_unit_id
  )`;

const TEXTS = `
  WITH ${CODED}
  SELECT 'code_text' AS fault, code, agency_code AS unit, day::text AS day,
    agency_code || '-' || to_char(day, 'YYMMDD') || '-' || coalesce(lpad(number::text, greatest(4, length(number::text)), '0'), '<nnnn>') AS expected,
    code AS found
  FROM coded
  WHERE code IS DISTINCT FROM agency_code || '-' || to_char(day, 'YYMMDD') || '-' || lpad(number::text, greatest(4, length(number::text)), '0')
    OR number < 1
  ORDER BY code`;

/** A number that is not one more than the one before it: the first of a gap, or a number given twice. */
const GAPS = `
  WITH ${CODED}, numbered AS (
    SELECT *, coalesce(lag(number) OVER (PARTITION BY unit_id, day ORDER BY number), 0) + 1 AS expected FROM coded WHERE number IS NOT NULL
  )
  SELECT 'code_gap' AS fault, code, agency_code AS unit, day::text AS day, expected::text, number::text AS found
  FROM numbered WHERE number <> expected ORDER BY code`;

const COUNTERS = `
  WITH ${CODED}, given AS (
    SELECT unit_id, day, max(number) AS last FROM coded GROUP BY 1, 2
  )
  SELECT 'code_counter' AS fault, NULL AS code, coalesce(u.agency_code, unit_id::text) AS unit, day::text AS day,
    coalesce(g.last, 0)::text AS expected, coalesce(c.last::text, 'no counter') AS found
  FROM given g FULL JOIN motcua.code_counter c USING (unit_id, day) LEFT JOIN motcua.unit u ON u.id = unit_id
  WHERE coalesce(g.last, 0) IS DISTINCT FROM c.last ORDER BY 3, 4`;

/** Everything wrong with the codes, by three questions: the text, the gaps, the counters. */
export async function codeFaults(client: PoolClient): Promise<CodeFault[]> {
  const found: CodeFault[] = [];
  for (const sql of [TEXTS, GAPS, COUNTERS]) found.push(...(await client.query<CodeFault>(sql)).rows);
  return found;
}

/** Runs `work` on one unchanging view of the database, so that a service that goes on working cannot look like damage. */
export async function onOneView<T>(client: PoolClient, work: () => Promise<T>): Promise<T> {
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  try {
    return await work();
  } finally {
    await client.query('ROLLBACK');
  }
}
