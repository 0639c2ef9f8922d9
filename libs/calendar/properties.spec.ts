import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { dueAtOnly, dueMoment } from './due.js';
import { isWorkingDay, localDay, startOfDay, timing, workingDayBefore } from './local.js';
import { parseStateCalendar } from './state-calendar.js';
import type { Limit, WorkingCalendar } from './types.js';
import { defaultCalendar } from './working-calendar.js';
import { addWorkingMinutes, workingMinutesBetween } from './working-time.js';

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;
const file = new URL('../../../data/state-calendar.json', import.meta.url);
const json = JSON.parse(readFileSync(file, 'utf8')) as Record<
  string,
  Record<string, [string, string, string][]>
>;
const state = defaultCalendar(parseStateCalendar(json));

/**
 * The slow and plain way, sharing no code with the room: the raw file, a zone that has been seven hours ahead since 1975,
 * and one minute after another.
 */
const listed = (name: string) =>
  new Set(Object.values(json).flatMap((year) => (year[name] ?? []).map(([day]) => day)));
const off = new Set([...listed('off'), ...listed('adjacent_off')]);
const makeUp = listed('makeup_working');
const local = (ms: number) => new Date(ms + 7 * 60 * MINUTE);
const dayOf = (ms: number) => local(ms).toISOString().slice(0, 10);
const midnight = (ms: number) => Math.floor((ms + 7 * 60 * MINUTE) / DAY) * DAY - 7 * 60 * MINUTE;
const worked = (day: string) => {
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
  return makeUp.has(day) || (weekday > 0 && weekday < 6 && !off.has(day));
};
/** Whether the minute that begins here is worked. */
function working(ms: number): boolean {
  const minute = local(ms).getUTCHours() * 60 + local(ms).getUTCMinutes();
  return ((minute >= 420 && minute < 690) || (minute >= 810 && minute < 1020)) && worked(dayOf(ms));
}

/** The end of the n-th working minute from here on. */
function walk(from: number, minutes: number): number {
  let left = minutes;
  for (let ms = from; ; ms += MINUTE) if (working(ms) && --left === 0) return ms + MINUTE;
}

function oracle(received: number, { value, unit }: Limit): number {
  if (unit === 'hour') return walk(received, value * 60);
  let day = midnight(received);
  const next = () => (day += DAY);
  const share = value % 1 === 0 ? 480 : Math.round((value % 1) * 480);
  if (unit === 'working_day' && value === 0) {
    if (worked(dayOf(day)) && received - day > 15 * 60 * MINUTE) next();
    while (!worked(dayOf(day))) next();
    return walk(day, 480);
  }
  if (unit === 'working_day') {
    for (let left = Math.ceil(value); left > 0;) if (worked(dayOf(next()))) left--;
    return walk(day, share);
  }
  if (unit === 'calendar_day') for (let left = Math.ceil(value); left > 0; left--) next();
  else {
    const start = local(received);
    const [y, m, d] = [start.getUTCFullYear(), start.getUTCMonth() + value, start.getUTCDate()];
    const last = new Date(Date.UTC(y, m + 1, 0)).getUTCDate();
    day = Date.UTC(y, m, Math.min(d, last)) - 7 * 60 * MINUTE;
  }
  const wholeDaysMove = value % 1 !== 0 && !worked(dayOf(day - DAY));
  if (worked(dayOf(day))) return walk(day, wholeDaysMove ? 480 : share);
  while (!worked(dayOf(day))) next();
  return walk(day, 480);
}

