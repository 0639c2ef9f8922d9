import type { Catalogue } from '#libs/catalogue';
import type { Scope } from '#libs/database';
import type { Acting } from '#libs/identity';
import { DomainError, type Instant } from '#libs/kernel';
import type { UnitDirectory } from '#libs/organization';
import { STATES, may } from '#libs/workflow';
import { readCursor, writeCursor, type Cursor } from './cursor.js';
import { checkInstant } from './moments.js';
import { recordAccess } from './persistence/access-log.js';
import type { ListConditions, PageEnd } from './persistence/list-conditions.js';
import { orderOf, readPage } from './persistence/queries-list.js';
import { readParty, type DossierRow, type Queryable } from './persistence/queries-read.js';
import { listItem, type DossierListItem } from './views.js';

/**
 * Which dossiers, and which page of them. Refused with a DomainError naming the field: `unknown_state`, `unknown_unit`,
 * `unknown_procedure`, `unknown_channel`, `moment_not_understood`, `text_not_understood` (empty, over 200 characters or
 * with control characters), `limit_out_of_range`, `cursor_not_understood`.
 */
export interface ListFilter {
  state?: string;
  /** agency code of the competent, the receiving or the holding unit */
  unit?: string;
  /** procedure code, all its versions */
  procedure?: string;
  channel?: string;
  /** the clock runs and ends before this moment */
  dueBefore?: Instant;
  /** the office is late now, or not late */
  overdue?: boolean;
  /** where the clock stands; `unknown` are those that wait for a calendar */
  deadline?: 'running' | 'paused' | 'stopped' | 'unknown';
  /** words of the applicant's name, the beginning of a code (from its first point on), or a whole paper number */
  text?: string;
  /** 1 to 200; 50 unless told */
  limit?: number;
  /** `next` of the page before */
  cursor?: string;
}

/** One page; `next` is null on the last. */
export interface ListPage {
  items: DossierListItem[];
  next: string | null;
}

const DEFAULT_LIMIT = 50;
const MOST = 200;
const LONGEST_TEXT = 200;
const CHANNELS: readonly string[] = ['counter', 'online', 'postal'];

/**
 * Reads one page of what `acting` may see: see {@link ListFilter}. Names are masked for whoever does not work on dossiers; a
 * page that shows them whole is recorded by the transaction of `db`.
 */
export async function listDossiers(
  db: Queryable,
  acting: Acting,
  units: UnitDirectory,
  catalogue: Catalogue,
  filter: ListFilter,
  now: Instant,
): Promise<ListPage> {
  const { scope } = acting;
  const conditions = checked(filter, units, catalogue);
  const limit = filter.limit ?? DEFAULT_LIMIT;
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST) {
    throw new DomainError('limit_out_of_range', { field: 'limit', params: { min: 1, max: MOST } });
  }
  const order = orderOf(conditions);
  const after = filter.cursor === undefined ? null : await pageEnd(db, readCursor(filter.cursor, order));
  const unitWithin = isWithin(scope, conditions.unit, units);
  const rows = await readPage(db, { conditions, scope, unitWithin, now, after, limit: limit + 1 });
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1) : undefined;
  const names = may(acting.officer.position, 'namesInLists') ? 'whole' : 'masked';
  if (names === 'whole' && page.length > 0) {
    const what = conditions.text === undefined ? 'list' : 'search';
    const ids = page.map(({ id }) => id);
    await recordAccess(db, acting, { what, dossierIds: ids, at: now });
  }
  return {
    items: page.map((row) => listItem(row, now, names)),
    next: last ? writeCursor(cursorAt(last, order)) : null,
  };
}

/** True when everything at the unit with this code, whichever bore it, is in the scope. */
function isWithin(scope: Scope, code: string | undefined, units: UnitDirectory): boolean {
  if (code === undefined || scope === 'all') return true;
  return units.all().every(({ agencyCode, id }) => agencyCode !== code || scope.includes(id));
}

function checked(filter: ListFilter, units: UnitDirectory, catalogue: Catalogue): ListConditions {
  const { state, unit, procedure, channel, overdue, deadline } = filter;
  const dueBefore = checkInstant(filter.dueBefore, 'dueBefore');
  const text = filter.text?.normalize('NFC').trim();
  const check = (fits: boolean, code: string, field: string): void => {
    if (!fits) throw new DomainError(code, { field });
  };
  check(state === undefined || (STATES as readonly string[]).includes(state), 'unknown_state', 'state');
  check(unit === undefined || units.byCode(unit) !== undefined, 'unknown_unit', 'unit');
  check(
    procedure === undefined || catalogue.versions(procedure).length > 0,
    'unknown_procedure',
    'procedure',
  );
  check(channel === undefined || CHANNELS.includes(channel), 'unknown_channel', 'channel');

  const fits = text === undefined || (text !== '' && text.length <= LONGEST_TEXT && !/\p{Cc}/u.test(text));
  check(fits, 'text_not_understood', 'text');
  return {
    ...(state !== undefined && { state }),
    ...(unit !== undefined && { unit }),
    ...(procedure !== undefined && { procedure }),
    ...(channel !== undefined && { channel }),
    ...(dueBefore !== undefined && { dueBefore }),
    ...(overdue !== undefined && { overdue }),
    ...(deadline !== undefined && { deadline }),
    ...(text !== undefined && { text }),
  };
}

async function pageEnd(db: Queryable, cursor: Cursor): Promise<PageEnd> {
  if (cursor.order !== 'name') return cursor;
  const party = await readParty(db, cursor.id, cursor.revision);
  if (!party) throw new DomainError('cursor_not_understood', { field: 'cursor' });
  return { order: 'name', name: party.name, id: cursor.id };
}

function cursorAt({ id, code, revision, submittedAt }: DossierRow, order: Cursor['order']): Cursor {
  switch (order) {
    case 'time':
      return { order, at: submittedAt, id };
    case 'name':
      return { order, revision, id };
    case 'code':
      return { order, code, id };
  }
}
