import type { Pool, PoolClient } from 'pg';
import { type Reads, type Scope, transaction } from '#libs/database';
import type { Labels } from '#libs/kernel';
import type { ReportKey } from '../figures.js';

/** Where a report is read: by the service itself, of all there is; or for a person, of the units of their scope. */
export type ReportSource = Pool | { reads: Reads; scope: Scope };

/** Runs `work` on one unchanging view of the database: the figures and the position they are known at belong together. */
export function readOnly<T>(source: ReportSource, work: (client: PoolClient) => Promise<T>): Promise<T> {
  if ('reads' in source) return source.reads.read(source.scope, work, { unchanging: true });
  return transaction(source, work, 'ISOLATION LEVEL REPEATABLE READ READ ONLY');
}

/** The units that a report is of; null for all. A dossier counts at its competent unit alone, whoever else may see it. */
export function unitsOf(source: ReportSource): readonly number[] | null {
  return 'reads' in source && source.scope !== 'all' ? source.scope : null;
}

/** SQL: how a line is keyed. Expects `d` (competent unit `unit_id`, `channel`), `u` (unit) and `p` (procedure version). */
export const LINE_KEY: Record<ReportKey, string> = {
  level: 'u.level',
  unit: 'u.id::text',
  sector: 'p.sector',
  procedure: 'p.code',
  channel: 'd.channel',
};

/** Something that a line can be about, whether or not anything was counted there. */
export interface Subject {
  /** as {@link LINE_KEY} gives it */
  key: string;
  /** as the reader of the report knows it */
  shown: string;
  label: Labels;
  /** listed even when nothing was counted */
  always: boolean;
  unit?: UnitFacts;
}

/** Where a unit stands; days are `YYYY-MM-DD` or null when unbounded. */
export interface UnitFacts {
  level: string;
  parentKey: string | null;
  validFrom: string | null;
  validUntil: string | null;
}

const CHANNELS: [string, Labels][] = [
  ['counter', { vi: 'Trực tiếp tại bộ phận một cửa', en: 'At the counter', km: 'នៅបញ្ជរ' }],
  ['online', { vi: 'Trực tuyến', en: 'Online', km: 'តាមអ៊ីនធឺណិត' }],
  ['postal', { vi: 'Dịch vụ bưu chính công ích', en: 'By post', km: 'តាមប្រៃសណីយ៍' }],
];

const same = (name: string): Labels => ({ vi: name, en: name, km: name });

/**
 * The lines that a report can have, in the order in which they are printed. `from`, `until`: the report's days. Of `units` (null:
 * all) only their own lines and those of their levels: a nought beside another's name would say what nobody counted.
 */
export async function readSubjects(
  client: Pick<PoolClient, 'query'>,
  by: ReportKey,
  from: string,
  until: string,
  units: readonly number[] | null,
): Promise<Subject[]> {
  switch (by) {
    case 'channel':
      return CHANNELS.map(([key, label]) => ({ key, shown: key, label, always: true }));
    case 'level': {
      const { rows } = await client.query<{
        code: string;
        label_vi: string;
        label_en: string;
        label_km: string;
      }>(
        `SELECT code, label_vi, label_en, label_km FROM motcua.level
         WHERE $1::int[] IS NULL OR code IN (SELECT level FROM motcua.unit WHERE id = ANY($1)) ORDER BY rank`,
        [units],
      );
      return rows.map((r) => ({
        key: r.code,
        shown: r.code,
        label: { vi: r.label_vi, en: r.label_en, km: r.label_km },
        always: true,
      }));
    }
    case 'sector': {
      const { rows } = await client.query<{ sector: string }>(
        'SELECT DISTINCT sector FROM motcua.procedure_version ORDER BY sector',
      );
      return rows.map((r) => ({ key: r.sector, shown: r.sector, label: same(r.sector), always: false }));
    }
    case 'procedure': {
      // The newest name of a procedure is the one on its line: versions of one procedure are one procedure.
      const { rows } = await client.query<{ code: string; name: string }>(
        'SELECT DISTINCT ON (code) code, name FROM motcua.procedure_version ORDER BY code, version DESC',
      );
      return rows.map((r) => ({ key: r.code, shown: r.code, label: same(r.name), always: false }));
    }
    case 'unit':
      return readUnits(client, from, until, units);
  }
}

interface UnitRow {
  key: string;
  parent: string | null;
  agency_code: string;
  times_used: number;
  name: string;
  level: string;
  valid_from: string | null;
  valid_until: string | null;
  valid: boolean;
}

const UNITS = `
  SELECT u.id::text AS key, u.parent_id::text AS parent, u.agency_code, count(*) OVER (PARTITION BY u.agency_code) AS times_used,
    u.name, u.level, u.valid_from < $2::date AND u.valid_until > $1::date AS valid,
    CASE WHEN isfinite(u.valid_from) THEN u.valid_from::text END AS valid_from,
    CASE WHEN isfinite(u.valid_until) THEN u.valid_until::text END AS valid_until
  FROM motcua.unit u JOIN motcua.level l ON l.code = u.level
  ORDER BY l.rank, u.name, u.agency_code, u.valid_from`;

const isOf = (units: readonly number[] | null, key: string): boolean =>
  units === null || units.includes(Number(key));

/**
 * Units, each followed by those below it. A unit is a code and a validity: what a unit did before it was merged stays on
 * its own line, and a code that was given out again is told apart by the day from which it was valid.
 */
async function readUnits(
  client: Pick<PoolClient, 'query'>,
  from: string,
  until: string,
  units: readonly number[] | null,
): Promise<Subject[]> {
  // All are read: how often a code was given out shows in the name of a line, whosever report it is in.
  const all = (await client.query<UnitRow>(UNITS, [from, until])).rows;
  const rows = all.filter((row) => isOf(units, row.key));
  const known = new Set(rows.map((row) => row.key));
  const below = new Map<string | null, UnitRow[]>();
  for (const row of rows) {
    const parent = row.parent !== null && known.has(row.parent) ? row.parent : null;
    const list = below.get(parent);
    if (list) list.push(row);
    else below.set(parent, [row]);
  }
  const ordered: Subject[] = [];
  const visit = (parent: string | null): void => {
    for (const row of below.get(parent) ?? []) {
      const unit = {
        level: row.level,
        parentKey: row.parent,
        validFrom: row.valid_from,
        validUntil: row.valid_until,
      };
      const again = row.times_used > 1 && row.valid_from !== null;
      const shown = again ? `${row.agency_code}@${row.valid_from}` : row.agency_code;
      ordered.push({ key: row.key, shown, label: same(row.name), always: row.valid, unit });
      visit(row.key);
    }
  };
  visit(null);
  return ordered;
}
