import type { Instant } from '#libs/kernel';
import type { StateName } from '#libs/workflow';
import type { Queryable } from './queries-read.js';

/** What of a dossier may be told to whoever has its receipt. */
export interface LookupRow {
  id: string;
  code: string;
  procedure: { code: string; name: string };
  currentUnit: { code: string; name: string };
  state: StateName;
  submittedAt: Instant;
  receivedAt: Instant | null;
  closedAt: Instant | null;
  deadlineStatus: string | null;
  dueAt: Instant | null;
}

/** Names no table that has personal data: what is not read cannot be told by mistake. */
export async function readForLookup(db: Queryable, code: string): Promise<LookupRow | undefined> {
  const { rows } = await db.query<LookupRow>({
    name: 'public-lookup',
    text: `SELECT d.id, d.code, d.state, d.submitted_at AS "submittedAt", d.received_at AS "receivedAt",
        d.closed_at AS "closedAt", json_build_object('code', p.code, 'name', p.name) AS procedure,
        json_build_object('code', u.agency_code, 'name', u.name) AS "currentUnit",
        t.status AS "deadlineStatus", t.due_at AS "dueAt"
      FROM motcua.dossier d
      JOIN motcua.procedure_version p ON p.id = d.procedure_version_id
      JOIN motcua.unit u ON u.id = d.current_unit_id
      LEFT JOIN motcua.deadline t ON t.dossier_id = d.id
      WHERE d.code = $1`,
    values: [code],
  });
  return rows[0];
}
