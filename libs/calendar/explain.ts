import type { Days } from './days.js';
import { MINUTE_MS } from './moment.js';
import { weekdayOf } from './working-calendar.js';

const WEEKDAYS = ['', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

export const RECEIPT = 'day of receipt: not counted';
export const TOO_LATE = 'day of receipt: received too late for the same day';
export const AFTER_HOURS = 'day of receipt: received after office hours';
export const MOVED = 'the last day was not a working day: the limit ends here';

/** Why nobody works on a day: the holiday with its name and certainty, or the weekend. */
export function notWorked(days: Days, day: number): string {
  const listed = days.listed(day);
  if (listed) return `holiday: ${listed.why} (certainty ${listed.certainty})`;
  const weekday = weekdayOf(day);
  return `${weekday >= 6 ? 'weekend' : 'no office hours'}: ${WEEKDAYS[weekday]}`;
}

/** The place of a day in the count of working days, and that it is a make-up day. */
export function working(days: Days, day: number, nth: number, fraction = 0): string {
  return `working day ${nth}${share(fraction)}${makeUp(days, day)}`;
}

/** The place of a day in the count of calendar days; on the last one, why it cannot end there. */
export function running(days: Days, day: number, nth: number, of: number, fraction: number): string {
  const kind = days.kind(day);
  const off = nth === of && kind.known && kind.hours.length === 0;
  return `calendar day ${nth} of ${of}${share(fraction)}${off ? `, the last one; ${notWorked(days, day)}` : ''}`;
}

/** How much of a day a limit in hours used. */
export function hours(days: Days, day: number, usedMs: number, receivedMs: number): string {
  const kind = days.kind(day);
  if (kind.known && kind.hours.length === 0) return notWorked(days, day);
  if (usedMs > 0) return `${Number((usedMs / MINUTE_MS).toFixed(2))} working minutes${makeUp(days, day)}`;
  return days.at(receivedMs) === day ? AFTER_HOURS : 'no working minute needed';
}

function share(fraction: number): string {
  return fraction === 0 ? '' : `, ${Number((fraction * 100).toFixed(2))} % of its working minutes`;
}

function makeUp(days: Days, day: number): string {
  const listed = days.listed(day);
  return listed?.kind === 'makeUp' ? `, make-up day: ${listed.why} (certainty ${listed.certainty})` : '';
}
