import { DomainError, type Instant } from '#libs/kernel';
import { checkInstant } from './moments.js';
import { readAccess, type AccessConditions, type AccessRow } from './persistence/access-log.js';
import type { Queryable } from './persistence/queries-read.js';

/**
 * Which lines of the access log, and which page. Refused with a DomainError naming the field: `unknown_dossier`,
 * `moment_not_understood`, `limit_out_of_range`, `cursor_not_understood`.
 */
export interface AccessFilter {
  /** a dossier's code */
  dossier?: string;
  /** a position's code, whether it acted itself or for another */
  officer?: string;
  /** from this moment on */
  from?: Instant;
  /** before this moment */
  until?: Instant;
  /** 1 to 200; 50 unless told */
  limit?: number;
  /** `next` of the page before */
  cursor?: string;
}

/** That somebody looked at personal data. It says whose by code, and never by name. */
export type AccessEntry = Omit<AccessRow, 'no'>;

/** One page, the newest first; `next` is null on the last. */
export interface AccessPage {
  items: AccessEntry[];
  next: string | null;
}

const MOST = 200;

/** Reads one page: see {@link AccessFilter}. `db` has to read within all there is. */
export async function listAccess(db: Queryable, filter: AccessFilter): Promise<AccessPage> {
  const limit = filter.limit ?? 50;
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST)
    throw new DomainError('limit_out_of_range', { field: 'limit', params: { min: 1, max: MOST } });
  const rows = await readAccess(db, conditionsOf(filter), limit + 1);
  const page = rows.slice(0, limit);
  return {
    items: page.map(withoutNumber),
    next: rows.length > limit ? String(page.at(-1)!.no) : null,
  };
}

function withoutNumber({ at, person, officer, by, what, reason, dossiers }: AccessRow): AccessEntry {
  return { at, person, officer, by, what, reason, dossiers };
}

function conditionsOf({ dossier, officer, cursor, ...filter }: AccessFilter): AccessConditions {
  const from = checkInstant(filter.from, 'from');
  const until = checkInstant(filter.until, 'until');
  if (cursor !== undefined && !/^[1-9]\d{0,14}$/.test(cursor))
    throw new DomainError('cursor_not_understood', { field: 'cursor' });
  return {
    ...(dossier !== undefined && { dossier: plain(dossier) }),
    ...(officer !== undefined && { officer: plain(officer) }),
    ...(from !== undefined && { from }),
    ...(until !== undefined && { until }),
    ...(cursor !== undefined && { before: Number(cursor) }),
  };
}

/** PostgreSQL refuses a NUL in text; nothing is called so. */
function plain(text: string): string {
  return text.replaceAll('\0', '\ufffd');
}
