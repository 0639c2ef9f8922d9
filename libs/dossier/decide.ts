import type { WorkingCalendar, Limit } from '#libs/calendar';
import { limitFor, type Catalogue, type ProcedureVersion } from '#libs/catalogue';
import type { Acting } from '#libs/identity';
import { DomainError, type Instant, type JsonObject } from '#libs/kernel';
import type { UnitDirectory } from '#libs/organization';
import {
  step,
  type Accepted,
  type Actor,
  type DossierSnapshot,
  type ProcedureDefinition,
  type Refusal,
  type Relation,
} from '#libs/workflow';
import {
  applyFact,
  closingTiming,
  isOverdue,
  takeAlarms,
  unknownAlarm,
  type Alarm,
  type DeadlineRow,
} from './deadline.js';
import { holdingUnitId, newHolder } from './holding.js';
import { partyChange, type PartyChange } from './party.js';
import type { Channel, CommandRequest, RefusedAnswer } from './types.js';

/** A dossier as it was loaded: what deciding needs, nothing more. */
export interface DossierRecord {
  id: string;
  code: string;
  version: number;
  /** how many alarms were raised: a second guard, so that an alarm and a command never both act on the same deadline */
  alarms: number;
  procedureVersionId: number;
  receivingUnitId: number;
  competentUnitId: number;
  /** who holds it now */
  currentUnitId: number;
  channel: Channel;
  lastAt: Instant;
  partyRevision: number;
  snapshot: DossierSnapshot;
  deadline: DeadlineRow | null;
  /** the account (minus the position's number, where nobody holds it) of who received it, and of who last resolved it */
  receivedBy: number | null;
  approvedBy: number | null;
  /** the units beside its own two that hold it or held it; `POST_UNIT` among them once the post has to do with it */
  heldBy: readonly number[];
  /** the hash of its last event; null for what was recorded before events were chained */
  head: Uint8Array | null;
}

/** Units, procedures and the calendar as they are known just now. */
export interface Reference {
  units: UnitDirectory;
  catalogue: Catalogue;
  calendar: WorkingCalendar;
}

/** Everything that one accepted command writes. `expected` is null for a new dossier. */
export interface Change {
  kind: 'change';
  dossierId: string;
  expected: { version: number; alarms: number } | null;
  version: number;
  alarmCount: number;
  snapshot: DossierSnapshot;
  currentUnitId: number;
  event: { type: string; data: JsonObject; unitId: number };
  at: Instant;
  receivedAt: Instant | null;
  closedAt: Instant | null;
  alarms: Alarm[];
  /** the new row, or null when this command leaves the deadline as it is */
  deadline: DeadlineRow | null;
  dueAt: Instant | null;
  party: PartyChange | null;
  /** who newly holds it, `POST_UNIT` for the post; null: nobody new */
  holder: number | null;
  /** who received or resolved it by this; null: it was another command */
  receivedBy: number | null;
  approvedBy: number | null;
  birth: Birth | null;
}

/** What only a new dossier has. */
export interface Birth {
  procedureVersionId: number;
  receivingUnitId: number;
  competentUnitId: number;
  channel: Channel;
  returnBy: Channel;
  /** the local day of filing and the agency whose counter gives the code (DOMAIN.md §3) */
  day: string;
  agencyCode: string;
}

export type Decision = Change | RefusedAnswer;

const CLOSES: ReadonlySet<string> = new Set(['resolved', 'withdrawn', 'discontinued', 'refused', 'voided']);
const WAITS: ReadonlySet<string> = new Set(['supplementRequested', 'paymentRequested']);

/**
 * May this person? Does the statechart accept it? What follows? Pure: `at` is the moment it happened, and nothing is
 * read or written. The answer is a {@link Change} to commit, or a refusal to store.
 */
export function decide(
  dossier: DossierRecord,
  request: CommandRequest,
  acting: Acting,
  reference: Reference,
  at: Instant,
): Decision {
  const { version, definition } = pinned(reference.catalogue, dossier.procedureVersionId);
  const party = partyChange(request, dossier.partyRevision);
  if (party && 'refused' in party) return refusal(party.refused, dossier);
  const outcome = step(
    definition,
    dossier.snapshot,
    { name: request.command, payload: party ? party.payload : request.payload },
    { at, lastAt: dossier.lastAt, actor: actorFor(dossier, definition, acting, reference.units) },
  );
  if (outcome.kind === 'refused') return refusal(outcome, dossier);
  const limit = limitFor(version, dossier.channel);
  return follow(dossier, outcome, acting, reference, definition, limit, at, party);
}

