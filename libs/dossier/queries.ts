import type { WorkingCalendar } from '#libs/calendar';
import { limitFor, type Catalogue } from '#libs/catalogue';
import type { Reads } from '#libs/database';
import type { Acting } from '#libs/identity';
import { DomainError, type Clock, type Instant } from '#libs/kernel';
import type { UnitDirectory } from '#libs/organization';
import {
  available,
  may,
  restore,
  type Capability,
  type CommandName,
  type NotYet,
  type StateName,
} from '#libs/workflow';
import { actorFor, pinned } from './decide.js';
import { listAccess, type AccessFilter, type AccessPage } from './access.js';
import { deadlineView, type DeadlineView } from './deadline-view.js';
import { CLOCK_EVENTS } from './event-labels.js';
import { foldEvents } from './fold.js';
import { holdingUnitId } from './holding.js';
import { listDossiers, type ListFilter, type ListPage } from './list.js';
import { checkInstant } from './moments.js';
import { recordAccess } from './persistence/access-log.js';
import {
  readDeadlineStart,
  readDossier,
  readEvents,
  readParty,
  type DossierRow,
  type Queryable,
} from './persistence/queries-read.js';
import {
  applicantOf,
  currentView,
  eventsUpTo,
  historyEntry,
  maskedView,
  pastView,
  type Applicant,
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

/**
 * Everything that somebody may ask of dossiers, each answered within their scope. All reject with DomainError
 * `unknown_dossier` for a code that nobody was given and for one outside the scope alike. What shows an applicant's data
 * is recorded in the access log by the transaction that reads it: no record, no answer.
 */
export interface DossierQueries {
  /**
   * The dossier now; with `asOf` as it stood at that moment, with `knownAt` as far as it was known then (bounds
   * included). The applicant is masked for positions that may not read it. Rejects with `not_yet_filed` when nothing had
   * happened by then, `moment_not_understood` for bad moments.
   */
  get(code: string, at?: { asOf?: Instant; knownAt?: Instant }): Promise<DossierView>;
  /** What the acting officer may do now. */
  actions(code: string): Promise<DossierActions>;
  /**
   * What happened, in order; `knownAt` leaves out what was recorded later. Free text is left out for who may not read
   * applicants; for who may, the look is recorded.
   */
  history(code: string, at?: { knownAt?: Instant }): Promise<HistoryEntry[]>;
  /** When the result is due, explained day by day, with the chain of facts that made the date. */
  deadline(code: string): Promise<DeadlineView>;
  /** One page of those that satisfy the filter; see {@link ListFilter} for what is refused. */
  list(filter?: ListFilter): Promise<ListPage>;
  /**
   * The applicant unmasked, for a reason that is recorded with it. Rejects with `not_your_position` for positions that may
   * not, `field_required` for an empty reason.
   */
  reveal(code: string, reason: string): Promise<Applicant>;
  /** Who looked at whose data. Rejects with `not_your_position`; see {@link AccessFilter} for what else is refused. */
  access(filter?: AccessFilter): Promise<AccessPage>;
}

/** The queries, for whoever asks. */
export interface ScopedQueries {
  as(acting: Acting): DossierQueries;
}

type Lazy<T> = T | (() => T);

export interface QueriesDeps {
  reads: Reads;
  /** each as it is, or how to get it as it is just now: imports change them while we run */
  units: Lazy<UnitDirectory>;
  catalogue: Lazy<Catalogue>;
  calendar: Lazy<WorkingCalendar>;
  clock: Clock;
}

/** The queries on one database. They change nothing and keep nothing; each is one transaction within the scope of who asks. */
export function createQueries(deps: QueriesDeps): ScopedQueries {
  return { as: (acting) => queriesOf(deps, acting) };
}

function queriesOf(deps: QueriesDeps, acting: Acting): DossierQueries {
  const { reads, clock } = deps;
  const catalogue = (): Catalogue => current(deps.catalogue);
  const within = <T>(work: (db: Queryable) => Promise<T>): Promise<T> => reads.read(acting.scope, work);
  const mayI = (capability: Capability): boolean => may(acting.officer.position, capability);
  const mustMay = (capability: Capability): void => {
    if (!mayI(capability)) throw new DomainError('not_your_position');
  };

  async function past(
    db: Queryable,
    row: DossierRow,
    asOf: Instant | null,
    knownAt: Instant | null,
  ): Promise<DossierView> {
    const { definition } = pinned(catalogue(), row.procedureVersionId);
    const events = eventsUpTo(await readEvents(db, row.id, CLOCK_EVENTS), asOf, knownAt);
    const folded = foldEvents(events, definition);
    if (!folded) throw new DomainError('not_yet_filed', { field: 'asOf', params: { code: row.code } });
    const party = await readParty(db, row.id, folded.partyRevision);
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
      return within(async (db) => {
        const row = await find(db, code);
        const now = clock.now();
        const isNow = asOf === null && knownAt === null;
        const view = isNow ? currentView(row, now) : await past(db, row, asOf, knownAt);
        if (!mayI('readApplicant')) return maskedView(view);
        await recordAccess(db, acting, { what: 'view', dossierIds: [row.id], at: now });
        return view;
      });
    },

    async actions(code) {
      const units = current(deps.units);
      const row = await within((db) => find(db, code));
      const { definition } = pinned(catalogue(), row.procedureVersionId);
      const snapshot = restore(row.snapshot, definition, row);
      const { lastAt, version } = row;
      const actor = actorFor({ ...row, snapshot }, definition, acting, units);
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
      const freeText = mayI('readApplicant');
      const events = await within(async (db) => {
        const { id } = await find(db, code);
        // What was written freely may name somebody: whoever is shown it has looked at personal data.
        if (freeText) await recordAccess(db, acting, { what: 'history', dossierIds: [id], at: clock.now() });
        return readEvents(db, id, CLOCK_EVENTS);
      });
      return eventsUpTo(events, null, knownAt).map((event) => historyEntry(event, freeText));
    },

    async deadline(code) {
      const { row, events, start } = await within(async (db) => {
        const row = await find(db, code);
        const events = await readEvents(db, row.id, CLOCK_EVENTS);
        return { row, events, start: await readDeadlineStart(db, row.id) };
      });
      const { version, definition } = pinned(catalogue(), row.procedureVersionId);
      const calendar = current(deps.calendar);
      const { supplementPolicy } = definition;
      const otherwise = { limit: limitFor(version, row.channel), calendar, supplementPolicy };
      return deadlineView(row.code, events, start, otherwise, clock.now());
    },

    list: (filter = {}) =>
      within((db) => listDossiers(db, acting, current(deps.units), catalogue(), filter, clock.now())),

    async reveal(code, reason) {
      mustMay('revealApplicant');
      if (reason.trim() === '') throw new DomainError('field_required', { field: 'reason' });
      return within(async (db) => {
        const row = await find(db, code);
        await recordAccess(db, acting, { what: 'reveal', dossierIds: [row.id], at: clock.now(), reason });
        return applicantOf(row);
      });
    },

    async access(filter = {}) {
      mustMay('readAccessLog');
      return within((db) => listAccess(db, filter));
    },
  };
}

async function find(db: Queryable, code: string): Promise<DossierRow> {
  // PostgreSQL refuses a NUL in text, and no code is that long: neither may become an error of the database.
  const row = code.length > 100 || code.includes('\0') ? undefined : await readDossier(db, code);
  if (!row) throw new DomainError('unknown_dossier', { field: 'code' });
  return row;
}

function current<T extends object>(value: Lazy<T>): T {
  return typeof value === 'function' ? (value as () => T)() : value;
}
