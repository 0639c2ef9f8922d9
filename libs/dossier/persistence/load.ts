import type { Lanes, Scope } from '#libs/database';
import type { Instant, Json } from '#libs/kernel';
import type { AcceptedAnswer, Channel, RefusedAnswer } from '../types.js';
import { CLOCK_EVENTS } from '../event-labels.js';
import type { StoredPlace } from '#libs/workflow';
import type { DeadlineRow } from '../deadline.js';
import type { DossierRecord } from '../decide.js';
import { batchValues, settled } from './batch.js';

/** A dossier as the database gives it; snapshot and place are still to be checked against its definition. */
export type LoadedRow = Omit<DossierRecord, 'snapshot'> & { snapshot: Json; place: StoredPlace };

/**
 * Dossiers with their deadlines. Which deadlines may be read is known when the dossiers are found: so the second setting is
 * made of those, and before a deadline is looked for. `$1` says which dossiers; the settings follow.
 */
const select = (where: string): string => `
WITH d AS MATERIALIZED (
  SELECT d.id, d.code, d.version, d.alarms, d.procedure_version_id, d.receiving_unit_id, d.competent_unit_id,
    d.current_unit_id, d.channel, d.last_at, d.party_revision, d.state, d.step, d.snapshot, d.received_by, d.approved_by,
    d.held_by, d.head
  FROM motcua.dossier d WHERE ${where}
), found AS MATERIALIZED (
  SELECT set_config('motcua.batch_dossiers', coalesce(array_agg(id), '{}')::text, true) AS ids FROM d
)
SELECT d.*, t.generation, t.status, t.limit_value::float8 AS limit_value, t.limit_unit, t.calendar, t.started_at, t.due_at,
  t.soon_at, t.alarm_at, t.remaining_minutes, t.reason
FROM found CROSS JOIN d LEFT JOIN motcua.deadline t ON t.dossier_id = CASE WHEN found.ids IS NOT NULL THEN d.id END`;

const BY_CODE = {
  name: 'dossiers-by-code',
  text: select(`d.code = ANY(${settled('$1::text[]', 2)}::text[])`),
};
const BY_ID = { name: 'dossiers-by-id', text: select(`d.id = ANY(${settled('$1::uuid[]', 2)}::uuid[])`) };

interface Row {
  id: string;
  code: string;
  version: number;
  alarms: number;
  procedure_version_id: number;
  receiving_unit_id: number;
  competent_unit_id: number;
  current_unit_id: number;
  channel: Channel;
  last_at: Instant;
  party_revision: number;
  state: string;
  step: string | null;
  snapshot: Json;
  received_by: number | null;
  approved_by: number | null;
  held_by: number[] | null;
  head: Uint8Array | null;
  generation: number | null;
  status: DeadlineRow['status'];
  limit_value: number;
  limit_unit: DeadlineRow['limit']['unit'];
  calendar: string;
  started_at: Instant;
  due_at: Instant | null;
  soon_at: Instant | null;
  alarm_at: Instant | null;
  remaining_minutes: number | null;
  reason: string | null;
}

/**
 * Loads dossiers by code and by id, one SELECT for each way that is asked for, as far as `scope` sees them. Others, and
 * those that nobody knows, are simply not there.
 */
export async function loadDossiers(
  pool: Pick<Lanes, 'query'>,
  codes: string[],
  ids: string[],
  scope: Scope,
): Promise<LoadedRow[]> {
  const settings = batchValues({ units: scope, dossiers: [], officers: [] });
  const rows: Row[] = [];
  if (codes.length > 0)
    rows.push(...(await pool.query<Row>({ ...BY_CODE, values: [codes, ...settings] })).rows);
  if (ids.length > 0) rows.push(...(await pool.query<Row>({ ...BY_ID, values: [ids, ...settings] })).rows);
  return rows.map(toLoaded);
}

function toLoaded(row: Row): LoadedRow {
  return {
    id: row.id,
    code: row.code,
    version: row.version,
    alarms: row.alarms,
    procedureVersionId: row.procedure_version_id,
    receivingUnitId: row.receiving_unit_id,
    competentUnitId: row.competent_unit_id,
    currentUnitId: row.current_unit_id,
    channel: row.channel,
    lastAt: row.last_at,
    partyRevision: row.party_revision,
    snapshot: row.snapshot,
    place: { state: row.state, step: row.step },
    deadline: row.generation === null ? null : toDeadline(row, row.generation),
    receivedBy: row.received_by,
    approvedBy: row.approved_by,
    heldBy: row.held_by ?? [],
    head: row.head,
  };
}

function toDeadline(row: Row, generation: number): DeadlineRow {
  return {
    generation,
    status: row.status,
    limit: { value: row.limit_value, unit: row.limit_unit },
    calendar: row.calendar,
    startedAt: row.started_at,
    dueAt: row.due_at,
    soonAt: row.soon_at,
    alarmAt: row.alarm_at,
    remainingMinutes: row.remaining_minutes,
    reason: row.reason,
  };
}

export interface StoredAnswer {
  officer: string;
  key: string;
  requestHash: string;
  answer: AcceptedAnswer | RefusedAnswer;
}

interface StoredRow extends Omit<AcceptedAnswer, 'kind'> {
  officer: string;
  key: string;
  requestHash: string;
  refusal: RefusedAnswer | null;
}

/**
 * The answers given under these keys. An accepted one is put together from its event, which the same commit wrote, from the
 * dossier's code, which that commit gave, and from what is kept beside the claim because the event does not tell it. The
 * officers' own commands and events are all that is seen; of their dossiers the code, however far they see today: it is what
 * they were told.
 *
 * Each table is asked for what the one before it gave (OFFSET 0 keeps them apart): joined, PostgreSQL may begin with the
 * commands of the batch's officers, which the policy names and which nobody has told it yet.
 */
const STORED = {
  name: 'stored-answers',
  text: `SELECT c.officer, c.key, encode(c.request_hash, 'hex') AS "requestHash", c.refusal,
      c.dossier_id AS id, d.code, c.version, e.state, c.step, e.type AS event, e.occurred_at AS "occurredAt",
      c.recorded_at AS "recordedAt", c.due_at AS "dueAt"
    FROM unnest(${settled('$1::text[]', 4)}, $2::text[]) AS k(officer, key)
    CROSS JOIN LATERAL (SELECT * FROM motcua.command c WHERE c.officer = k.officer AND c.key = k.key OFFSET 0) c
    LEFT JOIN LATERAL (SELECT d.code FROM motcua.dossier d WHERE d.id = c.dossier_id OFFSET 0) d ON true
    LEFT JOIN LATERAL (SELECT e.state, e.type, e.occurred_at FROM motcua.event e
      WHERE e.dossier_id = c.dossier_id AND e.version = c.version AND e.recorded_at = c.recorded_at
        AND e.type <> ALL($3::text[]) OFFSET 0) e ON true`,
};

export async function loadAnswers(
  pool: Pick<Lanes, 'query'>,
  keys: readonly { officer: string; key: string }[],
): Promise<StoredAnswer[]> {
  const officers = keys.map((k) => k.officer);
  const settings = batchValues({ units: 'all', dossiers: [], officers: [...new Set(officers)] });
  const { rows } = await pool.query<StoredRow>({
    ...STORED,
    values: [officers, keys.map((k) => k.key), CLOCK_EVENTS, ...settings],
  });
  return rows.map(({ officer, key, requestHash, refusal, ...told }) => ({
    officer,
    key,
    requestHash,
    answer: refusal ?? { kind: 'accepted', ...told },
  }));
}
