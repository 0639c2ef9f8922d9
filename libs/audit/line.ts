import type { ChainEvent } from '#libs/database';
import { type Json, type JsonObject, canonicalJson } from '#libs/kernel';
import { exactJson } from './exact-json.js';

/** A place in the log as text holds it: both numbers may be longer than a JavaScript number is exact. */
export interface Place {
  epoch: number;
  xid: string;
  seq: string;
}

/** Everything that is stored of one event, as it is exported, one line each. */
export interface EventLine {
  kind: 'event';
  position: Place;
  dossier: string;
  /** null when there is no such dossier, which never happens by itself */
  code: string | null;
  version: number;
  type: string;
  state: string;
  officer: string;
  unit: number;
  occurredAt: string;
  recordedAt: string;
  data: Json;
  /** its hash in the chain of its dossier, in hex; null for events from before there were chains */
  hash: string | null;
  /** `data` as it is stored, only where that says more than `data` does */
  raw?: string;
}

/** One event as the database gives it: moments and data as text, so that nothing is rounded on the way. */
export type EventRow = Omit<EventLine, 'kind' | 'position' | 'data' | 'raw'> &
  Place & { data: string | null };

/** The line of an event: canonical JSON, which is what its leaf is the hash of. */
export function lineOf(row: EventRow): string {
  const { epoch, xid, seq, data, ...rest } = row;
  return canonicalJson({
    ...rest,
    ...exactJson(data ?? 'null'),
    kind: 'event',
    position: { epoch, xid, seq },
    occurredAt: exactInstant(row.occurredAt),
    recordedAt: exactInstant(row.recordedAt),
  });
}

const MOMENT = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?\+00$/;

/**
 * `2019-03-15 01:30:00.12+00` → `2019-03-15T01:30:00.120Z`, with six digits when three are not enough: a moment that was moved
 * by a microsecond is another one. What is no moment of the years 0001–9999 stays as it is.
 */
export function exactInstant(text: string): string {
  const found = MOMENT.exec(text);
  if (!found) return text;
  const micros = (found[3] ?? '').padEnd(6, '0');
  return `${found[1]}T${found[2]}.${micros.endsWith('000') ? micros.slice(0, 3) : micros}Z`;
}

/** What the chain covers of a line. The engine knows milliseconds only, and reads no more of a moment. */
export function chained(line: EventLine): ChainEvent & { hash: Buffer | null } {
  return {
    dossierId: line.dossier,
    version: line.version,
    type: line.type,
    state: line.state,
    officer: line.officer,
    unitId: line.unit,
    occurredAt: line.occurredAt.replace(/(\.\d{3})\d{3}Z$/, '$1Z'),
    data: line.data as JsonObject,
    hash: line.hash === null ? null : Buffer.from(line.hash, 'hex'),
  };
}

const TEXTS = ['dossier', 'type', 'state', 'officer', 'occurredAt', 'recordedAt'] as const;

/** The event of a line; undefined when it is none. Not every wrong value is found here: the leaf finds those. */
export function parseEvent(value: JsonObject): EventLine | undefined {
  const { position, code, version, unit, hash } = value;
  const place = position as JsonObject | undefined;
  const fits =
    value.kind === 'event' &&
    TEXTS.every((name) => typeof value[name] === 'string') &&
    isPlace(place) &&
    (code === null || typeof code === 'string') &&
    Number.isInteger(version) &&
    Number.isInteger(unit) &&
    (hash === null || typeof hash === 'string') &&
    value.data !== undefined;
  return fits ? (value as unknown as EventLine) : undefined;
}

export function isPlace(value: unknown): value is Place {
  const { epoch, xid, seq } = (value ?? {}) as Partial<Record<keyof Place, unknown>>;
  return Number.isInteger(epoch) && isNumber(xid) && isNumber(seq);
}

function isNumber(text: unknown): boolean {
  return typeof text === 'string' && /^-?\d{1,20}$/.test(text);
}

/** Which of two places comes first: below 0, 0 or above, as in `sort`. */
export function comparePlaces(a: Place, b: Place): number {
  return a.epoch - b.epoch || compareNumbers(a.xid, b.xid) || compareNumbers(a.seq, b.seq);
}

function compareNumbers(a: string, b: string): number {
  if (a === b) return 0;
  const [left, right] = [BigInt(a), BigInt(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}
