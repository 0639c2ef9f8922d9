import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { DomainError } from '#libs/kernel';
import { dueMoment } from './due.js';
import { isWorkingDay } from './local.js';
import { parseStateCalendar } from './state-calendar.js';
import { defaultCalendar } from './working-calendar.js';

const file = new URL('../../../data/state-calendar.json', import.meta.url);
const state = () => JSON.parse(readFileSync(file, 'utf8')) as Record<string, Record<string, unknown[]>>;

describe('the state calendar', () => {
  it('knows 2019 and 2024 to 2026, and says how sure it is of each day', () => {
    const years = parseStateCalendar(state());
    assert.deepEqual([...years.keys()], [2019, 2024, 2025, 2026]);
    assert.equal(years.get(2019)!.makeUp.length, 2);
    const day = years.get(2026)!.off.find(({ day }) => day === '2026-11-24');
    assert.equal(day?.certainty, 'B');
    assert.match(day.why, /^Ngày Văn hóa Việt Nam/);
  });

  it('knows the day off that touches 2019 although 2018 is unknown', () => {
    const calendar = defaultCalendar(parseStateCalendar(state()));
    assert.equal(isWorkingDay(calendar, '2018-12-31'), false);
    assert.equal(isWorkingDay(calendar, '2018-12-28'), 'unknown');
    const due = dueMoment(calendar, '2018-12-30T03:00:00.000Z', { value: 1, unit: 'working_day' });
    assert.equal(due.known && due.dueAt, '2019-01-02T10:00:00.000Z');
  });

  const wrong: [string, string, (json: Record<string, Record<string, unknown[]>>) => unknown][] = [
    ['a text', 'the calendar', () => 'calendar'],
    ['null', 'the calendar', () => null],
    ['a list', 'the calendar', () => []],
    ['a calendar without a year', 'the calendar', () => ({ note: 'none' })],
    ['a key that is no year', '20I9', (json) => ({ ...json, '20I9': json['2019'] })],
    ['a misspelt list', '2019.make_up', (json) => ({ 2019: { ...json['2019'], make_up: [] } })],
    ['a year without days off', '2019.off', (json) => ({ 2019: { ...json['2019'], off: [] } })],
    ['a year whose days off are missing', '2019.off', () => ({ 2019: { makeup_working: [] } })],
    ['30 February', '2019.off[0]', () => ({ 2019: { off: [['2019-02-30', 'x', 'A']] } })],
    ['a day of another year', '2019.off[0]', () => ({ 2019: { off: [['2020-01-01', 'x', 'A']] } })],
    [
      'a day written twice',
      '2019.off[1]',
      () => ({ 2019: { off: Array(2).fill(['2019-01-01', 'x', 'A']) } }),
    ],
    ['a day without a certainty', '2019.off[0]', () => ({ 2019: { off: [['2019-01-01', 'x']] } })],
    ['a date as a number', '2019.off[0]', () => ({ 2019: { off: [[20190101, 'x', 'A']] } })],
    [
      'an adjacent day far away',
      '2019.off[0]',
      (j) => ({ 2019: { ...j['2019'], adjacent_off: [['2011-12-30', 'x', 'A']] } }),
    ],
    [
      'a make-up day on a Monday',
      '2019.makeUp[0]',
      (j) => ({ 2019: { off: j['2019']!.off, makeup_working: [['2019-05-06', 'x', 'A']] } }),
    ],
    [
      'a make-up day that is a day off',
      '2019.makeUp[0]',
      () => ({ 2019: { off: [['2019-05-04', 'x', 'A']], makeup_working: [['2019-05-04', 'x', 'A']] } }),
    ],
  ];
  for (const [what, field, make] of wrong) {
    it(`refuses ${what} and says where`, () => {
      assert.throws(
        () => parseStateCalendar(make(state())),
        (error) =>
          error instanceof DomainError &&
          error.code === 'calendar_not_understood' &&
          error.detail.field === field &&
          typeof error.detail.params?.expected === 'string',
      );
    });
  }

  it('is checked again when it comes from elsewhere, year against year', () => {
    const years = parseStateCalendar({ 2019: state()['2019'] });
    years.set(2018, { off: [], makeUp: [{ day: '2018-12-30', why: 'x', certainty: 'A' }] });
    assert.equal(isWorkingDay(defaultCalendar(years), '2018-12-30'), true);
    years.get(2019)!.off.push({ day: '2018-12-30', why: 'y', certainty: 'A' });
    assert.throws(() => defaultCalendar(years), /calendar_not_understood/);
    const astray = { off: [], makeUp: [{ day: '2020-01-04', why: 'x', certainty: 'A' }] };
    assert.throws(() => defaultCalendar(new Map([[2019, astray]])), /2019\.makeUp\[0\]/);
  });
});

describe('a calendar of an office', () => {
  const calendar = defaultCalendar(parseStateCalendar(state()));
  const wrong: [string, object][] = [
    ['a zone that is none', { zone: 'Asia/Tra_Vinh' }],
    ['25:00', { week: { ...calendar.week, 1: [{ from: '07:00', to: '25:00' }] } }],
    ['hours that end before they begin', { week: { ...calendar.week, 1: [{ from: '17:00', to: '07:00' }] } }],
    [
      'hours that overlap',
      {
        week: {
          ...calendar.week,
          1: [
            { from: '07:00', to: '12:00' },
            { from: '11:00', to: '17:00' },
          ],
        },
      },
    ],
    ['no hours at all', { week: { 1: [], 2: [], 3: [], 4: [], 5: [], 6: [], 7: [] } }],
    ['a cut-off that is no time', { sameDayCutoff: '3 pm' }],
  ];
  for (const [what, change] of wrong)
    it(`is refused with ${what}`, () => {
      assert.throws(() => isWorkingDay({ ...calendar, ...change }, '2019-03-15'), /calendar_not_understood/);
    });

  for (const day of ['2019-02-30', '2019-2-1', 'today', '', '2019-03-15T00:00:00Z'])
    it(`does not take ${JSON.stringify(day)} for a day`, () => {
      assert.throws(() => isWorkingDay(calendar, day), /day_not_understood/);
    });
});
