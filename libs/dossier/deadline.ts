import {
  addWorkingMinutes,
  dueAtOnly,
  timing,
  workingDayBefore,
  workingMinutesBetween,
  type Limit,
  type WorkingCalendar,
} from '#libs/calendar';
import type { Instant } from '#libs/kernel';
import type { DeadlineFact } from '#libs/workflow';

/** The current row of a dossier's deadline. Its history is the chain of facts in the log. */
export interface DeadlineRow {
  /** goes up with every change, so that an alarm set for an older date knows that it is stale */
  generation: number;
  status: 'running' | 'paused' | 'stopped' | 'unknown';
  limit: Limit;
  calendar: string;
  startedAt: Instant;
  dueAt: Instant | null;
  soonAt: Instant | null;
  /** the next alarm to raise, if any */
  alarmAt: Instant | null;
  /** working minutes left, while paused */
  remainingMinutes: number | null;
  /** why the date is unknown */
  reason: string | null;
}

export interface Alarm {
  type: 'dueSoon' | 'overdue' | 'deadlineUnknown';
  /** the moment it fell due, whenever it is noticed; for an unknown deadline the moment it became so */
  at: Instant;
}

/**
 * What a deadline fact makes of the deadline at moment `at`. A year that the calendar does not know makes the date
 * `unknown`, with the reason, and never fails: the citizen at the counter is received all the same, and the date is
 * computed when the calendar is imported.
 */
export function applyFact(
  row: DeadlineRow | null,
  fact: DeadlineFact,
  at: Instant,
  limit: Limit,
  calendar: WorkingCalendar,
): DeadlineRow | null {
  if (fact.kind === 'start') {
    const fresh: DeadlineRow = {
      generation: (row?.generation ?? 0) + 1,
      status: 'running',
      limit,
      calendar: calendar.code,
      startedAt: at,
      dueAt: null,
      soonAt: null,
      alarmAt: null,
      remainingMinutes: null,
      reason: null,
    };
    return run(fresh, dueAtOnly(calendar, at, limit), at, calendar);
  }
  if (row === null) return null;
  const next = { ...row, generation: row.generation + 1, soonAt: null, alarmAt: null };
  if (fact.kind === 'stop') return { ...next, status: 'stopped' };
  if (row.status === 'unknown') return { ...row, generation: row.generation + 1 };
  if (fact.kind === 'pause') return pause(next, at, calendar);
  if (fact.policy === 'restart') return run(next, dueAtOnly(calendar, at, limit), at, calendar);
  const resumed = addWorkingMinutes(calendar, at, row.remainingMinutes ?? 0);
  return run(next, resumed.known ? { known: true, dueAt: resumed.at } : resumed, at, calendar);
}

type Due = { known: true; dueAt: Instant } | { known: false; year: number };

function run(row: DeadlineRow, due: Due, at: Instant, calendar: WorkingCalendar): DeadlineRow {
  if (!due.known) return unknown(row, due.year);
  const dayBefore = workingDayBefore(calendar, due.dueAt);
  // When the dossier was not yet there then, as with a same-day limit, there is nothing to warn of.
  const soonAt = dayBefore !== null && dayBefore > at ? dayBefore : null;
  const alarmAt = soonAt ?? due.dueAt;
  return {
    ...row,
    status: 'running',
    dueAt: due.dueAt,
    soonAt,
    alarmAt,
    remainingMinutes: null,
    reason: null,
  };
}

function pause(row: DeadlineRow, at: Instant, calendar: WorkingCalendar): DeadlineRow {
  if (row.dueAt === null) return row;
  const left = at >= row.dueAt ? 0 : workingMinutesBetween(calendar, at, row.dueAt);
  if (typeof left !== 'number') return unknown(row, left.year);
  return { ...row, status: 'paused', dueAt: null, remainingMinutes: left };
}

function unknown(row: DeadlineRow, year: number): DeadlineRow {
  const reason = `calendar_year_unknown:${year}`;
  return {
    ...row,
    status: 'unknown',
    dueAt: null,
    soonAt: null,
    alarmAt: null,
    remainingMinutes: null,
    reason,
  };
}

/** True when the office is late at `at`. While the applicant owes something the clock stands, and nobody is late. */
export function isOverdue(row: DeadlineRow | null, at: Instant): boolean {
  return row !== null && row.status === 'running' && row.dueAt !== null && row.dueAt < at;
}

/** The alarms that fell due before `at` and are not raised yet, and the row after raising them. */
export function takeAlarms<Row extends Pick<DeadlineRow, 'soonAt' | 'dueAt' | 'alarmAt'>>(
  row: Row | null,
  at: Instant,
): { alarms: Alarm[]; row: Row | null } {
  if (row === null || row.alarmAt === null || row.alarmAt >= at) return { alarms: [], row };
  const alarms: Alarm[] = [];
  let alarmAt: Instant | null = row.alarmAt;
  if (alarmAt === row.soonAt) {
    alarms.push({ type: 'dueSoon', at: alarmAt });
    alarmAt = row.dueAt;
  }
  if (alarmAt !== null && alarmAt < at) {
    alarms.push({ type: 'overdue', at: alarmAt });
    alarmAt = null;
  }
  return { alarms, row: { ...row, alarmAt } };
}

/** Columns 8–10 of form II.06a. An unknown date cannot be missed: it counts as on time [assumed]. */
export function closingTiming(
  row: DeadlineRow | null,
  at: Instant,
  calendar: WorkingCalendar,
): 'before' | 'on' | 'overdue' {
  if (row === null || row.status !== 'running' || row.dueAt === null) return 'on';
  return timing(calendar, at, row.dueAt);
}

/** The alarm of a date that cannot be computed: somebody has to import the calendar. Null when there is nothing new to say. */
export function unknownAlarm(
  before: DeadlineRow | null,
  after: DeadlineRow | null,
  at: Instant,
): Alarm | null {
  return after?.status === 'unknown' && before?.status !== 'unknown' ? { type: 'deadlineUnknown', at } : null;
}
