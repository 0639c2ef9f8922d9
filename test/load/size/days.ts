import { localDay, startOfDay, type WorkingCalendar } from '#libs/calendar';
import { fromMillis, toMillis } from '#libs/kernel';
import { OfficeTime } from '../../../apps/cli/demo/office-time.js';
import type { SizePlan } from './plan.js';

/** One day with the dossiers filed on it, by their numbers: from `first` up to, not including, `end`. */
export interface FilingDay {
  day: string;
  startMs: number;
  /** null when offices are closed: only the portal takes dossiers then */
  office: { before: number; minutes: number } | null;
  first: number;
  end: number;
}

const DAY_MS = 86_400_000;
/** Heavier Mondays; what comes over the portal on a day off. */
const WEEKDAY = [1, 1.15, 1.05, 1, 0.97, 0.9, 0.7];
const CLOSED = 0.06;
/** Lives go on after the last filing until they are cut off: the office needs days beyond. */
const BEYOND = '2027-01-01';

/** The days of a plan, with its dossiers spread over them. */
export function filingDays(
  plan: SizePlan,
  calendar: WorkingCalendar,
): { office: OfficeTime; days: FilingDay[] } {
  const office = new OfficeTime(calendar, plan.from, BEYOND);
  const open = new Map(office.days.map((day) => [day.day, day]));
  const end = toMillis(startOfDay(calendar, plan.until));
  const starts: number[] = [];
  for (let ms = toMillis(startOfDay(calendar, plan.from)); ms < end; ms += DAY_MS) starts.push(ms);
  const weights = starts.map((ms) => {
    const day = open.get(localDay(calendar, fromMillis(ms)));
    return day ? WEEKDAY[day.weekday]! : CLOSED;
  });
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let before = 0;
  let first = 0;
  const days = starts.map((startMs, at): FilingDay => {
    before += weights[at]!;
    const until = Math.round((plan.dossiers * before) / total);
    const day = localDay(calendar, fromMillis(startMs));
    const own = { day, startMs, office: open.get(day) ?? null, first, end: until };
    first = until;
    return own;
  });
  return { office, days };
}
