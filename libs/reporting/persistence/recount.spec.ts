import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import type { Pool } from 'pg';
import { connect } from '#libs/database';
import { testDatabase } from '#libs/testing';
import { type Counts, REPORT_KEYS, addCounts, figuresOf, identityOf } from '../figures.js';
import { localDay } from '../local-day.js';
import type { Period } from '../periods.js';
import { catchUp } from './fresh.fixture.js';
import { type History, appendEvents, saveDossiers, saveHistories, saveProvince } from './history.fixture.js';
import { day, histories } from './lives.fixture.js';
import { countLines } from './lines.js';
import { quarterly } from './quarterly.js';
import { readOnly } from './reader.js';
import { recountAll } from './recount.js';

const RUNS = Number(process.env.MOTCUA_RUNS ?? 40);
let pool: Pool;
let owner: Awaited<ReturnType<typeof connect>>;
let empty: () => Promise<void>;

before(async () => {
  const database = await testDatabase();
  pool = database.app;
  await saveProvince(pool);
  owner = await connect(database.ownerUrl);
  empty = async () => {
    await owner.query('DELETE FROM motcua.event; DELETE FROM motcua.dossier; DELETE FROM motcua.report_cell; DELETE FROM motcua.report_sum; DELETE FROM motcua.follower'); // prettier-ignore
  };
});
after(() => owner.end());

const period = fc
  .tuple(day, day)
  .filter(([a, b]) => a !== b)
  .map(([a, b]): Period => ({ code: 'any', rule: 'custom', from: a < b ? a : b, until: a < b ? b : a }));
const moment = fc
  .nat(300)
  .map((n) => new Date(Date.parse('2019-03-01T03:00:00Z') + n * 86_400_000).toISOString());

const plain = (lines: ReadonlyMap<string, Counts>): [string, Counts][] =>
  [...lines]
    .map(([key, counts]): [string, Counts] => [key, addCounts([counts])])
    .filter(([, counts]) => Object.values(counts).some((n) => n !== 0))
    .sort(([a], [b]) => (a < b ? -1 : 1));

/** Both methods agree on every line of every split, and every line satisfies the identity of the form. */
async function assertSame(p: Period, knownAt: string | null): Promise<void> {
  await readOnly(pool, async (client) => {
    for (const other of await recountAll(client, [p], REPORT_KEYS, knownAt ? { knownAt } : {})) {
      const lines = await countLines(client, p, other.by, knownAt, null);
      assert.deepEqual(plain(lines), plain(other.lines));
      for (const counts of [...lines.values(), ...other.lines.values()])
        assert.deepEqual(identityOf(figuresOf(counts)).holds, true);
    }
  });
}

test('the cells equal a recount by another method, for any lives, any period and any split', async () => {
  await fc.assert(
    fc.asyncProperty(histories('cells'), period, fc.integer({ min: 1, max: 40 }), async (all, p, batch) => {
      await empty();
      await saveHistories(pool, all);
      await catchUp(pool, batch);
      await assertSame(p, null);
    }),
    { numRuns: RUNS },
  );
});

test('what was known at any moment equals a recount of what was recorded by then', async () => {
  await fc.assert(
    fc.asyncProperty(histories('known'), period, moment, async (all, p, knownAt) => {
      await empty();
      await saveHistories(pool, all);
      await assertSame(p, knownAt);
    }),
    { numRuns: RUNS },
  );
});

test('a past period is the same whatever happens to its dossiers afterwards', async () => {
  await fc.assert(
    fc.asyncProperty(histories('past'), period, async (all, p) => {
      await empty();
      const happened = (h: History, within: boolean): Parameters<typeof appendEvents>[1][number][] =>
        h.events.flatMap((e, i) =>
          localDay(e.at) < p.until === within ? [{ ...e, name: h.name, version: i + 1 }] : [],
        );
      await saveDossiers(pool, all);
      await appendEvents(pool, all.flatMap((h) => happened(h, true))); // prettier-ignore
      await catchUp(pool);
      const ask = async (): Promise<unknown> => {
        const { lines, total } = await quarterly(pool, { from: p.from, until: p.until, by: 'unit' });
        return { lines, total };
      };
      const then = await ask();
      await appendEvents(pool, all.flatMap((h) => happened(h, false))); // prettier-ignore
      await catchUp(pool);
      assert.deepEqual(await ask(), then);
    }),
    { numRuns: RUNS },
  );
});

test('consecutive periods hand over: what is in process at the end of one is carried over into the next', async () => {
  await fc.assert(
    fc.asyncProperty(histories('next'), period, async (all, p) => {
      await empty();
      await saveHistories(pool, all);
      await catchUp(pool);
      const first = await quarterly(pool, { from: p.from, until: p.until, by: 'procedure' });
      const next = await quarterly(pool, { from: p.until, until: '2020-12-15', by: 'procedure' });
      assert.equal(next.total.carriedOver, first.total.inProcess);
    }),
    { numRuns: RUNS },
  );
});
