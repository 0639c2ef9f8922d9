import { type ChainEvent, chainHash } from '#libs/database';
import { fromMillis, toMillis, type Instant } from '#libs/kernel';
import type { Change } from './decide.js';
import type { Alarm } from './deadline.js';

/** Where a dossier stood before something was written to its log. */
export interface Before {
  state: string;
  /** who held it */
  unitId: number;
  /** the hash of its last event; null for a new dossier and for what was recorded before events were chained */
  head: Uint8Array | null;
}

/** What is added to a dossier's chain: the hashes of its new events in the order of the log, and the last of them. */
export interface Links {
  hashes: Uint8Array[];
  head: Uint8Array | null;
}

/** The links of nothing: of a refusal. */
export const NO_LINKS: Links = { hashes: [], head: null };

/** What the engine says of an alarm in the log: the state and the unit are those that the due moment found. */
export function alarmEvent(
  dossierId: string,
  version: number,
  { type, at }: Alarm,
  { state, unitId }: Pick<Before, 'state' | 'unitId'>,
): ChainEvent {
  return { dossierId, version, type, state, officer: 'system', unitId, occurredAt: at, data: {} };
}

/** How many of a change's alarms stand before its event in the log: all but that of a date that it made unknown. */
export function alarmsBefore({ alarms }: Pick<Change, 'alarms'>): number {
  return alarms.at(-1)?.type === 'deadlineUnknown' ? alarms.length - 1 : alarms.length;
}

/**
 * The links of an accepted command: the alarms that it took, its own event, then that of a date that it made unknown.
 * Throws DomainError `json_not_canonical` for an event whose data have no canonical text.
 */
export function linksOf(change: Change, officer: string, before: Before): Links {
  const { dossierId, version, alarms, event, at, snapshot } = change;
  const own: ChainEvent = {
    dossierId,
    version,
    type: event.type,
    state: snapshot.state,
    officer,
    unitId: event.unitId,
    occurredAt: at,
    data: event.data,
  };
  if (alarms.length === 0) return linked(before.head, [own]);
  const first = alarmsBefore(change);
  return linked(before.head, [
    ...alarms.slice(0, first).map((alarm) => alarmEvent(dossierId, version - 1, alarm, before)),
    own,
    ...alarms.slice(first).map((alarm) => alarmEvent(dossierId, version, alarm, before)),
  ]);
}

/** The links of some events of one dossier, in the order of the log. */
export function linked(head: Uint8Array | null, events: readonly ChainEvent[]): Links {
  const hashes: Uint8Array[] = [];
  for (const event of events) {
    const occurredAt = asReadBack(event.occurredAt);
    head = chainHash(head, occurredAt === event.occurredAt ? event : { ...event, occurredAt });
    hashes.push(head);
  }
  return { hashes, head };
}

/** The moment as the database gives it back. All of ours are written so; a program that uses the engine may say `…T01:00Z`. */
function asReadBack(at: Instant): Instant {
  return at.length === 24 && at.endsWith('Z') ? at : fromMillis(toMillis(at));
}
