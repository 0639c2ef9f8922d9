import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Pool } from 'pg';
import { followRanges } from '#libs/database';
import { FOLLOWER } from './deltas.js';
import { testDatabase } from '#libs/testing';
import { catchUp, provinceIn } from './fresh.fixture.js';
import { type History, appendEvents, saveDossier, saveDossiers, saveHistories } from './history.fixture.js';
import { histories } from './lives.fixture.js';
import { project, startProjector } from './projector.js';
import { verifyCounts } from './verify.js';

const SEED = 20190615;
const lives = (prefix: string, runs: number): History[] =>
  fc
    .sample(histories(prefix), { seed: SEED, numRuns: runs })
    .flatMap((some, run) => some.map((h) => ({ ...h, name: `${h.name}.${run}` })));
const eventsOf = (all: History[]): Parameters<typeof appendEvents>[1][number][] =>
  all.flatMap((h) => h.events.map((e, i) => ({ ...e, name: h.name, version: i + 1 })));

async function assertCounted(pool: Pool): Promise<void> {
  const result = await verifyCounts(pool);
  assert.deepEqual(result.differences, []);
  assert.equal(result.unread, 0);
  assert.ok(result.compared > 10);
}

test('a projector that dies after writing cells and before its place has moved counts nothing twice', async () => {
  const pool = await provinceIn(await testDatabase());
  await saveHistories(pool, lives('crash', 6));
  let batches = 0;
  const said: string[] = [];
  const dying = followRanges({
    pool,
    name: FOLLOWER,
    batch: 10,
    most: 10,
    log: (line) => said.push(line),
    handle: async (client, range) => {
      await project(client, range);
      if (++batches >= 3) {
        // The connection is cut in the middle of the transaction, as when the process is killed.
        await client.query('SELECT pg_terminate_backend(pg_backend_pid())');
      }
    },
  });
  while (said.length === 0) await new Promise((done) => setTimeout(done, 20));
  await dying.stop();
  const partly = await verifyCounts(pool);
  assert.deepEqual(partly.differences, []);
  assert.ok(partly.unread > 0);
  await catchUp(pool);
  await assertCounted(pool);
});

test('two projectors on one log, with events still coming in, count each event once', async () => {
  const pool = await provinceIn(await testDatabase());
  const all = lives('two', 8);
  await saveDossiers(pool, all);
  const { signal } = new AbortController();
  const projectors = [7, 11].map((batch) => startProjector({ pool, signal, batch }));
  const events = eventsOf(all);
  while (events.length > 0) {
    await Promise.all([appendEvents(pool, events.splice(0, 20)), appendEvents(pool, events.splice(0, 20))]);
  }
  await Promise.all(projectors.map((projector) => projector.caughtUp()));
  await Promise.all(projectors.map((projector) => projector.stop()));
  await assertCounted(pool);
});

test('a batch of events that count nothing writes nothing', async () => {
  const pool = await provinceIn(await testDatabase());
  const [history] = lives('idle', 1);
  await saveDossier(pool, history!);
  await appendEvents(pool, [
    { type: 'stepCompleted', at: '2019-04-01T01:00:00.000Z', name: history!.name, version: 1 },
  ]);
  await catchUp(pool);
  const { rows } = await pool.query('SELECT count(*) AS cells FROM motcua.report_cell');
  assert.deepEqual(rows, [{ cells: 0 }]);
});

test('verification finds a cell that was changed by hand, and names its line', async () => {
  const pool = await provinceIn(await testDatabase());
  await saveHistories(pool, lives('verify', 3));
  await catchUp(pool);
  await pool.query('UPDATE motcua.report_cell SET on_time = on_time + 1 WHERE received > 0 AND channel = (SELECT min(channel) FROM motcua.report_cell WHERE received > 0)'); // prettier-ignore
  const result = await verifyCounts(pool);
  assert.equal(result.ok, false);
  for (const by of ['unit', 'procedure'] as const) {
    const wrong = result.differences.find((difference) => difference.by === by)!;
    assert.ok(wrong.cells.resolvedOnTime > wrong.recount.resolvedOnTime);
  }
});

test('verification finds a sum that was changed by hand, in its stretch and in every report that rests on it', async () => {
  const pool = await provinceIn(await testDatabase());
  await saveHistories(pool, lives('sums', 3));
  await catchUp(pool);
  await pool.query(
    `UPDATE motcua.report_sum SET on_time = on_time + 1 WHERE dim = 'unit' AND grain = 'half'`,
  );
  const { ok, differences } = await verifyCounts(pool, { limit: 10_000 });
  assert.equal(ok, false);
  assert.ok(differences.some(({ by, period }) => by === 'level' && period === '2019Q2'));
  assert.ok(differences.some(({ by, period }) => by === 'unit' && period.startsWith('the half from ')));
  assert.ok(!differences.some(({ by }) => by === 'procedure' || by === 'sector'));
});
