import type { Instant, JsonObject, Labels } from '#libs/kernel';
import { stateInfo, type StateName } from '#libs/workflow';
import { eventLabel } from './event-labels.js';
import { isCommandEvent, type Folded, type LoggedEvent } from './fold.js';
import { maskedName, maskedParty, withoutFreeText } from './personal.js';
import type { DossierRow, EventRow, PartyRow } from './persistence/queries-read.js';
import type { Channel } from './types.js';

/** A unit as a reader knows it. */
export interface UnitRef {
  /** the agency code */
  code: string;
  name: string;
}

/** Personal data: whole for those who work on the dossier, masked for the others, never in a public look-up. */
export interface Applicant {
  name: string;
  paperNumber: string | null;
  address: string | null;
  phone: string | null;
  email: string | null;
  /** which revision of the data this is; each `amend` makes one */
  revision: number;
  /** true: what is shown is enough to tell two applicants apart, and not to know either */
  masked: boolean;
}

/** A dossier as it stands, or stood at a moment. */
export interface DossierView {
  id: string;
  code: string;
  procedure: { code: string; version: number; name: string };
  receivingUnit: UnitRef;
  competentUnit: UnitRef;
  /** in whose hands it lies */
  currentUnit: UnitRef;
  channel: Channel;
  returnBy: Channel;
  state: StateName;
  label: Labels;
  /** 1 to 10, see DOMAIN: one for a dossier at any time */
  nationalStatus: number;
  step: string | null;
  version: number;
  applicant: Applicant;
  submittedAt: Instant;
  receivedAt: Instant | null;
  closedAt: Instant | null;
  /** null while the clock stands, and when the date is unknown */
  dueAt: Instant | null;
  /** late at this moment; never while the applicant owes something */
  overdue: boolean;
}

/** A line of a list: of the applicant's data only the name, masked for whoever does not work on dossiers. */
export interface DossierListItem extends Omit<DossierView, 'applicant'> {
  applicant: { name: string };
}

/** Something that happened to a dossier. */
export interface HistoryEntry {
  /** the dossier's version after it; an alarm has that of the command before it */
  version: number;
  type: string;
  label: Labels;
  state: StateName;
  officer: string;
  /** null only for a unit that is gone from the organization */
  unit: UnitRef | null;
  occurredAt: Instant;
  recordedAt: Instant;
  data: JsonObject;
}

/** The view of a row as it is now. */
export function currentView(row: DossierRow, now: Instant): DossierView {
  return {
    ...placeOf(row, row.state, row.step),
    version: row.version,
    currentUnit: row.currentUnit,
    applicant: applicantOf(row),
    submittedAt: row.submittedAt,
    receivedAt: row.receivedAt,
    closedAt: row.closedAt,
    dueAt: row.dueAt,
    overdue: isLate(row.deadlineStatus, row.dueAt, now),
  };
}

/** The view at a moment: the fixed parts from the row, everything that moves from the events up to then. */
export function pastView(
  row: DossierRow,
  folded: Folded,
  party: PartyRow,
  currentUnit: UnitRef,
  asOf: Instant,
): DossierView {
  const { snapshot, version, submittedAt, receivedAt, closedAt, deadline } = folded;
  return {
    ...placeOf(row, snapshot.state, snapshot.step),
    version,
    currentUnit,
    applicant: applicantOf(party),
    submittedAt,
    receivedAt,
    closedAt,
    dueAt: deadline?.dueAt ?? null,
    overdue: isLate(deadline?.status ?? null, deadline?.dueAt ?? null, asOf),
  };
}

/** The view for somebody who does not work on the dossier. */
export function maskedView(view: DossierView): DossierView {
  const { name, paperNumber, address, phone, email, revision } = view.applicant;
  const party = maskedParty({ name, paperNumber, address, phone, email });
  return { ...view, applicant: { ...party, revision, masked: true } };
}

/** The line of a list, with the `name` whole or masked. */
export function listItem(row: DossierRow, now: Instant, name: 'whole' | 'masked'): DossierListItem {
  const applicant = { name: name === 'whole' ? row.name : maskedName(row.name) };
  return { ...currentView(row, now), applicant };
}

/** The event as history tells it. What was written freely may name somebody: `freeText` false leaves it out. */
export function historyEntry(event: EventRow, freeText: boolean): HistoryEntry {
  const { version, type, state, officer, unit, occurredAt, recordedAt } = event;
  const data = freeText ? event.data : withoutFreeText(event.data);
  return { version, type, label: eventLabel(type), state, officer, unit, occurredAt, recordedAt, data };
}

/** True when the office is late at `at`: only a running clock can be. */
export function isLate(status: string | null, dueAt: Instant | null, at: Instant): boolean {
  return status === 'running' && dueAt !== null && dueAt < at;
}

/**
 * The events that had happened by `asOf` and were known by `knownAt`, bounds included. What follows an unknown event is
 * unknown too: two processes' clocks differ by a little, and a log with a hole in it cannot be folded.
 */
export function eventsUpTo<E extends LoggedEvent>(
  events: readonly E[],
  asOf: Instant | null,
  knownAt: Instant | null,
): E[] {
  let ended = false;
  return events.filter((event) => {
    const seen =
      (asOf === null || event.occurredAt <= asOf) && (knownAt === null || event.recordedAt <= knownAt);
    if (!seen && isCommandEvent(event.type)) ended = true;
    return seen && !ended;
  });
}

type Place = Pick<
  DossierView,
  | 'id' | 'code' | 'procedure' | 'receivingUnit' | 'competentUnit' | 'channel' | 'returnBy'
  | 'state' | 'label' | 'nationalStatus' | 'step'
>; // prettier-ignore

function placeOf(row: DossierRow, state: StateName, step: string | null): Place {
  const { national, label } = stateInfo(state);
  const { id, code, procedure, receivingUnit, competentUnit, channel, returnBy } = row;
  return {
    id,
    code,
    procedure,
    receivingUnit,
    competentUnit,
    channel,
    returnBy,
    state,
    label,
    nationalStatus: national,
    step,
  };
}

/** The applicant's data, whole. */
export function applicantOf(party: PartyRow): Applicant {
  const { name, paperNumber, address, phone, email, revision } = party;
  return { name, paperNumber, address, phone, email, revision, masked: false };
}
