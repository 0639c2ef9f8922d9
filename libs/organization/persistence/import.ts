import type { Pool, PoolClient } from '#libs/database';
import { compareDays, makeDirectory } from '../directory.js';
import { demoOfficers } from '../demo-officers.js';
import type { Counts, Existing, Problem } from '../problem.js';
import type { Level, Unit, UnitRow } from '../types.js';
import { readUnitRows } from './load.js';
import { inImport, upsert } from './transaction.js';

export interface ProvinceImport {
  levels: Counts;
  units: Counts;
  problems: Problem[];
}

/**
 * Puts levels and units in, in one transaction; a second time changes nothing. Rows that fit no parent, or whose code is
 * borne by another unit at that time, are reported and left out with all below them. With `existing: 'keep'` a unit that
 * is there stays as it is, whatever the row says: a stock brought in at start must not undo what was corrected since.
 */
export async function importProvince(
  pool: Pool,
  province: { levels: readonly Level[]; units: readonly UnitRow[] },
  { existing = 'update' }: { existing?: Existing } = {},
): Promise<ProvinceImport> {
  return inImport(pool, async (client) => {
    const levels = await importLevels(client, province.levels);
    const stands = new Set(existing === 'keep' ? (await readUnitRows(client)).map(identity) : []);
    const rows = province.units.filter((row) => !stands.has(identity(row)));
    const { units, problems } = await importUnits(client, rows);
    const kept = province.units.length - rows.length;
    return { levels, units: { ...units, unchanged: units.unchanged + kept }, problems };
  });
}

/** The demonstration's officers at every unit there is. A second time changes nothing. */
export async function importDemoOfficers(pool: Pool): Promise<Counts> {
  return inImport(pool, async (client) => {
    const units = makeDirectory([], await readUnitRows(client), []).all();
    return upsert(client, UPSERT_OFFICERS, demoOfficers(units));
  });
}

const INSERT_LEVELS = `
INSERT INTO motcua.level (code, rank, label_vi, label_en, label_km)
SELECT code, rank, labels->>'vi', labels->>'en', labels->>'km'
  FROM jsonb_to_recordset($1::jsonb) AS row (code text, rank int, labels jsonb)
ON CONFLICT (code) DO NOTHING
RETURNING true AS fresh`;

/** Levels only grow: a level that stands is not renamed or moved, since past reports are made by it. */
async function importLevels(client: PoolClient, levels: readonly Level[]): Promise<Counts> {
  return upsert(client, INSERT_LEVELS, levels);
}

const UPSERT_UNITS = `
INSERT INTO motcua.unit AS unit
  (agency_code, gso_code, level, kind, name, parent_id, valid_from, valid_until, certainty)
SELECT "agencyCode", "gsoCode", level, kind, name, "parentId", "validFrom", "validUntil", certainty
  FROM jsonb_to_recordset($1::jsonb) AS row ("agencyCode" text, "gsoCode" text, level text, kind text, name text,
    "parentId" int, "validFrom" date, "validUntil" date, certainty text)
ON CONFLICT (agency_code, valid_from) DO UPDATE SET gso_code = excluded.gso_code, level = excluded.level,
  kind = excluded.kind, name = excluded.name, parent_id = excluded.parent_id, valid_until = excluded.valid_until,
  certainty = excluded.certainty
WHERE (unit.gso_code, unit.level, unit.kind, unit.name, unit.parent_id, unit.valid_until, unit.certainty)
  IS DISTINCT FROM (excluded.gso_code, excluded.level, excluded.kind, excluded.name, excluded.parent_id,
  excluded.valid_until, excluded.certainty)
RETURNING (xmax = 0) AS fresh`;

