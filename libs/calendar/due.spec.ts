import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { parse } from 'csv-parse/sync';
import { dueAtOnly, dueMoment } from './due.js';
import { parseLimit } from './limit.js';
import { localDay, startOfDay, timing, toLocalTime } from './local.js';
import { parseStateCalendar } from './state-calendar.js';
import type { WorkingCalendar } from './types.js';
import { defaultCalendar } from './working-calendar.js';

const file = new URL('../../../data/state-calendar.json', import.meta.url);
const state = defaultCalendar(parseStateCalendar(JSON.parse(readFileSync(file, 'utf8'))));
/** An office that opens on Saturday mornings too. */
const saturdays: WorkingCalendar = { ...state, week: { ...state.week, 6: [{ from: '07:00', to: '11:00' }] } };

/** The due moment on the office's clock, to the minute; both ways of asking must agree. */
function due(received: string, limit: string, calendar = state): string {
  const at = new Date(`${received}:00+07:00`).toISOString();
  const explained = dueMoment(calendar, at, parseLimit(limit));
  const quick = explained.known ? { known: true, dueAt: explained.dueAt } : explained;
  assert.deepEqual(dueAtOnly(calendar, at, parseLimit(limit)), quick);
  return explained.known ? toLocalTime(calendar, explained.dueAt).slice(0, 16) : `unknown ${explained.year}`;
}

