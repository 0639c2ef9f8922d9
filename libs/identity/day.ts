import { type Instant, toMillis } from '#libs/kernel';
import type { Day } from '#libs/organization';

const formatter = new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Ho_Chi_Minh', dateStyle: 'short' });

/** The day in Asia/Ho_Chi_Minh on which a moment falls: positions and delegations hold by days. */
export function dayOf(at: Instant): Day {
  return formatter.format(toMillis(at));
}

/** Whether a text is a day of the calendar, `YYYY-MM-DD`. */
export function isDay(text: string): boolean {
  const ms = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text);
}
