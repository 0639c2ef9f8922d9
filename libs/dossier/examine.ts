import type { Catalogue } from '#libs/catalogue';
import { canonicalJson, DomainError, type Json, type JsonObject } from '#libs/kernel';
import type { UnitDirectory } from '#libs/organization';
import { compact, type ProcedureDefinition } from '#libs/workflow';
import { CLOCK_EVENTS } from './event-labels.js';
import { checkChain, compareHolders, comparePersons, type Report, type Told } from './examine-hands.js';
import { deadlineOf, foldEvents, isCommandEvent, type Folded } from './fold.js';
import { holdingUnitId } from './holding.js';
import type { CheckedDossier, CheckedEvent, DossierBundle } from './persistence/queries-verify.js';

/** Something that is not as it has to be. */
export interface Finding {
  /** stable, e.g. `version_gap` */
  fault: string;
  /** the dossier's code, or its id where there is no code; null when no dossier can be named */
  dossier: string | null;
  /** what is wrong, in one English sentence, without personal data */
  what: string;
  detail?: JsonObject;
}

const CLOCK: ReadonlySet<string> = new Set(CLOCK_EVENTS);

/** Everything that is wrong with one dossier. A log whose versions do not run is not folded: the rest would only be noise. */
export function examine(
  bundle: DossierBundle,
  catalogue: Catalogue,
  units: Pick<UnitDirectory, 'byCode' | 'officer'>,
): Finding[] {
  const findings: Finding[] = [];
  const name = bundle.dossier?.code ?? bundle.id;
  const report: Report = (fault, what, detail) =>
    findings.push({ fault, dossier: name, what, ...(detail && { detail }) });
  const { dossier, events } = bundle;
  if (!dossier) {
    report('event_without_dossier', `${events.length} events belong to no dossier`);
    return findings;
  }
  if (!versionsRun(dossier, events, report)) return findings;
  comparePersons(dossier, events, units, report);
  const definition = definitionOf(dossier, catalogue);
  if (!definition) {
    report('procedure_unknown', `it is pinned to a procedure version that the catalogue does not have`);
    return findings;
  }
  const told: Told[] = [];
  const folded = fold(events, definition, told, report);
  if (folded) {
    compareHolders(dossier, told, definition, units, report);
    compareSnapshot(dossier, folded, definition, units, report);
    compareDeadline(dossier, folded, report);
  }
  checkAlarms(dossier, events, report);
  checkParties(dossier, events, report);
  checkChain(dossier, events, report);
  return findings;
}

/** One event a version, from 1 to the dossier's own. Also tells of what the lifecycle does not know. */
function versionsRun(dossier: CheckedDossier, events: readonly CheckedEvent[], report: Report): boolean {
  let last = 0;
  let runs = true;
  const fault = (code: string, what: string): void => {
    runs = false;
    report(code, what);
  };
  for (const { version, type } of events) {
    if (!isCommandEvent(type)) {
      if (!CLOCK.has(type)) fault('event_unknown', `version ${version} has an event of unknown type ${type}`);
      continue;
    }
    if (version === last) fault('version_repeated', `two events claim version ${version}`);
    else if (version !== last + 1)
      fault('version_gap', `version ${last + 1} is missing: the log goes on with ${version}`);
    last = version;
  }
  if (last !== dossier.version)
    fault('version_differs', `the dossier stands at version ${dossier.version}, its log ends with ${last}`);
  return runs;
}

function definitionOf(dossier: CheckedDossier, catalogue: Catalogue): ProcedureDefinition | undefined {
  const version = catalogue.version(dossier.procedureVersionId);
  return version && catalogue.definition(version.definitionKey);
}

/**
 * Folds, and holds each event's own state and times against what the fold says; `told` is given each with the dossier after
 * it. Null when the log cannot be folded.
 */
function fold(
  events: readonly CheckedEvent[],
  definition: ProcedureDefinition,
  told: Told[],
  report: Report,
): Folded | null {
  try {
    const folded = foldEvents(events, definition, (event, after) =>
      told.push([event as CheckedEvent, after]),
    );
    for (const [event, { state }] of told) {
      if (event.state === state) continue;
      report(
        'event_state',
        `the event of version ${event.version} says state ${event.state}, folding gives ${state}`,
      );
    }
    return folded;
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const { version, type, because } = error.detail.params ?? {};
    report(
      'event_unfit',
      `event ${String(type)} of version ${String(version)} cannot follow what was before it: ${String(because)}`,
    );
    return null;
  }
}

