import type { Pool } from 'pg';
import type { Instant, Json, JsonObject } from '#libs/kernel';
import type { StateName } from '#libs/workflow';
import type { Channel } from '../types.js';

/** What the queries ask: a pool, or one client inside a transaction. */
export type Queryable = Pick<Pool, 'query'>;

export interface PartyRow {
  revision: number;
  name: string;
  paperNumber: string | null;
  address: string | null;
  phone: string | null;
  email: string | null;
}

/** A dossier with everything that a view of it shows, read in one statement and so at one moment. */
export interface DossierRow extends PartyRow {
  id: string;
  code: string;
  version: number;
  state: StateName;
  step: string | null;
  snapshot: Json;
  channel: Channel;
  returnBy: Channel;
  procedureVersionId: number;
  procedure: { code: string; version: number; name: string };
  receivingUnitId: number;
  competentUnitId: number;
  receivingUnit: { code: string; name: string };
  competentUnit: { code: string; name: string };
  currentUnit: { code: string; name: string };
  submittedAt: Instant;
  receivedAt: Instant | null;
  closedAt: Instant | null;
  lastAt: Instant;
  receivedBy: number | null;
  approvedBy: number | null;
  deadlineStatus: string | null;
  dueAt: Instant | null;
}

/** Names and units are joined, not looked up in memory: another process may have imported a unit that this one does not know. */
export const DOSSIER_COLUMNS = `
  d.id, d.code, d.version, d.state, d.step, d.snapshot, d.channel, d.return_by AS "returnBy",
  d.procedure_version_id AS "procedureVersionId",
  json_build_object('code', p.code, 'version', p.version, 'name', p.name) AS procedure,
  d.receiving_unit_id AS "receivingUnitId", d.competent_unit_id AS "competentUnitId",
  json_build_object('code', ru.agency_code, 'name', ru.name) AS "receivingUnit",
  json_build_object('code', cu.agency_code, 'name', cu.name) AS "competentUnit",
  json_build_object('code', hu.agency_code, 'name', hu.name) AS "currentUnit",
  d.submitted_at AS "submittedAt", d.received_at AS "receivedAt", d.closed_at AS "closedAt", d.last_at AS "lastAt",
  d.received_by AS "receivedBy", d.approved_by AS "approvedBy",
  t.status AS "deadlineStatus", t.due_at AS "dueAt",
  a.revision, a.name, a.paper_number AS "paperNumber", a.address, a.phone, a.email`;

export const DOSSIER_JOINS = `
  JOIN motcua.procedure_version p ON p.id = d.procedure_version_id
  JOIN motcua.unit ru ON ru.id = d.receiving_unit_id
  JOIN motcua.unit cu ON cu.id = d.competent_unit_id
  JOIN motcua.unit hu ON hu.id = d.current_unit_id
  JOIN motcua.dossier_party a ON a.dossier_id = d.id AND a.revision = d.party_revision
  LEFT JOIN motcua.deadline t ON t.dossier_id = d.id`;

/** The dossier with this code; undefined when there is none. */
export async function readDossier(db: Queryable, code: string): Promise<DossierRow | undefined> {
  const { rows } = await db.query<DossierRow>({
    name: 'dossier-view',
    text: `SELECT ${DOSSIER_COLUMNS} FROM motcua.dossier d ${DOSSIER_JOINS} WHERE d.code = $1`,
    values: [code],
  });
  return rows[0];
}

export interface EventRow {
  version: number;
  type: string;
  state: StateName;
  officer: string;
  unit: { code: string; name: string } | null;
  occurredAt: Instant;
  recordedAt: Instant;
  data: JsonObject;
}

/**
 * A dossier's events in order: by version; of one version the command's own first, then what the clock added, as it fell
 * due. The position breaks ties, so that the order is the same whenever it is asked.
 */
export async function readEvents(
  db: Queryable,
  dossierId: string,
  clockEvents: readonly string[],
): Promise<EventRow[]> {
  const { rows } = await db.query<EventRow>({
    name: 'dossier-events',
    text: `SELECT e.version, e.type, e.state, e.officer,
        CASE WHEN u.id IS NOT NULL THEN json_build_object('code', u.agency_code, 'name', u.name) END AS unit,
        e.occurred_at AS "occurredAt", e.recorded_at AS "recordedAt", e.data
      FROM motcua.event e LEFT JOIN motcua.unit u ON u.id = e.unit_id
      WHERE e.dossier_id = $1
      ORDER BY e.version, e.type = ANY($2::text[]), e.occurred_at, e.epoch, e.xid, e.seq`,
    values: [dossierId, clockEvents],
  });
  return rows;
}

/** One revision of the applicant's data; undefined when it was erased. */
export async function readParty(
  db: Queryable,
  dossierId: string,
  revision: number,
): Promise<PartyRow | undefined> {
  const { rows } = await db.query<PartyRow>({
    name: 'party-revision',
    text: `SELECT revision, name, paper_number AS "paperNumber", address, phone, email FROM motcua.dossier_party
      WHERE dossier_id = $1 AND revision = $2`,
    values: [dossierId, revision],
  });
  return rows[0];
}

/** How a deadline began: what its events do not repeat. */
export interface DeadlineStart {
  limit: { value: number; unit: 'working_day' | 'calendar_day' | 'hour' | 'month' };
  calendar: string;
  startedAt: Instant;
}

/** The fixed part of a dossier's deadline; undefined before it is received. */
export async function readDeadlineStart(
  db: Queryable,
  dossierId: string,
): Promise<DeadlineStart | undefined> {
  const { rows } = await db.query<DeadlineStart>({
    name: 'deadline-start',
    text: `SELECT json_build_object('value', limit_value::float8, 'unit', limit_unit) AS "limit", calendar,
        started_at AS "startedAt" FROM motcua.deadline WHERE dossier_id = $1`,
    values: [dossierId],
  });
  return rows[0];
}
