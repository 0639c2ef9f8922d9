import { DomainError, fromMillis, type Instant } from '#libs/kernel';
import { Days } from './days.js';
import { MINUTE_MS, momentMs } from './moment.js';
import type { WorkingCalendar, YearUnknown } from './types.js';

/** Told of each day that is passed, and how much of it was used, in milliseconds. */
export type DayUse = (day: number, usedMs: number) => void;

/** Some ten years of days and nights: what is longer is no amount of work. */
const MOST_MINUTES = 5_256_000;

/**
 * The working minutes from one moment to another, lunch breaks, nights and days off excluded; exact to the millisecond, so
 * it may be a fraction. Negative when `to` comes first. Unknown when a year in between is; throws DomainError
 * `moment_not_understood`.
 */
export function workingMinutesBetween(
  calendar: WorkingCalendar,
  from: Instant,
  to: Instant,
): number | YearUnknown {
  const [fromMs, toMs] = [momentMs(from), momentMs(to)];
  const ms =
    fromMs <= toMs ? between(Days.of(calendar), fromMs, toMs) : between(Days.of(calendar), toMs, fromMs);
  if (typeof ms !== 'number') return ms;
  return (fromMs <= toMs ? ms : -ms) / MINUTE_MS;
}

function between(days: Days, fromMs: number, toMs: number): number | YearUnknown {
  let sum = 0;
  for (let day = days.at(fromMs); days.start(day) < toMs; day++) {
    const kind = days.kind(day);
    if (!kind.known) return kind;
    if (kind.hours.length === 0) continue;
    for (const [from, to] of days.workingDay(day).spans)
      sum += Math.max(0, Math.min(to, toMs) - Math.max(from, fromMs));
  }
  return sum;
}

/**
 * The moment at which `minutes` of work have been done since `from`: the first one, so that a morning's work ends at the
 * start of lunch and not after it. From outside working time it begins at the next working moment, also for 0 minutes.
 * Unknown when a year on the way is; throws DomainError `minutes_not_understood` (negative, not a number, over ten
 * years) and `moment_not_understood`.
 */
export function addWorkingMinutes(
  calendar: WorkingCalendar,
  from: Instant,
  minutes: number,
): { known: true; at: Instant } | YearUnknown {
  if (!(minutes >= 0 && minutes <= MOST_MINUTES))
    throw new DomainError('minutes_not_understood', { params: { found: String(minutes) } });
  const ms = advance(Days.of(calendar), momentMs(from), Math.round(minutes * MINUTE_MS));
  return typeof ms === 'number' ? { known: true, at: fromMillis(ms) } : ms;
}

/** {@link addWorkingMinutes} in milliseconds, telling `use` of every day on the way. */
export function advance(days: Days, fromMs: number, workMs: number, use?: DayUse): number | YearUnknown {
  let left = workMs;
  for (let day = days.at(fromMs); ; day++) {
    const kind = days.kind(day);
    if (!kind.known) return kind;
    const spans = kind.hours.length === 0 ? [] : days.workingDay(day).spans;
    const before = left;
    for (const [from, to] of spans) {
      const start = Math.max(from, fromMs);
      if (start > to) continue;
      if (left <= to - start) {
        use?.(day, before);
        return start + left;
      }
      left -= to - start;
    }
    use?.(day, before - left);
  }
}