function compareSnapshot(
  dossier: CheckedDossier,
  folded: Folded,
  definition: ProcedureDefinition,
  units: Pick<UnitDirectory, 'byCode'>,
  report: Report,
): void {
  const { snapshot } = folded;
  // A dossier that was last changed by an older Motcua has the whole form.
  const whole = (dossier.snapshot as JsonObject | null)?.machine !== undefined;
  const expected = whole ? snapshot : compact(snapshot);
  if (canonicalJson(dossier.snapshot) !== canonicalJson(expected as unknown as Json)) {
    report('snapshot_differs', `the stored snapshot is not what its events fold to (${snapshot.state})`);
  }
  const pairs: [string, Json, Json][] = [
    ['state', dossier.state, snapshot.state],
    ['step', dossier.step, snapshot.step],
    ['current_unit_id', dossier.currentUnitId, holdingUnitId(snapshot, dossier, definition, units)],
    ['submitted_at', dossier.submittedAt, folded.submittedAt],
    ['received_at', dossier.receivedAt, folded.receivedAt],
    ['closed_at', dossier.closedAt, folded.closedAt],
    ['last_at', dossier.lastAt, folded.lastAt],
  ];
  for (const [column, stored, told] of pairs) {
    if (stored !== told)
      report('column_differs', `${column} is ${shown(stored)}, its events say ${shown(told)}`);
  }
}

function compareDeadline(dossier: CheckedDossier, folded: Folded, report: Report): void {
  const { deadline: row } = dossier;
  const { deadline: fact } = folded;
  if (row === null || fact === null) {
    if (row !== null) report('deadline_untold', 'it has a deadline that no event tells of');
    if (fact !== null) report('deadline_missing', 'its events tell of a deadline that is not there');
    return;
  }
  for (const field of ['generation', 'status', 'dueAt', 'remainingMinutes', 'reason'] as const) {
    if (row[field] === fact[field]) continue;
    report(
      'deadline_differs',
      `the deadline's ${field} is ${shown(row[field])}, the last fact says ${shown(fact[field])}`,
    );
  }
}

/** An alarm that fell due is an event, or is still set. Nothing else may be set. */
function checkAlarms(dossier: CheckedDossier, events: readonly CheckedEvent[], report: Report): void {
  const clock = events.filter((event) => CLOCK.has(event.type));
  if (clock.length !== dossier.alarms) {
    report('alarm_count', `it counts ${dossier.alarms} events of the clock, the log has ${clock.length}`);
  }
  const row = dossier.deadline;
  if (row === null) return;
  const told = (event: CheckedEvent): boolean =>
    event.type === 'deadlineUnknown' || deadlineOf(event)?.status === 'unknown';
  if (row.status === 'unknown' && !clock.some(told)) {
    report('alarm_lost', 'its date is unknown, and nobody was told');
  }
  if (row.status !== 'running') {
    if (row.alarmAt !== null)
      report('alarm_stray', `an alarm is set for ${row.alarmAt} while the deadline is ${row.status}`);
    return;
  }
  const raised = (type: string, at: string | null): boolean =>
    clock.some((event) => event.type === type && event.occurredAt === at);
  // A date that a later calendar put into the past makes late from the moment it was computed, not from the date itself.
  const computed = clock.some((event) => event.type === 'deadlineComputed');
  const late = raised('overdue', row.dueAt) || (computed && clock.some((event) => event.type === 'overdue'));
  const computedAlarm = computed && row.alarmAt !== null && row.dueAt !== null && row.alarmAt > row.dueAt;
  if (row.alarmAt !== null && row.alarmAt !== row.soonAt && row.alarmAt !== row.dueAt && !computedAlarm) {
    report(
      'alarm_stray',
      `an alarm is set for ${row.alarmAt}, which is neither the due moment nor the warning`,
    );
  } else if (row.alarmAt === null && row.dueAt !== null && !late) {
    report('alarm_lost', `no alarm is set for ${row.dueAt}, and none was raised`);
  } else if (row.alarmAt === row.dueAt && row.soonAt !== null && !raised('dueSoon', row.soonAt)) {
    report('alarm_lost', `the warning of ${row.soonAt} was never raised`);
  }
}

/** Personal revisions run from 1, and each event that made one names it. */
function checkParties(dossier: CheckedDossier, events: readonly CheckedEvent[], report: Report): void {
  const named = events.flatMap((event) => (typeof event.data.party === 'number' ? [event.data.party] : []));
  const { parties, lastParty, partyRevision } = dossier;
  if (parties !== partyRevision || lastParty !== partyRevision) {
    report(
      'party_revisions',
      `revision ${partyRevision} of the applicant's data is in force, ${parties} are stored up to ${lastParty}`,
    );
  }
  if (named.length !== partyRevision || named.some((revision, index) => revision !== index + 1)) {
    report(
      'party_untold',
      `its events name the revisions ${named.join(', ') || 'none'} of the applicant's data, ${partyRevision} is in force`,
    );
  }
}

function shown(value: Json): string {
  return value === null ? 'empty' : String(value);
}
