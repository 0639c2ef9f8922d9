import type { WorkingCalendar } from '#libs/calendar';
import { limitFor, type Catalogue } from '#libs/catalogue';
import type { Pool } from '#libs/database';
import { actingAlone } from '#libs/identity';
import { DomainError, type Clock, type Instant } from '#libs/kernel';
import type { UnitDirectory } from '#libs/organization';
import { available, restore, type CommandName, type NotYet, type StateName } from '#libs/workflow';
import { actorFor, pinned } from './decide.js';
import { deadlineView, type DeadlineView } from './deadline-view.js';
import { CLOCK_EVENTS } from './event-labels.js';
import { foldEvents } from './fold.js';
import { holdingUnitId } from './holding.js';
import { listDossiers, type ListFilter, type ListPage } from './list.js';
import { checkInstant } from './moments.js';
import {
  readDeadlineStart,
  readDossier,
  readEvents,
  readParty,
  type DossierRow,
} from './persistence/queries-read.js';
import {
  currentView,
  eventsUpTo,
  historyEntry,
  pastView,
  type DossierView,
  type HistoryEntry,
} from './views.js';

/** What an officer may do with a dossier now. */
export interface DossierActions {
  state: StateName;
  step: string | null;
  /** to be sent back as If-Match */
  version: number;
  allowed: CommandName[];
  notYet: NotYet[];
}

/** Everything that is asked of dossiers. All reject with DomainError `unknown_dossier` for a code that nobody was given. */
export interface DossierQueries {
  /**
   * The dossier now; with `asOf` as it stood at that moment, with `knownAt` as far as it was known then (bounds
   * included). Rejects with `not_yet_filed` when nothing had happened by then, `moment_not_understood` for bad moments.
   */
  get(code: string, at?: { asOf?: Instant; knownAt?: Instant }): Promise<DossierView>;
  /** Rejects with `officer_unknown`. */
  actions(code: string, officerCode: string): Promise<DossierActions>;
  /** What happened, in order; `knownAt` leaves out what was recorded later. */
  history(code: string, at?: { knownAt?: Instant }): Promise<HistoryEntry[]>;
  /** When the result is due, explained day by day, with the chain of facts that made the date. */
  deadline(code: string): Promise<DeadlineView>;
  /** One page of those that satisfy the filter; see {@link ListFilter} for what is refused. */
  list(filter?: ListFilter): Promise<ListPage>;
}

type Lazy<T> = T | (() => T);

export interface QueriesDeps {
  pool: Pool;
  /** each as it is, or how to get it as it is just now: imports change them while we run */
  units: Lazy<UnitDirectory>;
  catalogue: Lazy<Catalogue>;
  calendar: Lazy<WorkingCalendar>;
  clock: Clock;
}

/** The queries on one database. They never write, and ask again each time: nothing is kept. */
export function createQueries(deps: QueriesDeps): DossierQueries {
  const { pool, clock } = deps;
  const catalogue = (): Catalogue => current(deps.catalogue);

  async function find(code: string): Promise<DossierRow> {
    // PostgreSQL refuses a NUL in text, and no code is that long: neither may become an error of the database.
    const row = code.length > 100 || code.includes('\0') ? undefined : await readDossier(pool, code);
    if (!row) throw new DomainError('unknown_dossier', { field: 'code' });
    return row;
  }

  async function past(row: DossierRow, asOf: Instant | null, knownAt: Instant | null): Promise<DossierView> {
    const { definition } = pinned(catalogue(), row.procedureVersionId);
    const events = eventsUpTo(await readEvents(pool, row.id, CLOCK_EVENTS), asOf, knownAt);
    const folded = foldEvents(events, definition);
    if (!folded) throw new DomainError('not_yet_filed', { field: 'asOf', params: { code: row.code } });
    const party = await readParty(pool, row.id, folded.partyRevision);
    if (!party)
      throw new DomainError('event_unfit', { params: { code: row.code, because: 'revision_missing' } });
    const units = current(deps.units);
    const holder = units.byId(holdingUnitId(folded.snapshot, row, definition, units));
    const currentUnit = holder ? { code: holder.agencyCode, name: holder.name } : row.currentUnit;
    return pastView(row, folded, party, currentUnit, asOf ?? clock.now());
  }

  return {
    async get(code, at = {}) {
      const asOf = checkInstant(at.asOf, 'asOf') ?? null;
      const knownAt = checkInstant(at.knownAt, 'knownAt') ?? null;
      const row = await find(code);
      return asOf === null && knownAt === null ? currentView(row, clock.now()) : past(row, asOf, knownAt);
    },

    async actions(code, officerCode) {
      const units = current(deps.units);
      const officer = units.officer(officerCode);
      if (!officer) throw new DomainError('officer_unknown', { field: 'officer' });
      const row = await find(code);
      const { definition } = pinned(catalogue(), row.procedureVersionId);
      const snapshot = restore(row.snapshot, definition, row);
      const { lastAt, version } = row;
      const actor = actorFor({ ...row, snapshot }, definition, actingAlone(officer, units), units);
      const now = clock.now();
      const at = now < lastAt ? lastAt : now;
      return {
        state: snapshot.state,
        step: snapshot.step,
        version,
        ...available(definition, snapshot, { at, lastAt, actor }),
      };
    },

    async history(code, at = {}) {
      const knownAt = checkInstant(at.knownAt, 'knownAt') ?? null;
      const row = await find(code);
      return eventsUpTo(await readEvents(pool, row.id, CLOCK_EVENTS), null, knownAt).map(historyEntry);
    },

    async deadline(code) {
      const row = await find(code);
      const { version, definition } = pinned(catalogue(), row.procedureVersionId);
      const [events, start] = await Promise.all([
        readEvents(pool, row.id, CLOCK_EVENTS),
        readDeadlineStart(pool, row.id),
      ]);
      const calendar = current(deps.calendar);
      const { supplementPolicy } = definition;
      const otherwise = { limit: limitFor(version, row.channel), calendar, supplementPolicy };
      return deadlineView(row.code, events, start, otherwise, clock.now());
    },

    list: (filter = {}) => listDossiers(pool, current(deps.units), catalogue(), filter, clock.now()),
  };
}

function current<T extends object>(value: Lazy<T>): T {
  return typeof value === 'function' ? (value as () => T)() : value;
}