describe('a due moment', () => {
  const expected: [string, string, string, string][] = [
    // working days
    [
      '2026-04-24T10:00',
      '5 working_day',
      '2026-05-06T17:00',
      'passes Hùng Kings, 30 April, 1 May and two weekends',
    ],
    ['2019-03-15T10:00', '1 working_day', '2019-03-18T17:00', 'of one day from a Friday is the Monday'],
    ['2019-03-15T23:59', '1 working_day', '2019-03-18T17:00', 'does not look at the hour of receipt'],
    [
      '2019-03-16T10:00',
      '1 working_day',
      '2019-03-18T17:00',
      'from a Saturday is the Monday: that is the first day counted',
    ],
    [
      '2019-03-15T10:00',
      '2.5 working_day',
      '2019-03-20T11:00',
      'gives half of the third day: 240 of 480 minutes, at 11:00',
    ],
    ['2019-03-18T10:00', '6.25 working_day', '2019-03-27T09:00', 'gives a quarter of the seventh day'],
    ['2019-03-18T10:00', '4.75 working_day', '2019-03-25T15:00', 'skips the lunch break of the last day'],
    [
      '2019-03-18T10:00',
      '1.5625 working_day',
      '2019-03-20T11:30',
      'ends with the morning and not after lunch',
    ],
    ['2019-03-18T10:00', '0.5 working_day', '2019-03-19T11:00', 'of half a day is on the next working day'],
    [
      '2019-03-18T10:00',
      '1.00001 working_day',
      '2019-03-20T07:01',
      'gives at least a minute of the last day',
    ],
    // the same day
    ['2019-03-18T10:00', '0 working_day', '2019-03-18T17:00', 'is the same day before 15:00'],
    ['2019-03-18T15:00', '0 working_day', '2019-03-18T17:00', 'is the same day at 15:00 itself'],
    ['2019-03-18T15:01', '0 working_day', '2019-03-19T17:00', 'is the next working day after 15:00'],
    ['2019-03-15T16:00', '0 working_day', '2019-03-18T17:00', 'is the Monday after a late Friday'],
    [
      '2019-03-16T16:00',
      '0 working_day',
      '2019-03-18T17:00',
      'is the Monday for a late Saturday, and not the Tuesday',
    ],
    ['2019-03-18T05:00', '0 working_day', '2019-03-18T17:00', 'is the same day before opening'],
    ['2019-04-26T15:30', '0 working_day', '2019-05-02T17:00', 'passes the days off of a late receipt'],
    // calendar days
    [
      '2019-03-18T16:00',
      '1 calendar_day',
      '2019-03-19T17:00',
      'in calendar days does not count the day of receipt',
    ],
    ['2019-03-13T10:00', '3 calendar_day', '2019-03-18T17:00', 'on a Saturday moves to the Monday'],
    ['2019-04-26T10:00', '3 calendar_day', '2019-05-02T17:00', 'on a day off moves over all days off'],
    [
      '2019-04-26T10:00',
      '6 calendar_day',
      '2019-05-02T17:00',
      'on a working day stays, whatever lay between',
    ],
    ['2019-03-18T10:00', '1.5 calendar_day', '2019-03-20T11:00', 'in calendar days may end within a day'],
    [
      '2019-03-13T10:00',
      '2.5 calendar_day',
      '2019-03-18T17:00',
      'that moves takes the whole day it moved to',
    ],
    [
      '2019-06-01T10:00',
      '1800 calendar_day',
      '2024-05-06T17:00',
      'needs the last day only: 2020 to 2023 are unknown',
    ],
    // months
    ['2019-03-18T10:00', '1 month', '2019-04-18T17:00', 'in months has the same number'],
    ['2019-01-31T10:00', '1 month', '2019-02-28T17:00', 'in months is the last day of a shorter month'],
    ['2024-01-31T10:00', '1 month', '2024-02-29T17:00', 'in months knows leap years'],
    ['2019-03-15T10:00', '3 month', '2019-06-17T17:00', 'in months moves off a Saturday'],
    ['2025-01-31T10:00', '12 month', '2026-02-02T17:00', 'in months crosses the year and a weekend'],
    // hours
    ['2019-03-18T10:00', '1 hour', '2019-03-18T11:00', 'in hours ends at its hour'],
    ['2019-03-18T11:00', '1 hour', '2019-03-18T14:00', 'in hours stops over lunch'],
    [
      '2019-03-18T10:00',
      '1.5 hour',
      '2019-03-18T11:30',
      'in hours ends at the start of lunch and not after it',
    ],
    ['2019-03-18T12:00', '1 hour', '2019-03-18T14:30', 'received at lunch begins after it'],
    ['2019-03-18T05:00', '1 hour', '2019-03-18T08:00', 'received before opening begins at opening'],
    [
      '2019-03-15T20:00',
      '2 hour',
      '2019-03-18T09:00',
      'received in the evening begins the next working morning',
    ],
    ['2019-03-17T09:00', '8 hour', '2019-03-18T17:00', 'received on a Sunday takes the Monday'],
    ['2019-03-18T16:00', '8 hour', '2019-03-19T16:00', 'in hours goes on the next day'],
    ['2019-03-18T15:30', '1 hour', '2019-03-18T16:30', 'in hours does not look at 15:00'],
    // what is not known
    ['2026-12-24T10:00', '10 working_day', 'unknown 2027', 'that needs 2027 is unknown'],
    ['2026-12-31T10:00', '0 working_day', '2026-12-31T17:00', 'that needs no other year is known'],
    ['2026-12-31T16:00', '0 working_day', 'unknown 2027', 'of a late same day may need the next year'],
    ['2026-12-31T16:30', '1 hour', 'unknown 2027', 'in hours may need the next year'],
    [
      '2026-12-01T10:00',
      '31 calendar_day',
      'unknown 2027',
      'in calendar days needs the last day to be known',
    ],
    [
      '2026-12-01T10:00',
      '30 calendar_day',
      '2026-12-31T17:00',
      'in calendar days may end with the last known day',
    ],
    ['2026-12-15T10:00', '1 month', 'unknown 2027', 'in months needs the last day to be known'],
    ['2020-05-05T10:00', '5 working_day', 'unknown 2020', 'of an unknown year is unknown'],
    [
      '2019-12-31T10:00',
      '2500 working_day',
      'unknown 2020',
      'that is far away is unknown by the first missing year',
    ],
  ];
  for (const [received, limit, moment, name] of expected)
    it(`${name} (${received}, ${limit})`, () => assert.equal(due(received, limit), moment));

  it('follows the hours of an office that opens on Saturday mornings', () => {
    assert.equal(due('2019-03-15T10:00', '1 working_day', saturdays), '2019-03-16T11:00');
    assert.equal(due('2019-03-15T10:00', '0.5 working_day', saturdays), '2019-03-16T09:00');
    assert.equal(due('2019-03-16T10:00', '0 working_day', saturdays), '2019-03-16T11:00');
    assert.equal(due('2019-03-16T12:00', '0 working_day', saturdays), '2019-03-18T17:00');
    assert.equal(due('2019-03-13T10:00', '3 calendar_day', saturdays), '2019-03-16T11:00');
    assert.equal(
      due('2019-05-03T10:00', '1 working_day', saturdays),
      '2019-05-04T17:00',
      'a make-up day is whole',
    );
  });

  it('is unknown for 195 of the 1,995 procedures on 23 November 2026: they reach into 2027', () => {
    const catalogue = readFileSync(new URL('../../../data/catalogue-1995.csv', import.meta.url));
    const rows = parse<{ limit_value: string; limit_unit: string }>(catalogue, { columns: true });
    const dues = rows.map((row) => due('2026-11-23T10:00', `${row.limit_value} ${row.limit_unit}`));
    assert.equal(dues.length, 1995);
    assert.equal(dues.filter((moment) => moment === 'unknown 2027').length, 195);
    assert.equal(dues.filter((moment) => moment.startsWith('unknown')).length, 195);
  });

  it('is right to the second for hours received within a minute', () => {
    const hour = dueAtOnly(state, '2019-03-18T03:00:00.250Z', { value: 1, unit: 'hour' });
    assert.deepEqual(hour, { known: true, dueAt: '2019-03-18T04:00:00.250Z' });
  });

  it('is the same however the moment of receipt is written', () => {
    const limit = parseLimit('5 working_day');
    const same = [
      '2026-04-24T03:00:00.000Z',
      '2026-04-24T03:00:00Z',
      '2026-04-24T10:00+07:00',
      '2026-04-23T20:00-07:00',
    ];
    for (const at of same) assert.deepEqual(dueAtOnly(state, at, limit), dueAtOnly(state, same[0]!, limit));
  });

  it('follows the clock of another zone through a change to summer time', () => {
    const years = new Map([[2024, { off: [], makeUp: [] }]]);
    const berlin: WorkingCalendar = { ...defaultCalendar(years), code: 'berlin', zone: 'Europe/Berlin' };
    const at = '2024-03-29T14:00:00.000Z';
    assert.deepEqual(dueAtOnly(berlin, at, { value: 2, unit: 'hour' }), {
      known: true,
      dueAt: '2024-03-29T16:00:00.000Z',
    });
    assert.deepEqual(dueAtOnly(berlin, at, { value: 3, unit: 'hour' }), {
      known: true,
      dueAt: '2024-04-01T06:00:00.000Z',
    });
    assert.equal(startOfDay(berlin, '2024-03-31'), '2024-03-30T23:00:00.000Z');
    assert.equal(startOfDay(berlin, '2024-04-01'), '2024-03-31T22:00:00.000Z');
    assert.equal(localDay(berlin, '2024-03-31T21:59:59.999Z'), '2024-03-31');
  });
});