const UPSERT_OFFICERS = `
INSERT INTO motcua.officer AS officer (code, unit_id, position, serves_all, demo, valid_from, valid_until)
SELECT code, "unitId", position, "servesAll", demo, "validFrom", "validUntil"
  FROM jsonb_to_recordset($1::jsonb) AS row (code text, "unitId" int, position text, "servesAll" boolean, demo boolean,
    "validFrom" date, "validUntil" date)
ON CONFLICT (code) DO UPDATE SET unit_id = excluded.unit_id, position = excluded.position,
  serves_all = excluded.serves_all, demo = excluded.demo
WHERE officer.demo AND (officer.unit_id, officer.position, officer.serves_all, officer.demo)
  IS DISTINCT FROM (excluded.unit_id, excluded.position, excluded.serves_all, excluded.demo)
RETURNING (xmax = 0) AS fresh`;

/** Parents before children: each round puts in the rows whose parent is known, until no row is left or none can go. */
async function importUnits(
  client: PoolClient,
  rows: readonly UnitRow[],
): Promise<{ units: Counts; problems: Problem[] }> {
  const total: Counts = { inserted: 0, updated: 0, unchanged: 0 };
  const problems: Problem[] = [];
  let known = await readUnitRows(client);
  let waiting = [...rows];
  // A unit that this file states anew counts with its new validity, so that a code can be closed and given on in one go.
  const restated = new Set(rows.map(identity));
  const accepted: UnitRow[] = [];
  while (waiting.length > 0) {
    // A parent that stands further down in this same file is waited for, even if a former bearer of its code is known.
    const ready = waiting.filter((row) => !row.parent || !waiting.some((other) => bears(other, row)));
    waiting = waiting.filter((row) => !ready.includes(row));
    if (ready.length === 0) {
      problems.push(...waiting.map((row) => parentProblem(row, 'a parent that is not below it')));
      break;
    }
    const fit: (UnitRow & { parentId: number | null })[] = [];
    for (const row of ready) {
      const parent = row.parent && known.find((unit) => bears(unit, row));
      const clash = [...accepted, ...known.filter((unit) => !restated.has(identity(unit)))].find(
        (other) => other.agencyCode === row.agencyCode && overlap(other, row),
      );
      if (row.parent && !parent) problems.push(parentProblem(row, 'a unit that stands at that time'));
      else if (clash) problems.push(clashProblem(row, clash));
      else {
        accepted.push(row);
        fit.push({ ...row, parentId: parent?.id ?? null });
      }
    }
    const counts = await upsert(client, UPSERT_UNITS, fit);
    for (const key of ['inserted', 'updated', 'unchanged'] as const) total[key] += counts[key];
    if (waiting.length > 0) known = await readUnitRows(client);
  }
  return { units: total, problems: problems.sort((a, b) => a.line - b.line) };
}

function identity(unit: Pick<Unit, 'agencyCode' | 'validFrom'>): string {
  return `${unit.agencyCode} ${unit.validFrom}`;
}

type Standing = Pick<Unit, 'agencyCode' | 'gsoCode' | 'validFrom' | 'validUntil'>;

/** Whether `unit` is the one that `row` names as its parent, at a time when both stand. */
function bears(unit: Standing, row: UnitRow): boolean {
  if (!row.parent || !overlap(unit, row)) return false;
  return 'gsoCode' in row.parent
    ? unit.gsoCode === row.parent.gsoCode
    : unit.agencyCode === row.parent.agencyCode;
}

function overlap(
  a: Pick<Unit, 'validFrom' | 'validUntil'>,
  b: Pick<Unit, 'validFrom' | 'validUntil'>,
): boolean {
  return compareDays(a.validFrom, b.validUntil) < 0 && compareDays(b.validFrom, a.validUntil) < 0;
}

function parentProblem(row: UnitRow, expected: string): Problem {
  const found = row.parent && ('gsoCode' in row.parent ? row.parent.gsoCode : row.parent.agencyCode);
  return { line: row.line, field: 'parent_gso_code', expected, found: `"${found ?? ''}"` };
}

function clashProblem(row: UnitRow, other: Pick<Unit, 'name' | 'validUntil'>): Problem {
  const expected = `a code that no other unit bears then (${other.name} does until ${other.validUntil})`;
  return { line: row.line, field: 'agency_code', expected, found: `"${row.agencyCode}"` };
}
