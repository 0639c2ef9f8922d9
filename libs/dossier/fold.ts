import { DomainError, type Instant, type JsonObject } from '#libs/kernel';
import { commandOf, step, type DossierSnapshot, type ProcedureDefinition } from '#libs/workflow';

/** An event of one dossier, as the log gives it. */
export interface LoggedEvent {
  version: number;
  type: string;
  occurredAt: Instant;
  recordedAt: Instant;
  /** what the workflow said is under `p`; the rest are the engine's own facts */
  data: JsonObject;
}

/** Where a dossier stood after some of its events, read from nothing but them. */
export interface Folded {
  snapshot: DossierSnapshot;
  version: number;
  /** when the last command happened */
  lastAt: Instant;
  submittedAt: Instant;
  receivedAt: Instant | null;
  closedAt: Instant | null;
  /** which revision of the applicant's data was in force */
  partyRevision: number;
  deadline: FoldedDeadline | null;
}

/** The last fact of the deadline's chain. */
export interface FoldedDeadline {
  generation: number;
  status: string;
  dueAt: Instant | null;
  remainingMinutes: number | null;
  reason: string | null;
}

const CLOSING: ReadonlySet<string> = new Set(['resolved', 'withdrawn', 'discontinued', 'refused', 'voided']);

/** True for the event of a command; false for alarms and computed deadlines, which move no version. */
export function isCommandEvent(type: string): boolean {
  return commandOf(type) !== undefined;
}

/** The deadline fact that an event carries, if any. */
export function deadlineOf(event: Pick<LoggedEvent, 'data'>): FoldedDeadline | null {
  const fact = event.data.deadline;
  if (fact === null || typeof fact !== 'object' || Array.isArray(fact)) return null;
  return {
    generation: Number(fact.generation),
    status: String(fact.status),
    dueAt: typeof fact.dueAt === 'string' ? fact.dueAt : null,
    remainingMinutes: typeof fact.remainingMinutes === 'number' ? fact.remainingMinutes : null,
    reason: typeof fact.reason === 'string' ? fact.reason : null,
  };
}

/**
 * Folds a dossier's events, in order, through the same `step()` that accepted the commands. What is in the log is law:
 * nobody's right is asked again. Returns null when nothing had happened. Throws DomainError `event_unfit`, naming the
 * version, when an event cannot follow from those before it: the log is then damaged, and nothing is guessed.
 * `onStep` is told the state after each command's event.
 */
export function foldEvents(
  events: Iterable<LoggedEvent>,
  definition: ProcedureDefinition,
  onStep?: (event: LoggedEvent, after: DossierSnapshot) => void,
): Folded | null {
  let folded: Folded | null = null;
  for (const event of events) {
    if (isCommandEvent(event.type)) {
      folded = advance(folded, event, definition);
      onStep?.(event, folded.snapshot);
    }
    const fact = deadlineOf(event);
    // By generation, not by order: an alarm clock that was late may write an older moment after a newer one.
    if (folded && fact && fact.generation >= (folded.deadline?.generation ?? 0)) folded.deadline = fact;
  }
  return folded;
}

function advance(before: Folded | null, event: LoggedEvent, definition: ProcedureDefinition): Folded {
  const { version, type, occurredAt } = event;
  const outcome = step(
    definition,
    before?.snapshot ?? null,
    { name: commandOf(type)!, payload: payloadOf(event) },
    { at: occurredAt, lastAt: before?.lastAt ?? null, actor: null },
  );
  if (outcome.kind === 'refused') {
    const params = { version, type, because: outcome.code, state: outcome.state };
    throw new DomainError('event_unfit', { params });
  }
  return {
    snapshot: outcome.next,
    version,
    lastAt: occurredAt,
    submittedAt: before?.submittedAt ?? occurredAt,
    receivedAt: type === 'received' ? occurredAt : (before?.receivedAt ?? null),
    closedAt: CLOSING.has(type) ? occurredAt : (before?.closedAt ?? null),
    partyRevision: typeof event.data.party === 'number' ? event.data.party : (before?.partyRevision ?? 1),
    deadline: before?.deadline ?? null,
  };
}

function payloadOf(event: LoggedEvent): JsonObject {
  const { p } = event.data;
  return p !== null && typeof p === 'object' && !Array.isArray(p) ? p : {};
}
