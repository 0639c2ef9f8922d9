import { isWorkingDay, localDay, startOfDay, type WorkingCalendar } from '#libs/calendar';
import { fromMillis, toMillis } from '#libs/kernel';

interface OpenHours {
  fromMs: number;
  minutes: number;
}

/** One day on which offices are open. */
export interface OfficeDay {
  day: string;
  weekday: number;
  /** open minutes of all the days before it */
  before: number;
  minutes: number;
  hours: OpenHours[];
  /** days closed just before it */
  closedBefore: number;
}

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/**
 * Office time as one line of minutes on which nights, lunch breaks and holidays do not exist: "two hours of work later" is
 * a plain sum there. Built from the same calendar that the deadlines use.
 */
export class OfficeTime {
  readonly days: OfficeDay[] = [];
  readonly total: number;
  private readonly byDay = new Map<string, number>();

  /** Covers the days from `from` up to, not including, `until`. */
  constructor(
    private readonly calendar: WorkingCalendar,
    from: string,
    until: string,
  ) {
    let before = 0;
    let closedBefore = 0;
    const end = toMillis(startOfDay(calendar, until));
    for (let ms = toMillis(startOfDay(calendar, from)); ms < end; ms += DAY_MS) {
      const day = localDay(calendar, fromMillis(ms));
      if (isWorkingDay(calendar, day) !== true) {
        closedBefore += 1;
        continue;
      }
      const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
      const hours = this.openHours(weekday, ms);
      const minutes = hours.reduce((sum, part) => sum + part.minutes, 0);
      this.byDay.set(day, this.days.length);
      this.days.push({ day, weekday, before, minutes, hours, closedBefore });
      before += minutes;
      closedBefore = 0;
    }
    this.total = before;
  }

  /** A make-up Saturday has the hours of a Monday. */
  private openHours(weekday: number, midnight: number): OpenHours[] {
    const { week } = this.calendar;
    const own = week[(weekday === 0 ? 7 : weekday) as 1];
    return (own.length > 0 ? own : week[1]).map(({ from, to }) => ({
      fromMs: midnight + minuteOf(from) * MINUTE_MS,
      minutes: minuteOf(to) - minuteOf(from),
    }));
  }

  /** Index of the first office day on or after a local day. */
  indexOf(day: string): number {
    const known = this.byDay.get(day);
    if (known !== undefined) return known;
    const at = this.days.findIndex((one) => one.day > day);
    return at === -1 ? this.days.length : at;
  }

  /** Index of the office day that a point of office time falls in. */
  dayAt(t: number): number {
    let low = 0;
    let high = this.days.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.days[middle]!.before <= t) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** Closing time of the day that `t` falls in, on the line. */
  closing(t: number): number {
    const day = this.days[this.dayAt(t)]!;
    return day.before + day.minutes;
  }

  /** The moment, in milliseconds since 1970. */
  toMillis(t: number): number {
    const day = this.days[this.dayAt(t)]!;
    let left = t - day.before;
    for (const part of day.hours) {
      if (left < part.minutes) return Math.round(part.fromMs + left * MINUTE_MS);
      left -= part.minutes;
    }
    const last = day.hours.at(-1)!;
    return Math.round(last.fromMs + (last.minutes + left) * MINUTE_MS);
  }

  /** Open minutes that have passed by a moment. Moments after the last day stand at its end. */
  fromMillis(ms: number): number {
    let low = 0;
    let high = this.days.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.days[middle]!.hours[0]!.fromMs <= ms) low = middle;
      else high = middle - 1;
    }
    const day = this.days[low]!;
    let t = day.before;
    for (const part of day.hours) t += Math.min(Math.max((ms - part.fromMs) / MINUTE_MS, 0), part.minutes);
    return t;
  }
}

function minuteOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
}
