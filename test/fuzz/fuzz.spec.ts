import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { verify } from '#libs/dossier';
import { startBench, type Bench } from '../e2e/support.js';
import { operationsOf, type Document } from './document.js';
import { Grounds } from './ground.js';
import { tables, unexplained, type Accepted, type Tables } from './harm.js';
import { Known } from './known.js';
import { deepFor, hasGoodCases } from './limits.js';
import { Round } from './round.js';
import { spares } from './spares.js';

/*
 * Injection through every string of every operation that the API describes of itself. MOTCUA_FUZZ_CASES sends more,
 * MOTCUA_FUZZ_SEED others (`random`: whichever), MOTCUA_FUZZ_ONLY those of operations whose name holds a text.
 */
const CASES = Number(process.env.MOTCUA_FUZZ_CASES ?? 500);
const { MOTCUA_FUZZ_SEED: seedAsked = '20190318', MOTCUA_FUZZ_ONLY: only = '' } = process.env;
const SEED = seedAsked === 'random' ? randomInt(2 ** 31) : Number(seedAsked);
/** Operations at once; the cases of one come one after the other, so that a case that fails is found again. */
const AT_ONCE = 16;

describe('hostile input through every field of every operation', () => {
  let bench: Bench;
  let document: Document;
  let earlier: Tables;
  const rounds: Round[] = [];

  before(async () => {
    bench = await startBench();
    document = (await bench.call('GET', '/api/v1/openapi.json', { officer: null }))
      .json as unknown as Document;
  });
  after(() => bench.close());

  it(`breaks no promise (seed ${SEED})`, { concurrency: AT_ONCE }, async (t) => {
    const operations = operationsOf(document).filter(({ name }) => name.includes(only));
    const known = new Known();
    const grounds = await Grounds.on(bench, await spares(bench, known));
    for (const operation of operations) {
      rounds.push(new Round(bench, operation, await grounds.for(operation)));
    }
    await Promise.all(rounds.map((round) => round.learn(known)));
    await bench.project();
    earlier = await tables(bench.database.ownerUrl);
    await Promise.all(
      rounds.map((round) =>
        t.test(round.operation.name, async () => {
          const { name } = round.operation;
          await round.run(document, known, { cases: CASES, seed: SEED });
          const { sent, deep, good } = round;
          assert.ok(deep / sent >= deepFor(name), `only ${deep} of ${sent} got beyond the checks of form`);
          assert.ok(good > 0 || !hasGoodCases(name), 'not one was answered well');
        }),
      ),
    );
    t.diagnostic(`seed ${SEED}\n${rounds.map((round) => round.summary()).join('\n')}`);
  });

  it('leaves every table as accepted commands explain it', async () => {
    const accepted = { submit: 0, amend: 0, other: 0, changes: 0 };
    for (const round of rounds) {
      for (const kind of Object.keys(accepted) as (keyof Accepted)[]) accepted[kind] += round.accepted[kind];
    }
    assert.deepEqual(unexplained(earlier, await tables(bench.database.ownerUrl), accepted), []);
  });

  it('leaves a log that verify finds nothing in', async () => {
    const { catalogue, units } = bench.reference;
    const { ok, findings } = await verify(bench.database.app, { catalogue, units });
    assert.deepEqual([ok, findings], [true, []]);
  });

  it('leaves a server that still works and has met nothing unexpected', async () => {
    assert.deepEqual(bench.logged, []);
    await bench.file();
    assert.equal((await bench.call('GET', '/readyz', { officer: null })).status, 200);
    assert.equal(({} as Record<string, unknown>).polluted, undefined);
    assert.deepEqual(Object.keys(Object.prototype), []);
  });
});
