import type { Acting } from '#libs/identity';
import type { Instant } from '#libs/kernel';
import type { Queryable } from './queries-read.js';

/** How somebody looked at personal data. */
export type AccessKind = 'view' | 'list' | 'search' | 'reveal' | 'history' | 'export';

export interface Access {
  what: AccessKind;
  dossierIds: readonly string[];
  at: Instant;
  /** why, where a reason is asked for; it may name somebody, and stands nowhere else */
  reason?: string;
}

/** Notes who looks, in the transaction of `db` that reads what they see: without this row there is no answer. */
export async function recordAccess(db: Queryable, acting: Acting, access: Access): Promise<void> {
  const { officer, person, by } = acting;
  const { at, what, dossierIds, reason } = access;
  await db.query({
    name: 'access-noted',
    text: `INSERT INTO motcua.access_log (at, person, officer, acted_by, what, dossier_ids, reason)
      VALUES ($1, $2, $3, $4, $5, $6::uuid[], $7)`,
    values: [at, person, officer.code, by, what, dossierIds, reason ?? null],
  });
}

/** A line of the log as it is read: dossiers by their codes, persons by their account's number. */
export interface AccessRow {
  no: number;
  at: Instant;
  person: number;
  officer: string;
  by: string | null;
  what: AccessKind;
  reason: string | null;
  dossiers: string[];
}

/** What the log is narrowed to; `before` is the number of the last line of the page before. */
export interface AccessConditions {
  dossier?: string;
  officer?: string;
  from?: Instant;
  until?: Instant;
  before?: number;
}

/** The newest lines first, at most `limit`. For whoever reads within all there is: others see none. */
export async function readAccess(
  db: Queryable,
  conditions: AccessConditions,
  limit: number,
): Promise<AccessRow[]> {
  const values: unknown[] = [];
  const bind = (value: unknown): string => `$${values.push(value)}`;
  const { dossier, officer, from, until, before } = conditions;
  const where = [
    ...(dossier === undefined
      ? []
      : [`no IN (SELECT motcua.access_of(id) FROM motcua.dossier WHERE code = ${bind(dossier)})`]),
    // Who acted for another is found under both positions.
    ...(officer === undefined ? [] : [`${bind(officer)} IN (officer, acted_by)`]),
    ...(from === undefined ? [] : [`at >= ${bind(from)}`]),
    ...(until === undefined ? [] : [`at < ${bind(until)}`]),
    ...(before === undefined ? [] : [`no < ${bind(before)}`]),
  ];
  const { rows } = await db.query<AccessRow>(
    `SELECT l.no, l.at, l.person, l.officer, l.acted_by AS by, l.what, l.reason,
       ARRAY(SELECT d.code FROM unnest(l.dossier_ids) WITH ORDINALITY AS seen (id, nth)
         JOIN motcua.dossier d USING (id) ORDER BY nth) AS dossiers
     FROM (SELECT * FROM motcua.access_log ${where.length > 0 ? `WHERE ${where.join(' AND ')}` : ''}
       ORDER BY no DESC LIMIT ${bind(limit)}) AS l ORDER BY l.no DESC`,
    values,
  );
  return rows;
}
