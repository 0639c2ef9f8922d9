import { DomainError, type Labels } from '#libs/kernel';

/** Days are written `YYYY-MM-DD` and are days of Asia/Ho_Chi_Minh. */
export type Day = string;

/** A stretch of days that a report is about, half-open: `until` is the first day after it. */
export interface Period {
  code: string;
  /** which rule gave the bounds; `custom` when they came with the question */
  rule: string;
  from: Day;
  until: Day;
}

const DAY_MS = 86_400_000;

/** The day `days` after `day`. Throws DomainError `day_not_understood` for what is no day. */
export function addDays(day: Day, days: number): Day {
  return new Date(dayMillis(day) + days * DAY_MS).toISOString().slice(0, 10);
}

/** The day itself when it is one of the calendar. Throws DomainError `day_not_understood` for `2019-02-30` and the like. */
export function checkDay(day: string, field = 'day'): Day {
  const ms = /^\d{4}-\d{2}-\d{2}$/.test(day) ? Date.parse(`${day}T00:00:00Z`) : Number.NaN;
  // PostgreSQL knows no year 0.
  if (Number.isNaN(ms) || day < '0001' || new Date(ms).toISOString().slice(0, 10) !== day)
    throw new DomainError('day_not_understood', { field, params: { value: day.slice(0, 40) } });
  return day;
}

function dayMillis(day: Day): number {
  return Date.parse(`${checkDay(day)}T00:00:00Z`);
}

/** How a period is named in a heading: its code and its first and last day, both included. */
export function periodLabel(period: Period): Labels {
  const last = addDays(period.until, -1);
  const d = (day: Day): string => day.split('-').reverse().join('/');
  return {
    vi: `Kỳ ${period.code}, từ ${d(period.from)} đến hết ${d(last)}`,
    en: `Period ${period.code}, from ${period.from} to ${last} inclusive`,
    km: `រយៈពេល ${period.code} ពី ${d(period.from)} ដល់ ${d(last)}`,
  };
}
