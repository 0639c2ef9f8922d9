import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DomainError } from '#libs/kernel';
import { dueAtOnly } from './due.js';
import { checkLimit, parseLimit } from './limit.js';
import type { Limit } from './types.js';
import { defaultCalendar } from './working-calendar.js';

const withCode = (code: string) => (error: unknown) => error instanceof DomainError && error.code === code;

describe('a limit', () => {
  it('is read as it is written, whole or decimal', () => {
    assert.deepEqual(parseLimit('5 working_day'), { value: 5, unit: 'working_day' });
    assert.deepEqual(parseLimit(' 3.5  working_day '), { value: 3.5, unit: 'working_day' });
    assert.deepEqual(parseLimit('12 month'), { value: 12, unit: 'month' });
    assert.deepEqual(parseLimit('.5 hour'), { value: 0.5, unit: 'hour' });
    assert.deepEqual(parseLimit('0 working_day'), { value: 0, unit: 'working_day' });
  });

  const refused: [string, string][] = [
    ['0 hour', 'limit_not_positive'],
    ['0 calendar_day', 'limit_not_positive'],
    ['0 month', 'limit_not_positive'],
    ['-1 working_day', 'limit_not_positive'],
    ['-0.5 hour', 'limit_not_positive'],
    ['1e9 hour', 'limit_too_long'],
    ['1000000000 hour', 'limit_too_long'],
    ['1e999 working_day', 'limit_too_long'],
    ['2501 working_day', 'limit_too_long'],
    ['3651 calendar_day', 'limit_too_long'],
    ['121 month', 'limit_too_long'],
    ['1.5 month', 'limit_month_not_whole'],
    ['NaN hour', 'limit_not_understood'],
    ['Infinity hour', 'limit_not_understood'],
    ['five days', 'limit_not_understood'],
    ['5', 'limit_not_understood'],
    ['5 working_days', 'limit_not_understood'],
    ['5 toString', 'limit_not_understood'],
    ['5 WORKING_DAY', 'limit_not_understood'],
    ['3,5 working_day', 'limit_not_understood'],
    ['0x10 hour', 'limit_not_understood'],
    ['5 hour 5 hour', 'limit_not_understood'],
    ['5\u0000 hour', 'limit_not_understood'],
    ['', 'limit_not_understood'],
    [`${'9'.repeat(100_000)} hour`, 'limit_not_understood'],
  ];
  for (const [text, code] of refused) {
    it(`refuses ${JSON.stringify(text.slice(0, 24))} as ${code}`, () => {
      assert.throws(() => parseLimit(text), withCode(code));
    });
  }

  const calendar = defaultCalendar(new Map([[2019, { off: [], makeUp: [] }]]));
  const numbers: [Limit, string][] = [
    [{ value: NaN, unit: 'working_day' }, 'limit_not_understood'],
    [{ value: Infinity, unit: 'hour' }, 'limit_too_long'],
    [{ value: -Infinity, unit: 'hour' }, 'limit_not_positive'],
    [{ value: 1e9, unit: 'hour' }, 'limit_too_long'],
    [{ value: -1, unit: 'calendar_day' }, 'limit_not_positive'],
    [{ value: '5' as unknown as number, unit: 'hour' }, 'limit_not_understood'],
    [{ value: 5, unit: 'week' as Limit['unit'] }, 'limit_not_understood'],
  ];
  for (const [limit, code] of numbers) {
    it(`of ${String(limit.value)} ${limit.unit} never becomes a date (${code})`, () => {
      assert.throws(() => checkLimit(limit), withCode(code));
      assert.throws(() => dueAtOnly(calendar, '2019-03-15T01:00:00.000Z', limit), withCode(code));
    });
  }

  const moments = [
    '',
    'soon',
    '2019-02-30T01:00:00.000Z',
    '2019-04-31T10:00Z',
    '2019-03-15',
    '2019-03-15T10:00',
  ];
  for (const at of [
    ...moments,
    '2019-03-15T24:30Z',
    '2019-03-15T24:00:00.000Z',
    '2019-04-31T01:00:00.000Z',
    '1899-12-31T23:00:00.000Z',
    '+012019-01-01T00:00:00.000Z',
  ])
    it(`is not counted from ${JSON.stringify(at)}, which is no moment`, () => {
      const limit: Limit = { value: 1, unit: 'hour' };
      assert.throws(() => dueAtOnly(calendar, at, limit), withCode('moment_not_understood'));
    });
});
