import { DomainError } from '#libs/kernel';
import { dayNumber } from './moment.js';
import type { CalendarYear, ListedDay, OfficeHours, Weekday, WorkingCalendar } from './types.js';

const OFFICE_DAY: readonly OfficeHours[] = [
  { from: '07:00', to: '11:30' },
  { from: '13:30', to: '17:00' },
];

/**
 * The calendar that offices go by unless theirs says otherwise: Monday to Friday, 07:00–11:30 and 13:30–17:00, in
 * Vietnam [likely]. Throws DomainError `calendar_not_understood` when the years contradict each other.
 */
export function defaultCalendar(years: ReadonlyMap<number, CalendarYear>): WorkingCalendar {
  const calendar: WorkingCalendar = {
    code: 'state',
    zone: 'Asia/Ho_Chi_Minh',
    week: { 1: OFFICE_DAY, 2: OFFICE_DAY, 3: OFFICE_DAY, 4: OFFICE_DAY, 5: OFFICE_DAY, 6: [], 7: [] },
    sameDayCutoff: '15:00',
    years: new Map(years),
  };
  listedDays(calendar.years);
  return calendar;
}

/** A day that differs from its weekday, and how. */
export interface SpecialDay extends ListedDay {
  kind: 'off' | 'makeUp';
}

/**
 * Every listed day of every year by its number. Throws DomainError `calendar_not_understood`, naming the place, for a date
 * that is none, a day off listed under a year that it neither belongs to nor touches, a make-up day that is no weekend
 * day of its year, and a day that is both: no error may become a date.
 */
export function listedDays(years: ReadonlyMap<number, CalendarYear>): Map<number, SpecialDay> {
  const special = new Map<number, SpecialDay>();
  for (const [year, { off, makeUp }] of years) {
    for (const [i, listed] of off.entries()) add(special, 'off', listed, year, `${year}.off[${i}]`);
    for (const [i, listed] of makeUp.entries()) add(special, 'makeUp', listed, year, `${year}.makeUp[${i}]`);
  }
  return special;
}

function add(
  into: Map<number, SpecialDay>,
  kind: SpecialDay['kind'],
  listed: ListedDay,
  year: number,
  field: string,
) {
  const number = readDay(listed.day, field);
  const away = Math.abs(Number(listed.day.slice(0, 4)) - year);
  if (away > (kind === 'off' ? 1 : 0)) throw broken(field, `a day of ${year}`, listed.day);
  if (kind === 'makeUp' && weekdayOf(number) < 6) throw broken(field, 'a Saturday or Sunday', listed.day);
  const there = into.get(number);
  if (there && there.kind !== kind)
    throw broken(field, `a day that is not listed as ${there.kind} too`, listed.day);
  into.set(number, { kind, ...listed });
}

function readDay(day: string, field: string): number {
  try {
    return dayNumber(day);
  } catch {
    throw broken(field, 'a day as YYYY-MM-DD', day);
  }
}

/** 1 for Monday … 7 for Sunday. */
export function weekdayOf(number: number): Weekday {
  return (((((number + 3) % 7) + 7) % 7) + 1) as Weekday;
}

/** The error for a calendar that contradicts itself or is not one. */
export function broken(field: string, expected: string, found: unknown): DomainError {
  const shown = found === undefined ? 'nothing' : (JSON.stringify(found) ?? typeof found).slice(0, 60);
  return new DomainError('calendar_not_understood', { field, params: { expected, found: shown } });
}
