import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { dueAtOnly, dueMoment } from './due.js';
import { parseLimit } from './limit.js';
import { timing, toLocalTime } from './local.js';
import { parseStateCalendar } from './state-calendar.js';
import type { WorkingCalendar } from './types.js';
import { defaultCalendar } from './working-calendar.js';
import { addWorkingMinutes, workingMinutesBetween } from './working-time.js';

const file = new URL('../../../data/state-calendar.json', import.meta.url);
const years = parseStateCalendar(JSON.parse(readFileSync(file, 'utf8')));
const state = defaultCalendar(years);

const at = (local: string): string => new Date(`${local}:00+07:00`).toISOString();

function due(received: string, limit: string, calendar = state): string {
  const answer = dueAtOnly(calendar, at(received), parseLimit(limit));
  assert.ok(answer.known);
  return toLocalTime(calendar, answer.dueAt).slice(0, 16);
}

function later(from: string, minutes: number): string {
  const answer = addWorkingMinutes(state, at(from), minutes);
  assert.ok(answer.known);
  return toLocalTime(state, answer.at).slice(0, 16);
}

/** DOMAIN.md §4, "known ways to get it wrong". */
describe('a known mistake that is not made here:', () => {
  it('an 8-hour day assumed', () => {
    const hours = [
      { from: '07:30', to: '11:30' },
      { from: '13:00', to: '16:00' },
    ];
    const short: WorkingCalendar = { ...state, week: { ...state.week, 1: hours, 2: hours, 3: hours } };
    assert.equal(
      due('2019-03-18T06:00', '8 hour', short),
      '2019-03-19T08:30',
      '7 hours on Monday, 1 on Tuesday',
    );
    assert.equal(
      due('2019-03-18T10:00', '1 working_day', short),
      '2019-03-19T16:00',
      'the end of its own hours',
    );
    assert.equal(
      due('2019-03-18T10:00', '1.5 working_day', short),
      '2019-03-20T11:00',
      'half of 420 minutes, not of 480',
    );
    assert.equal(
      due('2019-03-18T10:00', '3.5 working_day', short),
      '2019-03-22T11:00',
      'half of the 480 of a Friday',
    );
  });

  it('make-up Saturdays ignored', () => {
    assert.equal(due('2019-05-02T10:00', '2 working_day'), '2019-05-04T17:00', 'for Monday 29 April 2019');
    assert.equal(due('2025-04-25T10:00', '1 working_day'), '2025-04-26T17:00', 'for Friday 2 May 2025');
    assert.equal(due('2019-05-04T10:00', '0 working_day'), '2019-05-04T17:00', 'a counter open that day');
    assert.equal(due('2019-05-03T16:00', '2 hour'), '2019-05-04T08:00', 'hours too');
    assert.equal(due('2019-05-01T10:00', '3 calendar_day'), '2019-05-04T17:00', 'a limit may end on it');
  });

  it('the lunch break swallowed', () => {
    assert.equal(workingMinutesBetween(state, at('2019-03-18T11:00'), at('2019-03-18T14:00')), 60);
    assert.equal(workingMinutesBetween(state, at('2019-03-18T11:30'), at('2019-03-18T13:30')), 0);
    assert.equal(workingMinutesBetween(state, at('2019-03-18T00:00'), at('2019-03-19T00:00')), 480);
    assert.equal(later('2019-03-18T11:00', 60), '2019-03-18T14:00');
    assert.equal(
      later('2019-03-18T11:30', 0),
      '2019-03-18T11:30',
      'the end of the morning is still working time',
    );
    assert.equal(later('2019-03-18T11:31', 0), '2019-03-18T13:30');
  });

  it('an error turned into a date', () => {
    const broken = ['2019-02-30T10:00+07:00', '2019-03-18', 'Invalid Date', '1970-13-01T00:00:00.000Z'];
    for (const moment of broken) assert.throws(() => dueMoment(state, moment, parseLimit('1 working_day')));
    for (const value of [NaN, -1, Infinity, 1e9]) {
      assert.throws(() => dueMoment(state, at('2019-03-18T10:00'), { value, unit: 'hour' }), /limit_/);
      assert.throws(
        () => addWorkingMinutes(state, at('2019-03-18T10:00'), value * 60),
        /minutes_not_understood/,
      );
    }
    const unknown = { known: false, reason: 'calendar_year_unknown', year: 2027 };
    assert.deepEqual(dueMoment(state, at('2026-12-31T10:00'), parseLimit('1 working_day')), unknown);
    assert.deepEqual(addWorkingMinutes(state, at('2026-12-31T16:00'), 61), unknown);
    assert.deepEqual(workingMinutesBetween(state, at('2026-12-31T16:00'), at('2027-01-04T08:00')), unknown);
    assert.equal(workingMinutesBetween(state, at('2026-12-31T16:00'), at('2027-01-01T00:00')), 60);
  });

  it('the pause added in calendar days', () => {
    const remaining = workingMinutesBetween(state, at('2019-04-25T10:00'), at('2019-04-26T17:00'));
    assert.equal(remaining, 90 + 210 + 480);
    // Paused on Thursday, the papers come a week later, after 30 April and 1 May: what was left is left, in working time.
    assert.equal(later('2019-05-02T10:00', remaining as number), '2019-05-03T17:00');
    // Papers that come on a Sunday do not start the clock before Monday.
    assert.equal(later('2019-03-17T10:00', 60), '2019-03-18T08:00');
    assert.equal(later('2019-03-17T10:00', 0), '2019-03-18T07:00');
  });

  it('a dossier shown overdue on its day of submission', () => {
    for (const limit of ['0 working_day', '1 working_day', '1 calendar_day', '1 month'])
      for (const received of [
        '2019-03-18T00:00',
        '2019-03-18T14:59',
        '2019-03-18T16:59',
        '2019-03-18T17:30',
        '2019-03-16T10:00',
      ])
        assert.notEqual(
          timing(state, at(received), at(due(received, limit))),
          'overdue',
          `${limit} from ${received}`,
        );
  });

  it('a late change of a holiday that leaves the old date', () => {
    const received = '2019-06-03T10:00';
    assert.equal(due(received, '5 working_day'), '2019-06-10T17:00');
    const year = years.get(2019)!;
    const off = [...year.off, { day: '2019-06-05', why: 'decided on 1 June', certainty: 'A' }];
    const changed = defaultCalendar(new Map([...years, [2019, { ...year, off }]]));
    assert.equal(
      due(received, '5 working_day', changed),
      '2019-06-11T17:00',
      'nothing remembered of the old one',
    );
    assert.equal(due(received, '5 working_day'), '2019-06-10T17:00', 'and the old one can still be asked');
  });

  it('“overdue” blamed on the office while the applicant owed papers', () => {
    // Due on 20 March; papers asked for on the 19th at 16:00 and brought in June: 540 minutes are left all that time.
    const dueAt = at(due('2019-03-18T10:00', '2 working_day'));
    const remaining = workingMinutesBetween(state, at('2019-03-19T16:00'), dueAt);
    assert.equal(remaining, 540);
    const resumed = addWorkingMinutes(state, at('2019-06-03T09:00'), remaining as number);
    assert.ok(resumed.known);
    assert.equal(timing(state, at('2019-06-04T09:59'), resumed.at), 'on');
    assert.equal(timing(state, at('2019-06-04T10:01'), resumed.at), 'overdue');
  });
});
