import { compareDays } from './directory.js';
import type { TextSource } from './lines.js';
import { type Problem, hasUnprintable, shown } from './problem.js';
import { type TableRow, isProblem, readTable } from './table.js';
import type { Day, UnitRow } from './types.js';

export interface ReadUnits {
  rows: UnitRow[];
  problems: Problem[];
}

// Old style V1V2V3.Z1Z2.Y1Y2.Hnn, new style Hnn.n: letters, digits and dots, and somewhere the province's H code.
const AGENCY_CODE = /^(?=.*\bH\d{2}\b)[0-9A-Z]{1,8}(\.[0-9A-Z]{1,8}){1,5}$/;
const LONGEST_NAME = 300;

/**
 * Reads committees (province, districts, communes) from a table with `agency_code, gso_code, level, name,
 * parent_gso_code, valid_from, valid_to`. An empty day leaves the validity open; `valid_to` is the first day on which the
 * unit is no more. A bad row is reported and the others are kept.
 */
export async function readUnits(source: TextSource, levels: readonly string[]): Promise<ReadUnits> {
  return readRows(
    source,
    {
      required: ['agency_code', 'level', 'name'],
      optional: ['gso_code', 'parent_gso_code', 'valid_from', 'valid_to', 'certainty'],
    },
    (row, check) => {
      const gsoCode = row.fields.gso_code || null;
      if (gsoCode && !/^\d{1,5}$/.test(gsoCode)) check('gso_code', 'up to 5 digits');
      if (!levels.includes(row.fields.level!)) check('level', `one of ${levels.join(', ')}`);
      const parent = row.fields.parent_gso_code;
      const validFrom = dayOr(row, 'valid_from', '-infinity', check);
      const validUntil = dayOr(row, 'valid_to', 'infinity', check);
      if (compareDays(validFrom, validUntil) >= 0) check('valid_to', `a day after ${validFrom}`);
      return {
        gsoCode,
        level: row.fields.level!,
        kind: 'committee' as const,
        parent: parent ? { gsoCode: parent } : null,
        validFrom,
        validUntil,
        certainty: row.fields.certainty || 'official',
      };
    },
  );
}

/**
 * Reads the departments under one unit from a table with `agency_code, name`. They take that unit's level and validity,
 * and are marked assumed: the report gives their number, not their names.
 */
export async function readDepartments(source: TextSource, under: UnitRow): Promise<ReadUnits> {
  return readRows(source, { required: ['agency_code', 'name'] }, () => ({
    gsoCode: null,
    level: under.level,
    kind: 'department' as const,
    parent: { agencyCode: under.agencyCode },
    validFrom: under.validFrom,
    validUntil: under.validUntil,
    certainty: 'assumed',
  }));
}

type Check = (field: string, expected: string) => void;
type Rest = Omit<UnitRow, 'line' | 'agencyCode' | 'name'>;

async function readRows(
  source: TextSource,
  shape: { required: string[]; optional?: string[] },
  restOf: (row: TableRow, check: Check) => Rest,
): Promise<ReadUnits> {
  const rows: UnitRow[] = [];
  const problems: Problem[] = [];
  for await (const item of readTable(source, shape)) {
    if (isProblem(item)) {
      problems.push(item);
      continue;
    }
    const before = problems.length;
    const check: Check = (field, expected) =>
      problems.push({ line: item.line, field, expected, found: shown(item.fields[field] ?? '') });
    const { agency_code: agencyCode = '', name = '' } = item.fields;
    if (!AGENCY_CODE.test(agencyCode)) check('agency_code', 'an agency code such as 000.00.21.H59');
    if (name === '' || name.length > LONGEST_NAME || hasUnprintable(name))
      check('name', `1 to ${LONGEST_NAME} printable characters`);
    const row = { line: item.line, agencyCode, name, ...restOf(item, check) };
    const clash = rows.find((other) => other.agencyCode === agencyCode && overlap(other, row));
    if (clash) check('agency_code', `a code that no other unit bears at that time (line ${clash.line} does)`);
    if (problems.length === before) rows.push(row);
  }
  return { rows, problems };
}

function overlap(a: UnitRow, b: UnitRow): boolean {
  return compareDays(a.validFrom, b.validUntil) < 0 && compareDays(b.validFrom, a.validUntil) < 0;
}

function dayOr(row: TableRow, field: string, open: Day, check: Check): Day {
  const text = row.fields[field] ?? '';
  if (text === '') return open;
  const ms = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  if (!Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text)) return text;
  check(field, 'a day such as 2025-07-01, or nothing');
  return open;
}