function follow(
  dossier: DossierRecord,
  outcome: Accepted,
  acting: Acting,
  reference: Reference,
  definition: ProcedureDefinition,
  limit: Limit,
  at: Instant,
  party: PartyChange | null,
): Change {
  const event = outcome.events[0]!;
  const { alarms, row: before } = takeAlarms(dossier.deadline, at);
  const deadline = outcome.deadline
    ? applyFact(before, outcome.deadline, at, limit, reference.calendar)
    : before;
  const nobodyKnows = unknownAlarm(before, deadline, at);
  if (nobodyKnows) alarms.push(nobodyKnows);
  const accepted = outcome.next.context.accepted;
  const closes = CLOSES.has(event.type);
  const data: JsonObject = { p: event.data };
  if (accepted && (closes || event.type === 'received')) data.counted = true;
  if (accepted && closes) {
    data.timing = event.type === 'resolved' ? closingTiming(before, at, reference.calendar) : 'on';
  }
  if ((closes || WAITS.has(event.type)) && isOverdue(before, at)) data.wasOverdue = true;
  if (outcome.deadline && deadline) data.deadline = deadlineFacts(deadline);
  if (party) data.party = party.revision;
  if (acting.by !== null) data.by = acting.by;
  const currentUnitId = holdingUnitId(outcome.next, dossier, definition, reference.units);
  return {
    kind: 'change',
    dossierId: dossier.id,
    expected: { version: dossier.version, alarms: dossier.alarms },
    version: dossier.version + 1,
    alarmCount: dossier.alarms + alarms.length,
    snapshot: outcome.next,
    currentUnitId,
    event: { type: event.type, data, unitId: acting.officer.unitId ?? dossier.competentUnitId },
    at,
    receivedAt: event.type === 'received' ? at : null,
    closedAt: closes ? at : null,
    alarms,
    deadline: deadline === dossier.deadline ? null : deadline,
    dueAt: deadline?.dueAt ?? null,
    party,
    holder: newHolder(event.type, currentUnitId, dossier),
    receivedBy: event.type === 'received' ? acting.person : null,
    approvedBy: event.type === 'resolved' ? acting.person : null,
    birth: null,
  };
}

/**
 * The procedure version that a dossier was received under, with its steps. Throws DomainError `reference_outdated` when
 * this process does not know it yet: another process imported it since.
 */
export function pinned(
  catalogue: Catalogue,
  procedureVersionId: number,
): { version: ProcedureVersion; definition: ProcedureDefinition } {
  const version = catalogue.version(procedureVersionId);
  const definition = version && catalogue.definition(version.definitionKey);
  if (!version || !definition)
    throw new DomainError('reference_outdated', { params: { procedureVersionId } });
  return { version, definition };
}

/** The part of a deadline that the log keeps: the chain of these facts is the deadline's history. */
export function deadlineFacts(row: DeadlineRow): JsonObject {
  const facts: JsonObject = { generation: row.generation, status: row.status };
  if (row.dueAt !== null) facts.dueAt = row.dueAt;
  if (row.remainingMinutes !== null) facts.remainingMinutes = row.remainingMinutes;
  if (row.reason !== null) facts.reason = row.reason;
  return facts;
}

/** Where the officer stands, seen from this dossier, and what of it was done by who acts or by whom they stand in for. */
export function actorFor(
  dossier: Pick<
    DossierRecord,
    'receivingUnitId' | 'competentUnitId' | 'snapshot' | 'receivedBy' | 'approvedBy'
  >,
  definition: ProcedureDefinition,
  { officer, person, principal }: Pick<Acting, 'officer' | 'person' | 'principal'>,
  units: UnitDirectory,
): Actor {
  const relations: Relation[] = [];
  if (officer.servesAll) relations.push('everywhere');
  if (officer.unitId === dossier.receivingUnitId) relations.push('receiving');
  if (officer.unitId === dossier.competentUnitId) relations.push('competent');
  const name = dossier.snapshot.step;
  if (name !== null && officer.unitId === stepUnit(name, dossier, definition, units)) relations.push('step');
  const did: Actor['did'][number][] = [];
  const theirs = (who: number | null): boolean => who !== null && (who === person || who === principal);
  if (theirs(dossier.receivedBy)) did.push('received');
  if (theirs(dossier.approvedBy)) did.push('approved');
  return { position: officer.position, relations, did };
}

function stepUnit(
  name: string,
  dossier: Pick<DossierRecord, 'receivingUnitId' | 'competentUnitId'>,
  definition: ProcedureDefinition,
  units: UnitDirectory,
): number {
  const at = definition.steps.find((candidate) => candidate.name === name)?.performer.at ?? 'competent';
  if (at === 'receiving') return dossier.receivingUnitId;
  if (at === 'competent') return dossier.competentUnitId;
  return units.byCode(at.unit)?.id ?? dossier.competentUnitId;
}

/** A refusal as the caller is told it: what state the dossier is in, what is allowed instead, and why not yet. */
export function refusal(why: Refusal, dossier: DossierRecord | null): RefusedAnswer {
  return {
    kind: 'refused',
    code: why.code,
    ...(why.field === undefined ? {} : { field: why.field }),
    state: why.state,
    version: dossier?.version ?? null,
    allowed: why.allowed,
    notYet: why.notYet,
  };
}
