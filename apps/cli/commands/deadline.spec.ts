import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../main.js', import.meta.url));

/** Runs `motcua deadline explain` from a folder that is not the project's, without any database to be found. */
function explain(received: string, limit: string, ...more: string[]) {
  const args = [main, 'deadline', 'explain', '--received', received, '--limit', limit, ...more];
  const env = { ...process.env, DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' };
  return spawnSync(process.execPath, args, { cwd: tmpdir(), encoding: 'utf8', env });
}

describe('motcua deadline explain', () => {
  it('prints one JSON document: when it is due, and why each day counts or not', () => {
    const { status, stdout, stderr } = explain('2026-04-24T10:00+07:00', '5 working_day', '--json');
    assert.equal(stderr, '');
    assert.equal(status, 0);
    const printed = JSON.parse(stdout) as {
      dueAt: string;
      days: { date: string; counted: boolean; why: string }[];
    };
    assert.deepEqual(Object.keys(printed), ['dueAt', 'days']);
    assert.equal(printed.dueAt, '2026-05-06T17:00:00+07:00');
    assert.equal(printed.days.length, 13);
    assert.deepEqual(printed.days[3], {
      date: '2026-04-27',
      counted: false,
      why: 'holiday: Giỗ Tổ (nghỉ bù, CN 26/4) (certainty A)',
    });
  });

  it('prints a table for people', () => {
    const { status, stdout } = explain('2019-03-18T03:00:00Z', '1.5 working_day');
    assert.equal(status, 0);
    assert.deepEqual(stdout.split('\n'), [
      'received  2019-03-18T10:00:00+07:00',
      'limit     1.5 working_day',
      '  2019-03-18  -        day of receipt: not counted',
      '  2019-03-19  counted  working day 1',
      '  2019-03-20  counted  working day 2, 50 % of its working minutes',
      'due       2019-03-20T11:00:00+07:00',
      '',
    ]);
  });

  const refused: [string, string, RegExp][] = [
    ['2026-12-24T10:00+07:00', '10 working_day', /does not know the year 2027.*calendar_year_unknown/],
    ['2020-05-05T10:00+07:00', '1 hour', /does not know the year 2020/],
    ['2026-02-30T10:00+07:00', '5 working_day', /moment that exists.*2026-02-30.*moment_not_understood/],
    ['2026-04-24T10:00', '5 working_day', /with its offset/],
    ['2026-04-24T10:00+07:00', '0 hour', /above 0.*limit_not_positive/],
    ['2026-04-24T10:00+07:00', '-3 working_day', /above 0/],
    ['2026-04-24T10:00+07:00', '1e9 hour', /too long.*limit_too_long/],
    ['2026-04-24T10:00+07:00', 'NaN hour', /limit_not_understood/],
    ['2026-04-24T10:00+07:00', '5 fortnight', /limit_not_understood/],
  ];
  for (const [received, limit, reason] of refused)
    it(`refuses ${limit} from ${received}: the reason on stderr, nothing on stdout, exit code 1`, () => {
      const { status, stdout, stderr } = explain(received, limit, '--json');
      assert.match(stderr, reason);
      assert.doesNotMatch(stderr, /\n +at /, 'no stack');
      assert.equal(stdout, '');
      assert.equal(status, 1);
    });

  it('takes another calendar, and says where it is wrong', (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'motcua-calendar-'));
    t.after(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'calendar.json');
    const ask = () => explain('2027-12-30T10:00+07:00', '1 working_day', '--json', '--calendar', file);

    assert.match(ask().stderr, /cannot be read.*ENOENT/);
    writeFileSync(file, '{ "2027": ');
    assert.match(ask().stderr, /cannot be read/);
    writeFileSync(file, JSON.stringify({ 2027: { off: [['2027-02-30', 'x', 'A']] } }));
    assert.match(ask().stderr, /wrong at 2027\.off\[0\]: expected a day/);
    writeFileSync(file, JSON.stringify({ 2027: { off: [['2027-01-01', 'Tết', 'A']] } }));
    assert.match(ask().stdout, /"dueAt":"2027-12-31T17:00:00\+07:00"/);
  });
});
