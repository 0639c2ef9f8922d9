import { hash } from 'node:crypto';
import { type Instant, type JsonObject, canonicalJson } from '#libs/kernel';

/** What the command decided, and so what the chain covers. What the database assigns is covered by the seal. */
export interface ChainEvent {
  dossierId: string;
  version: number;
  type: string;
  state: string;
  officer: string;
  unitId: number;
  /** with milliseconds, as the engine writes it and as it is read back */
  occurredAt: Instant;
  data: JsonObject;
}

export const HASH_BYTES = 32;
const NO_HASH = new Uint8Array(HASH_BYTES);
/** Hashing is done in one breath, so that all may share one buffer: two thirds of the time of a new one for each. */
let scratch = Buffer.allocUnsafeSlow(16_384);

/**
 * The hash of one event: SHA-256( hash of the dossier's event before it, 32 zeros for the first ‖ UTF-8 of the canonical JSON
 * of dossier, version, type, state, officer, unit, at and data ). Throws DomainError `json_not_canonical` when `data` has no
 * canonical text. Some 3 µs: it runs once for each command.
 */
export function chainHash(prev: Uint8Array | null, event: ChainEvent): Buffer {
  const text = chainText(event);
  const most = HASH_BYTES + text.length * 3;
  if (scratch.length < most) scratch = Buffer.allocUnsafeSlow(most);
  scratch.set(prev ?? NO_HASH);
  const length = HASH_BYTES + scratch.write(text, HASH_BYTES, 'utf8');
  return hash('sha256', scratch.subarray(0, length), 'buffer');
}

/** The canonical JSON that an event's hash covers, with its eight fields in the order of their names. */
export function chainText(event: ChainEvent): string {
  const { occurredAt, data, dossierId, officer, state, type, unitId, version } = event;
  return (
    `{"at":${canonicalJson(occurredAt)},"data":${canonicalJson(data)},"dossier":${canonicalJson(dossierId)},` +
    `"officer":${canonicalJson(officer)},"state":${canonicalJson(state)},"type":${canonicalJson(type)},` +
    `"unit":${canonicalJson(unitId)},"version":${canonicalJson(version)}}`
  );
}

/** Where a chain does not hold: `hash` is not that of the event after the one before, `missing` where it should have one, `version` is out of order. */
export interface ChainBreak {
  what: 'hash' | 'missing' | 'version';
  version: number;
  type: string;
}

/**
 * Follows the chain of one dossier, event by event in the order of the log. After a break it goes on from the hash that is
 * stored, so that each one is told once. Events from before there were hashes have none and stand before the first that has.
 */
export class Chain {
  /** hash of the last event; null before the first that has one */
  head: Uint8Array | null = null;
  /** version of the last event; an alarm shares that of the event before it */
  version = 0;
  /** the last event should have had a hash: what the next one goes on from is not known */
  lost = false;

  /** @param midway the events before the first are not known, so that it is taken as it is */
  constructor(private midway = false) {}

  /** What does not hold at this event; undefined when all does. */
  next(event: ChainEvent & { hash: Uint8Array | null }): ChainBreak | undefined {
    const { version, type, hash: stored } = event;
    const { head: prev, version: before, lost, midway } = this;
    this.midway = false;
    this.version = version;
    this.lost = !stored && prev !== null;
    if (stored) this.head = stored;
    if (midway) return undefined;
    if (version !== before + 1 && (version !== before || version === 0))
      return { what: 'version', version, type };
    if (!stored) return this.lost ? { what: 'missing', version, type } : undefined;
    if (lost || Buffer.compare(stored, chainHash(prev, event)) === 0) return undefined;
    return { what: 'hash', version, type };
  }
}

/** Every break in the chain of one dossier; `events` are all of its events, in the order of the log. */
export function verifyChain(events: Iterable<ChainEvent & { hash: Uint8Array | null }>): {
  breaks: ChainBreak[];
  head: Uint8Array | null;
} {
  const chain = new Chain();
  const breaks: ChainBreak[] = [];
  for (const event of events) {
    const found = chain.next(event);
    if (found) breaks.push(found);
  }
  return { breaks, head: chain.head };
}
