import { LIMIT_UNITS, type Limit } from '#libs/calendar';
import {
  type Problem,
  type TableRow,
  type TextSource,
  hasUnprintable,
  isProblem,
  readTable,
  shown,
} from '#libs/organization';
import type { ProcedureDefinition } from '#libs/workflow';
import { type ProcedureDetail, isLimit } from './details.js';
import { type TemplateRule, definitionFor } from './templates.js';
import { CHANNELS, type Channel, type ProcedureRow } from './types.js';

/** What a catalogue file is read against. */
export interface CatalogueReference {
  /** the levels that the organization knows, highest first */
  levels: readonly string[];
  definitions: readonly ProcedureDefinition[];
  rules: readonly TemplateRule[];
  details?: ReadonlyMap<string, ProcedureDetail>;
  /** agency code of the department by sector, for procedures of the highest level */
  departments?: ReadonlyMap<string, string>;
}

export interface ReadCatalogue {
  rows: ProcedureRow[];
  problems: Problem[];
}

const SHAPE = {
  required: ['code', 'name', 'sector', 'level', 'channels', 'limit_value', 'limit_unit'],
  optional: ['online_level', 'fee_vnd', 'decision'],
} as const;

// d.dddddd; two published codes are longer (1.0133611, 2.009182739), so up to three digits more are let in.
const CODE = /^\d\.\d{6,9}$/;

const LONGEST_TEXT = { name: 2_000, sector: 300, decision: 300 };
const HIGHEST_FEE = 1_000_000_000_000;

/**
 * Reads a catalogue (`code, name, sector, level, online_level, channels, limit_value, limit_unit, fee_vnd, decision`) as it
 * streams in. Each broken row is reported, once for each wrong field, and left out; the rest is kept. An empty fee reads
 * as 0 (not published as one number), an empty online level as 2.
 */
export async function readCatalogue(
  source: TextSource,
  reference: CatalogueReference,
): Promise<ReadCatalogue> {
  const rows: ProcedureRow[] = [];
  const problems: Problem[] = [];
  const lineOf = new Map<string, number>();
  for await (const item of readTable(source, SHAPE)) {
    if (isProblem(item)) {
      problems.push(item);
      continue;
    }
    const code = item.fields.code!;
    const first = lineOf.get(code);
    const row = first === undefined ? procedureFrom(item, reference, problems) : undefined;
    if (first !== undefined)
      problems.push({
        line: item.line,
        field: 'code',
        expected: `a code not used before (line ${first})`,
        found: shown(code),
      });
    if (!row) continue;
    lineOf.set(code, item.line);
    rows.push(row);
  }
  return { rows, problems };
}

/** The procedure that a row describes, or undefined after saying why not in `problems`. */
function procedureFrom(
  row: TableRow,
  reference: CatalogueReference,
  problems: Problem[],
): ProcedureRow | undefined {
  const before = problems.length;
  const text = (field: string): string => row.fields[field] ?? '';
  const check = (holds: boolean, field: string, expected: string): void => {
    if (!holds) problems.push({ line: row.line, field, expected, found: shown(text(field)) });
  };

  check(CODE.test(text('code')), 'code', 'a procedure code such as 1.001193');
  for (const field of ['name', 'sector'] as const) {
    const most = LONGEST_TEXT[field];
    check(text(field) !== '' && printable(text(field), most), field, `1 to ${most} printable characters`);
  }
  check(
    printable(text('decision'), LONGEST_TEXT.decision),
    'decision',
    `up to ${LONGEST_TEXT.decision} printable characters`,
  );
  check(reference.levels.includes(text('level')), 'level', `one of ${reference.levels.join(', ')}`);
  check(/^[234]?$/.test(text('online_level')), 'online_level', '2, 3 or 4');
  const channels = channelsOf(text('channels'));
  check(channels !== undefined, 'channels', `some of ${CHANNELS.join(', ')}, separated by |`);
  check(
    /^\d*$/.test(text('fee_vnd')) && Number(text('fee_vnd')) <= HIGHEST_FEE,
    'fee_vnd',
    'a whole number of đồng, 0 or more',
  );

  const detail = reference.details?.get(text('code'));
  const limit = limitOf(text('limit_value'), text('limit_unit'), check) ?? fallbackLimit(row, detail);
  if (!limit) check(text('limit_value') !== '', 'limit_value', 'a number, 0 or more');
  if (problems.length > before || !channels || !limit) return undefined;

  const { level, sector } = row.fields as { level: string; sector: string };
  const definitionKey = definitionFor({ level, sector, limit }, reference.rules);
  const definition = reference.definitions.find((one) => one.key === definitionKey);
  return {
    line: row.line,
    code: text('code'),
    name: text('name'),
    sector,
    level,
    onlineLevel: Number(text('online_level') || 2) as 2 | 3 | 4,
    channels,
    limit,
    limitsByChannel: detail?.limitsByChannel ?? {},
    feeVnd: Number(text('fee_vnd')),
    decision: text('decision'),
    definitionKey,
    supplementPolicy: definition?.supplementPolicy ?? 'pause',
    department: level === reference.levels[0] ? (reference.departments?.get(sector) ?? null) : null,
    documents: detail?.documents ?? [],
  };
}

type Check = (holds: boolean, field: string, expected: string) => void;

function limitOf(value: string, unit: string, check: Check): Limit | undefined {
  if (value === '') return undefined;
  const number = /^\d{1,6}(\.\d{1,6})?$/.test(value) ? Number(value) : Number.NaN;
  const known = LIMIT_UNITS.find((name) => name === unit);
  check(known !== undefined, 'limit_unit', `one of ${LIMIT_UNITS.join(', ')}`);
  // What is wrong has been said: the row is left out whatever stands here.
  const limit = { value: number, unit: known ?? 'working_day' };
  check(isLimit(limit), 'limit_value', 'a number from 0 (of days), 10 years at most, in months a whole one');
  return limit;
}

/** Procedures whose limit depends on the channel are published without a single one: then the counter's stands for it. */
function fallbackLimit(row: TableRow, detail: ProcedureDetail | undefined): Limit | undefined {
  if (row.fields.limit_value !== '' || !detail) return undefined;
  return detail.limitsByChannel.counter ?? Object.values(detail.limitsByChannel)[0];
}

function channelsOf(text: string): Channel[] | undefined {
  const parts = text.split('|').map((part) => part.trim());
  if (new Set(parts).size !== parts.length) return undefined;
  const known = parts.flatMap((part) => CHANNELS.filter((channel) => channel === part));
  return known.length === parts.length ? known : undefined;
}

function printable(value: string, most: number): boolean {
  return value.length <= most && !hasUnprintable(value);
}
