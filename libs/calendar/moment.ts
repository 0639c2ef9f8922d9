import { DomainError, type Instant } from '#libs/kernel';
import { Temporal } from 'temporal-polyfill';
import type { LocalDay } from './types.js';

export const MINUTE_MS = 60_000;
export const DAY_MS = 86_400_000;

const FIRST_MS = Date.UTC(1900, 0, 1);
const LAST_MS = Date.UTC(3000, 0, 1);

const WRITTEN_AS_OURS = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/**
 * Milliseconds since 1970 of a moment. `Date.parse` alone turns 31 April into 1 May and 24:00 into the next day, so a moment
 * in our own form must read back with the day it was written with; any other must satisfy Temporal (which also takes
 * `2026-04-24T10:00+07:00`). Throws DomainError `moment_not_understood` for anything else, a moment without an offset
 * included, and outside 1900–2999.
 */
export function momentMs(at: Instant): number {
  let ms = WRITTEN_AS_OURS.test(at) ? Date.parse(at) : Number.NaN;
  if (new Date(ms).getUTCDate() !== Number(at.slice(8, 10))) ms = strictMs(at);
  if (ms >= FIRST_MS && ms < LAST_MS) return ms;
  throw notUnderstood(at);
}

function strictMs(at: string): number {
  if (at.length > 60) throw notUnderstood(at);
  try {
    return Temporal.Instant.from(at).epochMilliseconds;
  } catch (cause) {
    throw notUnderstood(at, cause);
  }
}

function notUnderstood(at: string, cause?: unknown): DomainError {
  return new DomainError('moment_not_understood', { params: { found: at.slice(0, 60) }, cause });
}

/** The number of a day, counted from 1 January 1970. Throws DomainError `day_not_understood` for what is no day, 30 February included. */
export function dayNumber(day: LocalDay): number {
  const ms = /^\d{4}-\d\d-\d\d$/.test(day) ? Date.parse(`${day}T00:00:00.000Z`) : NaN;
  if (ms >= FIRST_MS && ms < LAST_MS && new Date(ms).toISOString().startsWith(day)) return ms / DAY_MS;
  throw new DomainError('day_not_understood', { params: { found: String(day).slice(0, 60) } });
}

/** The day with this number. */
export function dayText(number: number): LocalDay {
  return new Date(number * DAY_MS).toISOString().slice(0, 10);
}
