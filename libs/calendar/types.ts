import type { Instant } from '#libs/kernel';

/** A day of the local calendar, `YYYY-MM-DD`. Sorts as text in order of time. */
export type LocalDay = string;

export const LIMIT_UNITS = ['working_day', 'calendar_day', 'hour', 'month'] as const;
export type LimitUnit = (typeof LIMIT_UNITS)[number];

/** How long the office has. Hours are working hours; 0 working days means "the same day". */
export interface Limit {
  value: number;
  unit: LimitUnit;
}

/** A day that differs from its weekday, with the reason and how sure we are of it (A computed and known, B secondary source, C memory). */
export interface ListedDay {
  day: LocalDay;
  why: string;
  certainty: string;
}

/** What is decided for one year. `off` may name a day of the year before or after, when one decision moved both. */
export interface CalendarYear {
  off: ListedDay[];
  makeUp: ListedDay[];
}

/** From and to on the office clock, `HH:MM`. */
export interface OfficeHours {
  from: string;
  to: string;
}

/** 1 is Monday, 7 is Sunday. */
export type Weekday = 1 | 2 | 3 | 4 | 5 | 6 | 7;

/**
 * When an office works. Never changed once made: a late decision about a holiday makes a new calendar, so that nothing
 * computed before is mixed with what is computed after. A year missing from `years` is unknown, not free of holidays.
 */
export interface WorkingCalendar {
  readonly code: string;
  /** IANA name of the time zone */
  readonly zone: string;
  readonly week: Readonly<Record<Weekday, readonly OfficeHours[]>>;
  /** what comes after this time of day is a same-day limit's next working day; no other limit looks at it */
  readonly sameDayCutoff: string;
  readonly years: ReadonlyMap<number, CalendarYear>;
}

/** The answer cannot be known before this year's days off are decided and imported. */
export interface YearUnknown {
  known: false;
  reason: 'calendar_year_unknown';
  year: number;
}

/** One day of an explanation. */
export interface ExplainedDay {
  date: LocalDay;
  counted: boolean;
  why: string;
}

export type Due = { readonly known: true; readonly dueAt: Instant } | YearUnknown;
export type ExplainedDue = { known: true; dueAt: Instant; days: ExplainedDay[] } | YearUnknown;