describe('an explanation', () => {
  it('says of every day from receipt to due why it counts or not', () => {
    const explained = dueMoment(state, '2026-04-24T03:00:00.000Z', parseLimit('5 working_day'));
    assert.ok(explained.known);
    assert.deepEqual(
      explained.days.map(({ date, counted, why }) => `${date.slice(5)} ${counted ? '+' : '-'} ${why}`),
      [
        '04-24 - day of receipt: not counted',
        '04-25 - weekend: Saturday',
        '04-26 - weekend: Sunday',
        '04-27 - holiday: Giỗ Tổ (nghỉ bù, CN 26/4) (certainty A)',
        '04-28 + working day 1',
        '04-29 + working day 2',
        '04-30 - holiday: Ngày Chiến thắng (certainty A)',
        '05-01 - holiday: Quốc tế Lao động (certainty A)',
        '05-02 - weekend: Saturday',
        '05-03 - weekend: Sunday',
        '05-04 + working day 3',
        '05-05 + working day 4',
        '05-06 + working day 5',
      ],
    );
  });

  const lastLines: [string, string, string][] = [
    ['2019-05-03T10:00', '1 working_day', 'working day 1, make-up day: bù cho T2 29/4 (certainty A)'],
    ['2019-03-18T10:00', '1.5 working_day', 'working day 2, 50 % of its working minutes'],
    ['2019-03-18T10:00', '0 working_day', 'day of receipt: due the same day'],
    ['2019-03-18T10:00', '1.5 hour', '90 working minutes'],
    ['2019-03-18T10:00', '2 calendar_day', 'calendar day 2 of 2'],
    ['2019-03-13T10:00', '3 calendar_day', 'the last day was not a working day: the limit ends here'],
  ];
  for (const [received, limit, why] of lastLines)
    it(`ends with "${why}" for ${limit} from ${received}`, () => {
      const explained = dueMoment(state, `${received}:00+07:00`, parseLimit(limit));
      assert.equal(explained.known && explained.days.at(-1)!.why, why);
    });

  it('names the day off on which a limit in calendar days cannot end', () => {
    const explained = dueMoment(state, '2019-04-26T03:00:00.000Z', parseLimit('3 calendar_day'));
    assert.equal(
      explained.known && explained.days[3]!.why,
      'calendar day 3 of 3, the last one; holiday: Hoán đổi với T7 04/05 (certainty A)',
    );
  });
});

describe('the timing of a result', () => {
  const dueAt = '2019-03-18T10:00:00.000Z';
  const cases: [string, string][] = [
    ['2019-03-15T09:59:00.000Z', 'before'],
    ['2019-03-17T16:59:59.999Z', 'before'],
    ['2019-03-17T17:00:00.000Z', 'on'],
    ['2019-03-18T10:00:00.000Z', 'on'],
    ['2019-03-18T10:00:00.001Z', 'overdue'],
    ['2019-03-19T01:00:00.000Z', 'overdue'],
  ];
  for (const [at, expected] of cases)
    it(`is ${expected} at ${at}`, () => assert.equal(timing(state, at, dueAt), expected));

  it('needs no year known', () => {
    assert.equal(timing(state, '2021-03-15T00:00:00.000Z', '2021-03-16T10:00:00.000Z'), 'before');
  });
});
