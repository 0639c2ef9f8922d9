import { type Limit, type LimitUnit, checkLimit } from '#libs/calendar';
import { DomainError } from '#libs/kernel';
import { CHANNELS, type Channel, type RequiredDocument } from './types.js';

/** What the published detail page of a procedure adds to its row in the catalogue. */
export interface ProcedureDetail {
  limitsByChannel: Partial<Record<Channel, Limit>>;
  documents: RequiredDocument[];
}

/** Published units that can be counted. `OTHER` cannot, nor can a limit without a number. */
const UNITS = new Map<string, LimitUnit>([
  ['WORKING_DAY', 'working_day'],
  ['ngày làm việc', 'working_day'],
  ['CALENDAR_DAY', 'calendar_day'],
  ['ngày', 'calendar_day'],
  ['HOUR', 'hour'],
  ['giờ', 'hour'],
  ['MONTH', 'month'],
  ['tháng', 'month'],
]);

/**
 * Reads published detail pages (the form of `data/procedures-in-detail.json`), by procedure code. A limit that is not a
 * number in a known unit is left out, and so is a channel that is published with two different limits: nothing is guessed.
 * Throws DomainError `details_not_understood` when the whole is of another form.
 */
export function parseDetails(json: unknown): Map<string, ProcedureDetail> {
  if (!Array.isArray(json)) throw new DomainError('details_not_understood', { field: 'details' });
  const details = new Map<string, ProcedureDetail>();
  json.forEach((item: unknown, i) => {
    const { code, channels, documents } = (item ?? {}) as Record<string, unknown>;
    if (typeof code !== 'string' || !Array.isArray(channels))
      throw new DomainError('details_not_understood', { field: `details[${i}]` });
    details.set(code, { limitsByChannel: limitsOf(channels), documents: documentsOf(documents) });
  });
  return details;
}

function limitsOf(entries: unknown[]): ProcedureDetail['limitsByChannel'] {
  const published = new Map<Channel, Limit[]>();
  for (const entry of entries) {
    const { channel, limit } = (entry ?? {}) as Record<string, unknown>;
    const known = CHANNELS.find((name) => name === channel);
    const parsed = typeof limit === 'string' ? publishedLimit(limit) : undefined;
    if (known && parsed) published.set(known, [...(published.get(known) ?? []), parsed]);
  }
  const agreed = [...published].filter(([, limits]) =>
    limits.every((limit) => limit.value === limits[0]!.value && limit.unit === limits[0]!.unit),
  );
  return Object.fromEntries(agreed.map(([channel, limits]) => [channel, limits[0]!]));
}

function publishedLimit(text: string): Limit | undefined {
  const [, value, unit] = /^\s*(\d+(?:\.\d+)?)\s+(\S.*?)\s*$/.exec(text.normalize('NFC')) ?? [];
  const known = unit === undefined ? undefined : UNITS.get(unit);
  const limit = known && { value: Number(value), unit: known };
  return limit && isLimit(limit) ? limit : undefined;
}

/** Whether a date can be made of a limit: the calendar's own rule, so that no dossier is received under one it refuses. */
export function isLimit(limit: Limit): boolean {
  try {
    return checkLimit(limit) === limit;
  } catch (error) {
    if (error instanceof DomainError) return false;
    throw error;
  }
}

function documentsOf(list: unknown): RequiredDocument[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((item: unknown) => {
    const { name, originals, copies } = (item ?? {}) as Record<string, unknown>;
    if (typeof name !== 'string') return [];
    return [{ name: name.trim().normalize('NFC'), originals: count(originals), copies: count(copies) }];
  });
}

function count(value: unknown): number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : 0;
}
