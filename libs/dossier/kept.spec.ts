import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import fc from 'fast-check';
import { ManualClock } from '#libs/kernel';
import { Desk, PROCEDURE, UNIT, smallProvince, testDatabase } from '#libs/testing';
import { restore } from '#libs/workflow';
import { pinned, type DossierRecord } from './decide.js';
import { Kept } from './kept.js';
import { loadDossiers } from './persistence/load.js';
import { recomputeDeadlines } from './recompute.js';
import type { CommandAnswer } from './types.js';
import { walk, type Asked, type Walker } from './walk.fixture.js';

const record = (n: number, more: Partial<DossierRecord> = {}): DossierRecord =>
  ({ id: `id-${n}`, code: `code-${n}`, version: 1, ...more }) as DossierRecord;

describe('what is kept', () => {
  test('is found by code and by id, and gone by both', () => {
    const kept = new Kept(10);
    kept.put(record(1));
    assert.equal(kept.get('id-1'), kept.get('code-1'));
    assert.equal(kept.get('id-1')?.version, 1);
    kept.put(record(1, { version: 2 }));
    assert.deepEqual([kept.get('id-1')?.version, kept.get('code-1')?.version], [2, 2]);
    kept.drop(record(1));
    assert.deepEqual([kept.get('id-1'), kept.get('code-1')], [undefined, undefined]);
    kept.drop(record(1));
  });

  test('is never more than was asked for, and those changed last stay', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 5 }),
        fc.array(fc.tuple(fc.nat(9), fc.boolean()), { maxLength: 60 }),
        (most, changes) => {
          const kept = new Kept(most);
          let order: number[] = [];
          for (const [n, put] of changes) {
            order = order.filter((other) => other !== n);
            if (put) {
              kept.put(record(n));
              order = most > 0 ? [...order, n].slice(-most) : [];
            } else kept.drop(record(n));
            for (let other = 0; other < 10; other++) {
              const there = order.includes(other) ? `id-${other}` : undefined;
              assert.equal(kept.get(`id-${other}`)?.id, there);
              assert.equal(kept.get(`code-${other}`)?.id, there);
            }
          }
        },
      ),
    );
  });
});

const OFFICERS = [
  ...[UNIT.commune, UNIT.department, UNIT.district].flatMap((unit) =>
    ['counter-1', 'specialist-1', 'head-1'].map((name) => `${name}@${unit}`),
  ),
  ...['portal', 'post', 'carrier'].map((name) => `${name}@${UNIT.province}`),
];

describe('after a command the engine keeps', () => {
  let desk: Desk;
  before(async () => {
    const { app } = await testDatabase();
    desk = new Desk(app, await smallProvince(app));
  });

  /** What the engine of the desk remembers; nobody else may ask. */
  const keptOf = (nameOf: string): DossierRecord | undefined =>
    (Reflect.get(Reflect.get(desk.engine, 'rounds') as object, 'kept') as Kept).get(nameOf);

  async function loaded(code: string): Promise<DossierRecord> {
    const [row] = await loadDossiers(desk.pool, [code], [], 'all');
    const { place, ...rest } = row!;
    const { definition } = pinned(desk.province.catalogue, rest.procedureVersionId);
    return { ...rest, snapshot: restore(rest.snapshot, definition, place) };
  }

  test('exactly what loading it would give, whatever way it has taken, alarms and new calendars between', async () => {
    const way = fc.tuple(
      fc.constantFrom(...Object.values(PROCEDURE)),
      fc.array(fc.nat(1_000), { minLength: 6, maxLength: 20 }),
    );
    const { calendar } = desk.province;
    const without = { ...calendar, years: new Map([...calendar.years].filter(([year]) => year !== 2019)) };
    const noHolidays = { ...calendar, years: new Map(calendar.years).set(2019, { off: [], makeUp: [] }) };
    const calendars = [calendar, without, noHolidays];
    const seen = new Set<string>();
    let compared = 0;
    let asked = 0;
    const walker: Walker = {
      pool: desk.pool,
      province: desk.province,
      ask: async (what: Asked): Promise<CommandAnswer> => {
        asked++;
        if (asked % 5 === 0) await desk.alarms.sweep(what.at);
        if (asked % 7 === 0) {
          const reference = { ...desk.province, calendar: calendars[asked % 3]! };
          await recomputeDeadlines(desk.pool, reference, new ManualClock(what.at));
        }
        const answer = await desk.ask(what);
        if (answer.kind === 'accepted') {
          const kept = keptOf(answer.code);
          assert.ok(kept, `${what.command} is not kept`);
          assert.deepEqual(kept, await loaded(answer.code), what.command);
          assert.equal(keptOf(answer.id), kept);
          seen.add(answer.event);
          compared++;
        }
        return answer;
      },
    };
    for (const [procedure, choices] of fc.sample(way, { numRuns: 40, seed: 1945 })) {
      const unit = procedure === PROCEDURE.joint ? UNIT.department : UNIT.commune;
      await walk(walker, { procedure, unit, officers: OFFICERS }, choices);
    }
    const unknown = await desk.file('2026-03-18T01:00:00.000Z', { procedure: PROCEDURE.long });
    await desk.act(unknown, 'receive', OFFICERS[0]!, '2026-03-18T02:00:00.000Z');
    assert.deepEqual(keptOf(unknown), await loaded(unknown));
    assert.equal(keptOf(unknown)?.deadline?.status, 'unknown');
    assert.ok(compared > 200, String(compared));
    assert.ok(seen.size >= 18, [...seen].sort().join(' '));
  });
});
