import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { Pool } from 'pg';
import { testDatabase } from '#libs/testing';
import { catchUp, provinceIn } from './fresh.fixture.js';
import { at, closed, idOf, received, saveDossier, saveEvents } from './history.fixture.js';
import { quarterly } from './quarterly.js';

let pool: Pool;
before(async () => {
  pool = await provinceIn(await testDatabase());
  const events = [received('2019-06-03 08:00')];
  await saveDossier(pool, { unit: 'communeA', procedure: 'birth', channel: 'online', name: 'one', events });
  await saveEvents(pool, 'one', events);
});
const ask = (now: string): ReturnType<typeof quarterly> =>
  quarterly(pool, { period: '2019Q2', by: 'channel', now });

test('before the projector has read the log the report says how many events are missing', async () => {
  const report = await ask(at('2019-07-01 08:00'));
  assert.deepEqual(report.provisionalBecause, ['followerLags']);
  assert.equal(report.lag, 1);
  assert.equal(report.total.received, 0);
});

test('a period is provisional up to its last moment and final from then on', async () => {
  await catchUp(pool);
  assert.deepEqual((await ask('2019-06-14T16:59:59.999Z')).provisionalBecause, ['periodRuns']);
  const after = await ask('2019-06-14T17:00:00.000Z');
  assert.equal(after.provisional, false);
  assert.equal(after.lag, 0);
  assert.equal(after.total.receivedOnline, 1);
});

test('an unread event of a later day lags, and leaves a past period final', async () => {
  await saveEvents(pool, 'one', [closed('resolved', '2019-06-15 00:00')], 2);
  const report = await ask(at('2019-07-01 08:00'));
  assert.equal(report.lag, 1);
  assert.equal(report.provisional, false);
});

test('a deadline that passed in the period without its alarm makes the report provisional', async () => {
  await catchUp(pool);
  const due = at('2019-06-10 17:00');
  await pool.query(
    `INSERT INTO motcua.deadline (dossier_id, generation, status, limit_value, limit_unit, calendar, started_at, due_at, alarm_at)
     VALUES ($1, 1, 'running', 5, 'working_day', 'state', $2, $3, $3)`,
    [idOf('one'), at('2019-06-03 08:00'), due],
  );
  assert.deepEqual((await ask(at('2019-07-01 08:00'))).provisionalBecause, ['alarmsPending']);
  await pool.query('UPDATE motcua.deadline SET alarm_at = NULL');
  assert.equal((await ask(at('2019-07-01 08:00'))).provisional, false);
});

test('a question without a sound period is refused by name', async () => {
  const by = 'level' as const;
  await assert.rejects(quarterly(pool, { period: '2019Q9', by }), { code: 'unknown_period' });
  await assert.rejects(quarterly(pool, { from: '2019-02-30', until: '2019-03-15', by }), {
    code: 'day_not_understood',
  });
  await assert.rejects(quarterly(pool, { from: '2019-03-15', until: '2019-03-15', by }), {
    code: 'period_empty',
  });
  await assert.rejects(quarterly(pool, { period: '2019Q2', by: 'officer' as 'level' }), {
    code: 'unknown_report_key',
  });
  for (const knownAt of ['yesterday', '2019-06-15', '2019-06-15T00:00:00'])
    await assert.rejects(quarterly(pool, { period: '2019Q2', by, knownAt }), {
      code: 'moment_not_understood',
    });
  const knownAt = '2019-02-30T00:00:00Z';
  await assert.rejects(quarterly(pool, { period: '2019Q2', by, knownAt }), { code: 'moment_not_understood' });
});
