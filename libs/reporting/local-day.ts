import type { Instant } from '#libs/kernel';
import type { Day } from './periods.js';

const formatter = new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Ho_Chi_Minh', dateStyle: 'short' });
const known = new Map<string, Day>();
const MOST_KNOWN = 50_000;

/**
 * The day in Asia/Ho_Chi_Minh on which a moment falls. Asks the time zone data of the JavaScript engine, where the cells
 * ask PostgreSQL's. Remembered by the hour: the zone has been whole hours from UTC since 1911.
 */
export function localDay(at: Instant): Day {
  const hour = at.slice(0, 13);
  let day = known.get(hour);
  if (day === undefined) {
    if (known.size >= MOST_KNOWN) known.clear();
    day = formatter.format(new Date(at));
    known.set(hour, day);
  }
  return day;
}