// From 2024 on the calendar knows three years in a row: no limit below leaves them.
const moment = fc.oneof(
  fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2026, 5, 1) }),
  fc.integer({ min: Date.UTC(2019, 0, 1), max: Date.UTC(2019, 6, 1) }),
);
const onTheMinute = moment.map((ms) => Math.floor(ms / MINUTE) * MINUTE);
const quarters = (max: number) => fc.integer({ min: 1, max: max * 4 }).map((n) => n / 4);
const limit: fc.Arbitrary<Limit> = fc.oneof(
  fc.record({ value: fc.oneof(fc.constant(0), quarters(40)), unit: fc.constant('working_day' as const) }),
  fc.record({ value: quarters(60), unit: fc.constant('calendar_day' as const) }),
  fc.record({ value: quarters(60), unit: fc.constant('hour' as const) }),
  fc.record({ value: fc.integer({ min: 1, max: 4 }), unit: fc.constant('month' as const) }),
);
const iso = (ms: number) => new Date(ms).toISOString();

function dueMs(ms: number, of: Limit, calendar: WorkingCalendar = state): number {
  const due = dueAtOnly(calendar, iso(ms), of);
  assert.ok(due.known);
  return Date.parse(due.dueAt);
}

describe('for any moment of receipt and any limit', () => {
  it('the due moment is the one that walking minute by minute finds', () => {
    fc.assert(
      fc.property(onTheMinute, limit, (ms, of) => assert.equal(iso(dueMs(ms, of)), iso(oracle(ms, of)))),
      { numRuns: 500 },
    );
  });

  it('the explained moment and the quick one are the same, and the days run from receipt to due without a gap', () => {
    fc.assert(
      fc.property(moment, limit, (ms, of) => {
        const explained = dueMoment(state, iso(ms), of);
        assert.ok(explained.known);
        assert.equal(explained.dueAt, iso(dueMs(ms, of)));
        const dates = explained.days.map(({ date }) => date);
        assert.equal(dates[0], dayOf(ms));
        assert.equal(dates.at(-1), dayOf(Date.parse(explained.dueAt)));
        for (let i = 1; i < dates.length; i++)
          assert.equal(Date.parse(dates[i]!) - Date.parse(dates[i - 1]!), DAY, dates[i]);
        if (of.unit === 'working_day')
          assert.equal(explained.days.filter(({ counted }) => counted).length, Math.ceil(of.value) || 1);
      }),
    );
  });

  it('the due moment lies in working time, after receipt', () => {
    fc.assert(
      fc.property(moment, limit, (ms, of) => {
        const due = dueMs(ms, of);
        assert.ok(due > ms);
        assert.ok(working(due - 1), iso(due));
        assert.equal(timing(state, iso(due), iso(due)), 'on');
        assert.notEqual(timing(state, iso(ms), iso(due)), 'overdue');
      }),
    );
  });

  it('what is received later is not due earlier', () => {
    fc.assert(
      fc.property(moment, fc.integer({ min: 0, max: 10 * DAY }), limit, (ms, more, of) =>
        assert.ok(dueMs(ms, of) <= dueMs(ms + more, of)),
      ),
    );
  });

  it('a longer limit is not due earlier (the same day after 15:00 aside, which is a rule of its own)', () => {
    fc.assert(
      fc.property(moment, limit, fc.integer({ min: 0, max: 40 }), (ms, of, more) => {
        fc.pre(of.value > 0);
        const longer = { ...of, value: of.value + (of.unit === 'month' ? more : more / 4) };
        fc.pre(of.unit !== 'month' || longer.value <= 5);
        assert.ok(dueMs(ms, of) <= dueMs(ms, longer));
      }),
    );
    fc.assert(
      fc.property(moment, (ms) =>
        assert.ok(
          dueMs(ms, { value: 0, unit: 'working_day' }) <= dueMs(ms, { value: 1, unit: 'working_day' }),
        ),
      ),
    );
  });

  it('15:00 changes a same-day limit only', () => {
    const day = onTheMinute.map((ms) => midnight(ms)).filter((ms) => worked(dayOf(ms)));
    fc.assert(
      fc.property(day, limit, (ms, of) => {
        fc.pre(of.unit !== 'hour');
        const moved = dueMs(ms + 15 * 60 * MINUTE, of) !== dueMs(ms + 15 * 60 * MINUTE + 1, of);
        assert.equal(moved, of.value === 0);
      }),
    );
  });
});

