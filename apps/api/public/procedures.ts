import type { Catalogue, ProcedureVersion } from '#libs/catalogue';
import type { Limit } from '#libs/calendar';
import type { ProcedureDefinition } from '#libs/workflow';
import { ProblemError } from '../problem/problem-error.js';
import type { ProceduresQuery } from './catalogue.query.js';
import { fold, inVietnameseOrder } from './fold.js';

/** A procedure as a citizen chooses it. */
export interface ProcedureItem {
  code: string;
  name: string;
  sector: string;
  level: string;
  onlineLevel: number;
  channels: string[];
  limit: Limit;
  limitsByChannel: Partial<Record<string, Limit>>;
  feeVnd: number;
}

/** A procedure with all that is published of it, and the steps that it is worked through in. */
export interface ProcedureDetail extends ProcedureItem {
  version: number;
  validFrom: string | null;
  validUntil: string | null;
  decision: string;
  department: string | null;
  supplementPolicy: string;
  documents: { name: string; originals: number; copies: number }[];
  definition: Pick<ProcedureDefinition, 'key' | 'title' | 'certainty' | 'first' | 'steps'>;
}

export interface ProcedurePage {
  items: ProcedureItem[];
  next: string | null;
}

const DEFAULT_LIMIT = 50;

/** One page of the procedures in force on `day`, in the order of their names. Throws `cursor_not_understood`. */
export function listProcedures(catalogue: Catalogue, query: ProceduresQuery, day: string): ProcedurePage {
  const wanted = fold(query.text?.trim() ?? '')
    .split(/\s+/)
    .filter(Boolean);
  const all = inForce(catalogue, day).filter(
    ({ version, folded }) =>
      (query.level === undefined || version.level === query.level) &&
      (query.sector === undefined || version.sector === query.sector) &&
      (query.channel === undefined || version.channels.some((channel) => channel === query.channel)) &&
      (wanted.every((word) => folded.includes(word)) || version.code.startsWith(query.text ?? '')),
  );
  let from = 0;
  if (query.cursor !== undefined) {
    from = all.findIndex(({ version }) => version.code === query.cursor) + 1;
    if (from === 0) throw new ProblemError('cursor_not_understood', { field: 'cursor' });
  }
  const page = all.slice(from, from + (query.limit ?? DEFAULT_LIMIT));
  const more = from + page.length < all.length;
  return {
    items: page.map(({ version }) => itemOf(version)),
    next: more ? (page.at(-1)?.version.code ?? null) : null,
  };
}

/** The procedure in force on `day`. Throws `procedure_not_found`. */
export function procedureDetail(catalogue: Catalogue, code: string, day: string): ProcedureDetail {
  const version = code.length > 40 ? undefined : catalogue.current(code, day);
  const definition = version && catalogue.definition(version.definitionKey);
  if (!version || !definition)
    throw new ProblemError('procedure_not_found', { field: 'code', params: { value: code } });
  const { key, title, certainty, first, steps } = definition;
  return {
    ...itemOf(version),
    version: version.version,
    validFrom: dayOrNull(version.validFrom),
    validUntil: dayOrNull(version.validUntil),
    decision: version.decision,
    department: version.department,
    supplementPolicy: version.supplementPolicy,
    documents: version.documents,
    definition: { key, title, certainty, first, steps },
  };
}

interface Searchable {
  version: ProcedureVersion;
  folded: string;
}

/** Sorting and folding two thousand names takes milliseconds: done once a day for each catalogue that was loaded. */
const kept = new WeakMap<Catalogue, { day: string; list: Searchable[] }>();

function inForce(catalogue: Catalogue, day: string): Searchable[] {
  const known = kept.get(catalogue);
  if (known?.day === day) return known.list;
  const list = catalogue
    .all()
    .filter((version) => catalogue.current(version.code, day) === version)
    .sort((a, b) => inVietnameseOrder(a.name, b.name) || (a.code < b.code ? -1 : 1))
    .map((version) => ({ version, folded: fold(version.name) }));
  kept.set(catalogue, { day, list });
  return list;
}

function itemOf(version: ProcedureVersion): ProcedureItem {
  const { code, name, sector, level, onlineLevel, channels, limit, limitsByChannel, feeVnd } = version;
  return { code, name, sector, level, onlineLevel, channels, limit, limitsByChannel, feeVnd };
}

/** The ends of time are written as nothing. */
export function dayOrNull(day: string): string | null {
  return day.endsWith('infinity') ? null : day;
}
