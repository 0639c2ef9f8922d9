import { assertNever, fromMillis, type Instant } from '#libs/kernel';
import { Temporal } from 'temporal-polyfill';
import { Days } from './days.js';
import * as say from './explain.js';
import { checkLimit } from './limit.js';
import { MINUTE_MS, dayNumber, dayText, momentMs } from './moment.js';
import type { Due, ExplainedDay, ExplainedDue, Limit, WorkingCalendar, YearUnknown } from './types.js';
import { advance } from './working-time.js';

/** Takes down one day of the count. Absent on the fast path. */
type Note = (day: number, counted: boolean, why: string) => void;

/**
 * When the result is due, and for each day from receipt to then whether it counted and why. The day of receipt does not
 * count; the due moment is the end of office hours on the due day; hours end at their hour. Throws DomainError for a limit
 * (see {@link checkLimit}) or a moment that is none.
 */
export function dueMoment(calendar: WorkingCalendar, receivedAt: Instant, limit: Limit): ExplainedDue {
  const days: ExplainedDay[] = [];
  const due = compute(Days.of(calendar), momentMs(receivedAt), checkLimit(limit), (day, counted, why) =>
    days.push({ date: dayText(day), counted, why }),
  );
  return typeof due === 'number' ? { known: true, dueAt: fromMillis(due), days } : due;
}

const remembered = new WeakMap<WorkingCalendar, Map<string, Due>>();
const MOST_REMEMBERED = 20_000;

/** The same moment as {@link dueMoment} gives, without the days. Where only the day of receipt matters it is worked out once a day and limit. */
export function dueAtOnly(calendar: WorkingCalendar, receivedAt: Instant, limit: Limit): Due {
  const ms = momentMs(receivedAt);
  checkLimit(limit);
  const days = Days.of(calendar);
  if (limit.unit === 'hour' || limit.value === 0) return asDue(compute(days, ms, limit));
  let known = remembered.get(calendar);
  if (!known) remembered.set(calendar, (known = new Map()));
  const key = `${days.at(ms)} ${limit.value} ${limit.unit}`;
  let due = known.get(key);
  if (!due) {
    if (known.size >= MOST_REMEMBERED) known.clear();
    known.set(key, (due = Object.freeze(asDue(compute(days, ms, limit)))));
  }
  return due;
}

function asDue(ms: number | YearUnknown): Due {
  return typeof ms === 'number' ? { known: true, dueAt: fromMillis(ms) } : ms;
}

function compute(days: Days, receivedMs: number, limit: Limit, note?: Note): number | YearUnknown {
  const { value, unit } = limit;
  const receipt = days.at(receivedMs);
  switch (unit) {
    case 'working_day':
      return value === 0 ? sameDay(days, receipt, receivedMs, note) : workingDays(days, receipt, value, note);
    case 'calendar_day':
      return runningDays(days, receipt, receipt + Math.ceil(value), value % 1, note);
    case 'month': {
      // Civil Code 148: the day of the same number, or the last of a month that is too short [assumed].
      const last = Temporal.PlainDate.from(dayText(receipt)).add(
        { months: value },
        { overflow: 'constrain' },
      );
      return runningDays(days, receipt, dayNumber(last.toString()), 0, note);
    }
    case 'hour':
      return advance(days, receivedMs, Math.round(value * 60 * MINUTE_MS), (day, used) =>
        note?.(day, used > 0, say.hours(days, day, used, receivedMs)),
      );
    default:
      return assertNever(unit);
  }
}

/** Due at the end of the day of receipt; of the next working day when nobody works then, or when it came too late. */
function sameDay(days: Days, receipt: number, receivedMs: number, note?: Note): number | YearUnknown {
  for (let day = receipt; ; day++) {
    const kind = days.kind(day);
    if (!kind.known) return kind;
    if (kind.hours.length === 0) {
      note?.(day, false, say.notWorked(days, day));
      continue;
    }
    const { cutoff, end } = days.workingDay(day);
    if (day > receipt || (receivedMs <= cutoff && receivedMs < end)) {
      note?.(day, true, day > receipt ? say.working(days, day, 1) : 'day of receipt: due the same day');
      return end;
    }
    note?.(day, false, receivedMs < end ? say.TOO_LATE : say.AFTER_HOURS);
  }
}

function workingDays(days: Days, receipt: number, value: number, note?: Note): number | YearUnknown {
  note?.(receipt, false, say.RECEIPT);
  const needed = Math.ceil(value);
  for (let day = receipt + 1, counted = 0; ; day++) {
    const kind = days.kind(day);
    if (!kind.known) return kind;
    if (kind.hours.length === 0) {
      note?.(day, false, say.notWorked(days, day));
      continue;
    }
    counted++;
    const last = counted === needed;
    note?.(day, true, say.working(days, day, counted, last ? value % 1 : 0));
    if (last) return shareOf(days, day, value % 1);
  }
}

/** Calendar days and months: every day counts, but a limit that would end on a day off ends with the next working day. */
function runningDays(
  days: Days,
  receipt: number,
  last: number,
  fraction: number,
  note?: Note,
): number | YearUnknown {
  const share = shareOfLast(days, last, fraction);
  if (typeof share !== 'number') return share;
  note?.(receipt, false, say.RECEIPT);
  for (let day = receipt + 1; note && day <= last; day++)
    note(day, true, say.running(days, day, day - receipt, last - receipt, day === last ? share : 0));
  for (let day = last; ; day++) {
    const kind = days.kind(day);
    if (!kind.known) return kind;
    if (day > last) note?.(day, false, kind.hours.length === 0 ? say.notWorked(days, day) : say.MOVED);
    if (kind.hours.length > 0) return shareOf(days, day, share);
  }
}

/**
 * Which share of its last day a limit in calendar days takes; 0 is the whole day. A limit that moves takes all of the day
 * that it moves to. So does one whose last day follows a day off, because its whole days move to that same day: 2.5 days
 * are never shorter than 2, nor is a dossier due before one that was received earlier.
 */
function shareOfLast(days: Days, last: number, fraction: number): number | YearUnknown {
  if (fraction === 0) return 0;
  for (const day of [last, last - 1]) {
    const kind = days.kind(day);
    if (!kind.known) return kind;
    if (kind.hours.length === 0) return 0;
  }
  return fraction;
}

/** The moment at which a share of a day's working minutes is over: whole minutes, at least one. 0 is the whole day. */
function shareOf(days: Days, day: number, fraction: number): number {
  const { spans, workingMs, end } = days.workingDay(day);
  if (fraction === 0) return end;
  let left = Math.max(1, Math.round((fraction * workingMs) / MINUTE_MS)) * MINUTE_MS;
  for (const [from, to] of spans) {
    if (left <= to - from) return from + left;
    left -= to - from;
  }
  return end;
}