describe('working time', () => {
  const minutes = fc.oneof(
    fc.integer({ min: 0, max: 20_000 }),
    fc.integer({ min: 0, max: 9e8 }).map((ms) => ms / MINUTE),
  );

  it('that is added is the working time between, to the millisecond', () => {
    fc.assert(
      fc.property(moment, minutes, (ms, add) => {
        const later = addWorkingMinutes(state, iso(ms), add);
        assert.ok(later.known);
        const between = workingMinutesBetween(state, iso(ms), later.at);
        assert.equal(Math.round((between as number) * MINUTE), Math.round(add * MINUTE));
        if (add > 0)
          assert.ok(working(Date.parse(later.at) - 1), 'and it ends in working time, never after lunch');
      }),
    );
  });

  it('that is left at a pause brings the same due moment when nothing was waited for', () => {
    fc.assert(
      fc.property(moment, limit, fc.nat(), (ms, of, some) => {
        const due = dueMs(ms, of);
        const paused = iso(ms + (some % (due - ms)));
        const left = workingMinutesBetween(state, paused, iso(due));
        assert.deepEqual(addWorkingMinutes(state, paused, left as number), { known: true, at: iso(due) });
      }),
    );
  });

  it('adds up, and is negative backwards', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2026, 11, 31) }), {
          minLength: 3,
          maxLength: 3,
        }),
        (at) => {
          const [a, b, c] = at.sort((x, y) => x - y).map(iso) as [string, string, string];
          const between = (x: string, y: string) =>
            Math.round((workingMinutesBetween(state, x, y) as number) * MINUTE);
          assert.equal(between(a, b) + between(b, c), between(a, c));
          assert.equal(between(c, a) + between(a, c), 0);
        },
      ),
    );
  });

  it('between two moments is what counting minute by minute finds', () => {
    fc.assert(
      fc.property(onTheMinute, fc.integer({ min: 0, max: 20_000 }), (ms, span) => {
        let count = 0;
        for (let at = ms; at < ms + span * MINUTE; at += MINUTE) if (working(at)) count++;
        assert.equal(workingMinutesBetween(state, iso(ms), iso(ms + span * MINUTE)), count);
      }),
    );
  });
});

describe('for any day', () => {
  it('the first moment is that day, and the millisecond before it another', () => {
    fc.assert(
      fc.property(
        moment,
        fc.constantFrom('Asia/Ho_Chi_Minh', 'America/New_York', 'Pacific/Apia', 'Asia/Kathmandu'),
        (ms, zone) => {
          const calendar = { ...state, zone };
          const day = localDay(calendar, iso(ms));
          const start = startOfDay(calendar, day);
          assert.ok(start <= iso(ms));
          assert.equal(localDay(calendar, start), day);
          assert.notEqual(localDay(calendar, iso(Date.parse(start) - 1)), day);
          const format = new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' });
          assert.equal(day, format.format(new Date(ms)));
        },
      ),
    );
  });

  it('the working day before is the nearest earlier one, at the same time of day', () => {
    fc.assert(
      fc.property(moment, (ms) => {
        let earlier = ms - DAY;
        while (!worked(dayOf(earlier))) earlier -= DAY;
        fc.pre(state.years.has(local(earlier).getUTCFullYear()));
        assert.equal(workingDayBefore(state, iso(ms)), iso(earlier));
      }),
      { numRuns: 1000 },
    );
  });

  it('there is no working day before where the calendar knows none', () => {
    const years = [...state.years.keys()].sort();
    assert.equal(workingDayBefore(state, `${years[0]! - 1}-06-05T03:00:00.000Z`), null);
    assert.throws(() => workingDayBefore(state, 'yesterday'), /moment_not_understood/);
  });

  it('it is worked when the list or the weekday says so', () => {
    fc.assert(
      fc.property(moment, (ms) => assert.equal(isWorkingDay(state, dayOf(ms)), worked(dayOf(ms)))),
      { numRuns: 1000 },
    );
  });
});
