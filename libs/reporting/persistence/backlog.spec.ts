import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { Pool } from 'pg';
import { importCalendarYears } from '#libs/organization';
import type { Instant } from '#libs/kernel';
import { formatBacklogTable } from '../backlog-table.js';
import { BACKLOG_KEYS, backlog } from './backlog.js';
import { testDatabase } from '#libs/testing';
import { provinceIn } from './fresh.fixture.js';
import { type Line, UNITS, at, closed, idOf, received, saveDossier } from './history.fixture.js';

// Friday; the Monday after it is off, so the next working day is Tuesday 16 April.
const NOW = at('2019-04-12 10:00');
let pool: Pool;

type Clock = { status: 'running' | 'paused' | 'unknown' | 'stopped'; due?: string };

async function open(
  name: string,
  line: Line,
  receivedAt: string | null,
  clock: Clock | null,
  state = 'processing',
): Promise<void> {
  const filed = { type: 'submitted', at: at('2019-01-02 08:00'), state };
  const events = receivedAt === null ? [filed] : [filed, { ...received(receivedAt), state }];
  await saveDossier(pool, { ...line, name, events });
  if (clock === null) return;
  await pool.query(
    `INSERT INTO motcua.deadline (dossier_id, generation, status, limit_value, limit_unit, calendar, started_at, due_at)
     VALUES ($1, 1, $2, 5, 'working_day', 'state', $3, $4)`,
    [idOf(name), clock.status, at(receivedAt!), clock.due === undefined ? null : at(clock.due)],
  );
}

const running = (due: string): Clock => ({ status: 'running', due });
const commune: Line = { unit: 'communeA', procedure: 'birth', channel: 'counter' };
const district: Line = { unit: 'district', procedure: 'land', channel: 'online' };

before(async () => {
  pool = await provinceIn(await testDatabase());
  const holiday = { off: [{ day: '2019-04-15', why: 'Giỗ Tổ', certainty: 'A' }], makeUp: [] };
  await importCalendarYears(pool, 'state', new Map([[2019, holiday]]));
  await open('filed', commune, null, null, 'submitted');
  await open('today', commune, '2019-04-12 08:00', running('2019-04-12 17:00'));
  await open('missed', commune, '2019-04-09 08:00', running('2019-04-12 09:59'));
  await open('due-now', commune, '2019-04-09 08:00', running('2019-04-12 10:00'));
  await open('tuesday', commune, '2019-04-11 08:00', running('2019-04-16 17:00'));
  await open('thursday', district, '2019-04-06 08:00', running('2019-04-18 17:00'));
  await open('monday', district, '2019-03-29 08:00', running('2019-04-22 17:00'));
  await open('later', district, '2019-02-15 08:00', running('2019-04-23 17:00'));
  await open('waiting', district, '2019-01-02 08:00', { status: 'paused' }, 'awaitingSupplement');
  await open('no-date', district, '2019-04-12 00:00', { status: 'unknown' }, 'received');
  await saveDossier(pool, {
    ...commune,
    name: 'closed',
    events: [received('2019-04-01 08:00'), closed('resolved', '2019-04-02 08:00')],
  });
});

test('each open dossier is once in a band of time left: by working days, over a holiday, with the clock that stands apart', async () => {
  const { total } = await backlog(pool, { by: 'level', now: NOW });
  assert.deepEqual(total.byTimeLeft, {
    overdue: 1,
    today: 2,
    workingDays1: 1,
    workingDays2to3: 1,
    workingDays4to5: 1,
    later: 1,
    paused: 1,
    unknown: 1,
  });
});

test('each open dossier is once in a band of age, by local days since its reception', async () => {
  const { total } = await backlog(pool, { by: 'level', now: NOW });
  assert.deepEqual(total.byAge, {
    today: 2,
    days1to2: 1,
    days3to5: 2,
    days6to10: 1,
    days11to30: 1,
    days31to90: 1,
    over90: 1,
  });
});

test('closed dossiers are no backlog, and those not yet accepted stand beside it', async () => {
  const { lines, total } = await backlog(pool, { by: 'unit', now: NOW });
  assert.deepEqual(
    lines.map((line) => [line.key, line.inProcess, line.notAccepted]),
    [
      [UNITS.district.code, 5, 0],
      [UNITS.communeA.code, 4, 1],
    ],
  );
  assert.deepEqual([total.inProcess, total.notAccepted], [9, 1]);
});

test('every split adds up to the same total, and each line to itself', async () => {
  const sum = (numbers: object): number => Object.values(numbers).reduce((a: number, b: number) => a + b, 0);
  for (const by of BACKLOG_KEYS) {
    const { lines, total } = await backlog(pool, { by, now: NOW });
    assert.equal(total.inProcess, 9);
    assert.equal(sum(lines.map((line) => line.inProcess)), 9);
    for (const line of [...lines, total])
      assert.deepEqual(
        [sum(line.byAge), sum(line.byTimeLeft), sum(line.byState)],
        Array(3).fill(line.inProcess),
      );
  }
});

test('by state the lines come in the order of the lifecycle, under their names', async () => {
  const { lines } = await backlog(pool, { by: 'state', now: NOW });
  assert.deepEqual(
    lines.map((line) => [line.key, line.inProcess, line.notAccepted]),
    [
      ['submitted', 0, 1],
      ['received', 1, 0],
      ['processing', 7, 0],
      ['awaitingSupplement', 1, 0],
    ],
  );
  assert.ok(lines.every((line) => line.label.vi.length > 0 && line.label.km.length > 0));
});

test('a year that the calendar does not know is named, and what is due there stands as later', async () => {
  const newYear: Instant = at('2019-12-30 10:00');
  const report = await backlog(pool, { by: 'level', now: newYear });
  assert.equal(report.calendarYearUnknown, 2020);
  assert.equal(report.total.byTimeLeft.overdue, 7);
  const text = formatBacklogTable(report, { language: 'vi' });
  assert.match(text, /Chưa có lịch làm việc của năm 2020/);
});

test('the table prints both splits with their totals', async () => {
  const text = formatBacklogTable(await backlog(pool, { by: 'unit', now: NOW }));
  assert.match(text, /By time left +in process +overdue +today/);
  assert.match(text, /By time since reception +in process +today/);
  assert.equal(text.match(/^Total +9 /gm)?.length, 2);
  assert.match(text, /000\.00\.22\.H59 Huyện Càng Long +5 /);
});
