import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { defaultCalendar, parseStateCalendar } from '#libs/calendar';
import { applyFact, closingTiming, isOverdue, takeAlarms, type DeadlineRow } from './deadline.js';

const calendar = defaultCalendar(
  parseStateCalendar(JSON.parse(readFileSync('data/state-calendar.json', 'utf8'))),
);
const limit = { value: 5, unit: 'working_day' } as const;
const MONDAY = '2019-03-18T03:00:00.000Z';
const start = (at = MONDAY, of: DeadlineRow['limit'] = limit): DeadlineRow =>
  applyFact(null, { kind: 'start' }, at, of, calendar)!;

describe('a deadline', () => {
  it('is not overdue on the day of submission', () => {
    const sameDay = start(MONDAY, { value: 0, unit: 'working_day' });
    assert.equal(sameDay.dueAt, '2019-03-18T10:00:00.000Z');
    assert.equal(sameDay.soonAt, null);
    assert.equal(isOverdue(sameDay, MONDAY), false);
    assert.equal(isOverdue(sameDay, sameDay.dueAt!), false);
    assert.equal(isOverdue(sameDay, '2019-03-18T10:00:00.001Z'), true);
  });

  it('does not blame the office while the applicant owes papers', () => {
    const paused = applyFact(start(), { kind: 'pause', because: 'supplement' }, MONDAY, limit, calendar)!;
    assert.equal(paused.status, 'paused');
    assert.equal(isOverdue(paused, '2019-06-01T00:00:00.000Z'), false);
    assert.deepEqual(takeAlarms(paused, '2019-06-01T00:00:00.000Z').alarms, []);
  });

  it('adds a pause in working time, not in calendar days', () => {
    const friday = '2019-03-22T09:00:00.000Z';
    const monday = '2019-03-25T02:00:00.000Z';
    const paused = applyFact(start(), { kind: 'pause', because: 'payment' }, friday, limit, calendar)!;
    const resumed = applyFact(paused, { kind: 'resume', policy: 'pause' }, monday, limit, calendar)!;
    // Friday 16:00 to Monday 09:00 is one hour of Friday and two of Monday: three hours later than Monday 17:00.
    assert.equal(resumed.dueAt, '2019-03-26T03:00:00.000Z');
    assert.equal(resumed.generation, 3);
  });

  it('starts its limit anew where the procedure says restart', () => {
    const paused = applyFact(start(), { kind: 'pause', because: 'supplement' }, MONDAY, limit, calendar)!;
    const resumed = applyFact(
      paused,
      { kind: 'resume', policy: 'restart' },
      '2019-03-20T03:00:00.000Z',
      limit,
      calendar,
    )!;
    assert.equal(resumed.dueAt, '2019-03-27T10:00:00.000Z');
  });

  it('is unknown, with the year, where the calendar ends, and never fails', () => {
    const far = start('2026-12-29T03:00:00.000Z');
    assert.equal(far.status, 'unknown');
    assert.equal(far.reason, 'calendar_year_unknown:2027');
    assert.equal(far.alarmAt, null);
    const paused = applyFact(
      far,
      { kind: 'pause', because: 'supplement' },
      '2026-12-30T03:00:00.000Z',
      limit,
      calendar,
    )!;
    assert.equal(paused.status, 'unknown');
    assert.equal(closingTiming(far, '2027-02-01T00:00:00.000Z', calendar), 'on');
  });

  it('has its alarms taken in order: due soon, then overdue', () => {
    const row = start();
    assert.deepEqual(takeAlarms(row, row.soonAt!).alarms, []);
    assert.deepEqual(takeAlarms(row, '2019-03-23T00:00:00.000Z').alarms, [
      { type: 'dueSoon', at: row.soonAt! },
    ]);
    const both = takeAlarms(row, '2019-03-30T00:00:00.000Z');
    assert.deepEqual(both.alarms, [
      { type: 'dueSoon', at: row.soonAt! },
      { type: 'overdue', at: row.dueAt! },
    ]);
    assert.equal(both.row?.alarmAt, null);
    assert.deepEqual(takeAlarms(both.row, '2019-04-30T00:00:00.000Z').alarms, []);
  });

  it('closes before time, on time or overdue', () => {
    const row = start();
    assert.equal(closingTiming(row, '2019-03-22T09:00:00.000Z', calendar), 'before');
    assert.equal(closingTiming(row, '2019-03-25T03:00:00.000Z', calendar), 'on');
    assert.equal(closingTiming(row, '2019-03-25T10:00:00.001Z', calendar), 'overdue');
  });
});
