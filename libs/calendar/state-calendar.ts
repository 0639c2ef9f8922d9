import type { CalendarYear, ListedDay } from './types.js';
import { broken, listedDays } from './working-calendar.js';

const LISTS = ['off', 'makeup_working', 'adjacent_off'];

/**
 * Reads the form of `data/state-calendar.json`: `{ "2019": { "off": [[day, why, certainty]…], "makeup_working": […],
 * "adjacent_off": […] } }`. An adjacent day off belongs to the year before or after, whose own list may be unknown; it is
 * kept with the year whose decision named it. Throws DomainError `calendar_not_understood` with the place and what was
 * expected: a misspelt list is refused, because ignoring it would give wrong dates in silence.
 */
export function parseStateCalendar(json: unknown): Map<number, CalendarYear> {
  const years = new Map<number, CalendarYear>();
  for (const [key, body] of Object.entries(object(json, 'the calendar'))) {
    if (key === 'note') continue;
    if (!/^(19|2\d)\d\d$/.test(key)) throw broken(key, 'a year', key);
    years.set(Number(key), parseYear(key, object(body, key)));
  }
  if (years.size === 0) throw broken('the calendar', 'at least one year', json);
  listedDays(years);
  return years;
}

function parseYear(year: string, body: Record<string, unknown>): CalendarYear {
  const strange = Object.keys(body).find((key) => !LISTS.includes(key));
  if (strange !== undefined) throw broken(`${year}.${strange}`, LISTS.join(', '), strange);
  const off = list(body.off, `${year}.off`, (day) => day.startsWith(`${year}-`));
  if (off.length === 0) throw broken(`${year}.off`, 'the days off of the year', []);
  const adjacent = list(
    body.adjacent_off ?? [],
    `${year}.adjacent_off`,
    (day) => !day.startsWith(`${year}-`),
  );
  const makeUp = list(body.makeup_working ?? [], `${year}.makeup_working`, (day) =>
    day.startsWith(`${year}-`),
  );
  return { off: [...adjacent, ...off], makeUp };
}

function list(value: unknown, field: string, belongs: (day: string) => boolean): ListedDay[] {
  if (!Array.isArray(value)) throw broken(field, 'a list', value);
  const seen = new Set<string>();
  return value.map((row: unknown, i) => {
    const at = `${field}[${i}]`;
    if (!Array.isArray(row) || row.length !== 3) throw broken(at, '[day, why, certainty]', row);
    const [day, why, certainty] = row.map((part: unknown) => {
      if (typeof part === 'string' && part !== '' && part.length <= 200) return part;
      throw broken(at, 'texts', part);
    }) as [string, string, string];
    if (!belongs(day))
      throw broken(at, 'a day under its own year, or an adjacent one under adjacent_off', day);
    if (seen.has(day)) throw broken(at, 'each day once', day);
    seen.add(day);
    return { day, why, certainty };
  });
}

function object(value: unknown, field: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw broken(field, 'an object', value);
}
