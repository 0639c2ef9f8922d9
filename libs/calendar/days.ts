import { DomainError } from '#libs/kernel';
import { Temporal } from 'temporal-polyfill';
import { DAY_MS, dayText } from './moment.js';
import type { LocalDay, OfficeHours, Weekday, WorkingCalendar, YearUnknown } from './types.js';
import { type SpecialDay, broken, listedDays, weekdayOf } from './working-calendar.js';

/** A day's office hours, empty when nobody works; or that its year is unknown. */
export type DayKind = { known: true; hours: readonly OfficeHours[] } | YearUnknown;

/** A working day in moments, all in milliseconds since 1970. */
export interface WorkingDay {
  /** from and to of each stretch of work; a lunch break lies between two */
  spans: readonly (readonly [number, number])[];
  workingMs: number;
  /** the end of office hours */
  end: number;
  /** what comes after this moment is too late for the same day */
  cutoff: number;
}

/** More days than anything computes with: what is asked for strange years must not fill the memory. */
const MOST_DAYS = 20_000;
const NO_HOURS: DayKind = { known: true, hours: [] };

/**
 * The days of one calendar by number, worked out once each. Asking the time zone takes some 40 µs, a look-up here far
 * less than one; a replay asks 300,000 times for some hundred days.
 */
export class Days {
  private static readonly byCalendar = new WeakMap<WorkingCalendar, Days>();

  private readonly special: Map<number, SpecialDay>;
  private readonly makeUpHours: readonly OfficeHours[];
  private readonly kinds = new Map<number, DayKind>();
  private readonly starts = new Map<number, number>();
  private readonly working = new Map<number, WorkingDay>();
  private readonly texts = new Map<number, LocalDay>();
  /** how far local midnight lies before midnight in UTC, as last seen: a first guess, always checked */
  private ahead = 0;

  private constructor(private readonly calendar: WorkingCalendar) {
    checkWeek(calendar);
    this.special = listedDays(calendar.years);
    // Which weekday a make-up day stands in for is not in the data. It keeps the hours of the first working weekday:
    // the Saturday hours of an office that opens on Saturday mornings would make it half a day [assumed].
    const weekdays: Weekday[] = [1, 2, 3, 4, 5, 6, 7];
    this.makeUpHours = calendar.week[weekdays.find((day) => calendar.week[day].length > 0)!];
  }

  /** The days of this calendar. Throws DomainError `calendar_not_understood` when it is none. */
  static of(calendar: WorkingCalendar): Days {
    let days = Days.byCalendar.get(calendar);
    if (!days) Days.byCalendar.set(calendar, (days = new Days(calendar)));
    return days;
  }

  /** The number of the local day on which a moment falls. */
  at(ms: number): number {
    let number = Math.floor((ms + this.ahead) / DAY_MS);
    while (ms < this.start(number)) number--;
    while (ms >= this.start(number + 1)) number++;
    this.ahead = number * DAY_MS - this.start(number);
    return number;
  }

  /** A local day as text. */
  text(number: number): LocalDay {
    return remember(this.texts, number, () => dayText(number));
  }

  /** The first moment of a local day. */
  start(number: number): number {
    return remember(this.starts, number, () => {
      const midnight = Temporal.PlainDate.from(dayText(number)).toZonedDateTime({
        timeZone: this.calendar.zone,
      });
      return midnight.epochMilliseconds;
    });
  }

  /** Whether a day is worked, and when. A listed day is known even when the rest of its year is not. */
  kind(number: number): DayKind {
    return remember(this.kinds, number, () => {
      const special = this.special.get(number);
      if (special) return special.kind === 'off' ? NO_HOURS : { known: true, hours: this.makeUpHours };
      const year = Number(dayText(number).slice(0, 4));
      if (!this.calendar.years.has(year)) return { known: false, reason: 'calendar_year_unknown', year };
      return { known: true, hours: this.calendar.week[weekdayOf(number)] };
    });
  }

  /** The moments of a day that {@link kind} says is worked. */
  workingDay(number: number): WorkingDay {
    return remember(this.working, number, () => {
      const kind = this.kind(number);
      if (!kind.known || kind.hours.length === 0)
        throw new RangeError(`${dayText(number)} is no working day`);
      const spans = kind.hours.map(
        ({ from, to }) => [this.clock(number, from), this.clock(number, to)] as const,
      );
      return {
        spans,
        workingMs: spans.reduce((sum, [from, to]) => sum + to - from, 0),
        end: spans.at(-1)![1],
        cutoff: this.clock(number, this.calendar.sameDayCutoff),
      };
    });
  }

  /** What is listed for a day, if anything. */
  listed(number: number): SpecialDay | undefined {
    return this.special.get(number);
  }

  private clock(number: number, time: string): number {
    const plainTime = Temporal.PlainTime.from(time);
    const { zone: timeZone } = this.calendar;
    return Temporal.PlainDate.from(dayText(number)).toZonedDateTime({ timeZone, plainTime })
      .epochMilliseconds;
  }
}

function remember<T>(known: Map<number, T>, number: number, make: () => T): T {
  let value = known.get(number);
  if (value === undefined) {
    if (known.size >= MOST_DAYS) known.clear();
    known.set(number, (value = make()));
  }
  return value;
}

function checkWeek({ week, sameDayCutoff, zone }: WorkingCalendar): void {
  const clock = /^([01]\d|2[0-3]):[0-5]\d$/;
  if (!clock.test(sameDayCutoff)) throw broken('sameDayCutoff', 'a time as HH:MM', sameDayCutoff);
  let hours = 0;
  for (const day of [1, 2, 3, 4, 5, 6, 7] as const) {
    let last = '';
    for (const { from, to } of week[day]) {
      if (!clock.test(from) || !clock.test(to) || from >= to || from < last)
        throw broken(`week[${day}]`, 'times as HH:MM in order', `${from}–${to}`);
      last = to;
      hours++;
    }
  }
  if (hours === 0) throw broken('week', 'some office hours', []);
  try {
    Temporal.PlainDate.from('2019-01-01').toZonedDateTime({ timeZone: zone });
  } catch (cause) {
    throw new DomainError('calendar_not_understood', { field: 'zone', params: { found: zone }, cause });
  }
}
