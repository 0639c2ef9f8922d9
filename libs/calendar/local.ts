import { fromMillis, type Instant } from '#libs/kernel';
import { Temporal } from 'temporal-polyfill';
import { Days } from './days.js';
import { DAY_MS, dayNumber, momentMs } from './moment.js';
import type { LocalDay, WorkingCalendar } from './types.js';

/** The day on which a moment falls where the office is. Throws DomainError `moment_not_understood`. */
export function localDay(calendar: WorkingCalendar, at: Instant): LocalDay {
  const days = Days.of(calendar);
  return days.text(days.at(momentMs(at)));
}

/** The first moment of a day where the office is. Throws DomainError `day_not_understood`. */
export function startOfDay(calendar: WorkingCalendar, day: LocalDay): Instant {
  return fromMillis(Days.of(calendar).start(dayNumber(day)));
}

/** Whether the office works on a day; `unknown` when the calendar does not know its year. Throws DomainError `day_not_understood`. */
export function isWorkingDay(calendar: WorkingCalendar, day: LocalDay): boolean | 'unknown' {
  const kind = Days.of(calendar).kind(dayNumber(day));
  return kind.known ? kind.hours.length > 0 : 'unknown';
}

/** In days. No run of days off is longer; where one is, the calendar is not to be relied on. */
const LONGEST_BREAK = 31;

/**
 * The moment as many whole days earlier as it takes to fall on a working day; null when a month before it has none that the
 * calendar knows. Throws DomainError `moment_not_understood`.
 */
export function workingDayBefore(calendar: WorkingCalendar, at: Instant): Instant | null {
  const days = Days.of(calendar);
  const ms = momentMs(at);
  for (let back = 1; back <= LONGEST_BREAK; back++) {
    const earlier = ms - back * DAY_MS;
    const kind = days.kind(days.at(earlier));
    if (kind.known && kind.hours.length > 0) return fromMillis(earlier);
  }
  return null;
}

/** A moment on the office's clock, with its offset: `2026-05-06T17:00:00+07:00`. Throws DomainError `moment_not_understood`. */
export function toLocalTime(calendar: WorkingCalendar, at: Instant): string {
  const there = Temporal.Instant.fromEpochMilliseconds(momentMs(at)).toZonedDateTimeISO(calendar.zone);
  return there.toString({ timeZoneName: 'never' });
}

/**
 * Columns 8–10 of form II.06a: `before` on an earlier day than the due day, `on` on the due day up to the due moment, else
 * `overdue` [assumed]. A result given on a day off before the due day came before. Needs no year known.
 */
export function timing(
  calendar: WorkingCalendar,
  resolvedAt: Instant,
  dueAt: Instant,
): 'before' | 'on' | 'overdue' {
  const [resolvedMs, dueMs] = [momentMs(resolvedAt), momentMs(dueAt)];
  if (resolvedMs > dueMs) return 'overdue';
  const days = Days.of(calendar);
  return days.at(resolvedMs) < days.at(dueMs) ? 'before' : 'on';
}
