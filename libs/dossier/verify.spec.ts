import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ManualClock } from '#libs/kernel';
import { type Breakable, Desk, PROCEDURE, UNIT, breakable, smallProvince, testDatabase } from '#libs/testing';
import { recomputeDeadlines } from './recompute.js';
import { verify, type Finding, type Verification } from './verify.js';

const COUNTER = `counter-1@${UNIT.commune}`;
const SPECIALIST = `specialist-1@${UNIT.commune}`;

let world: Breakable;
before(async () => {
  world = await breakable();
});
after(() => world.close());

function check(): Promise<Verification> {
  return verify(world.pool, world.desk.province);
}

describe('an undamaged database', () => {
  test('has no findings, with alarms, a pause, a correction and an unknown date in it', async () => {
    const result = await check();
    assert.deepEqual(result.findings, []);
    assert.deepEqual(
      [result.ok, result.checks.map(({ name, looked, found }) => [name, looked, found])],
      [
        true,
        [
          ['dossiers', 5, 0],
          ['codes', 5, 0],
        ],
      ],
    );
    const rows = await world.ask(
      `SELECT count(*) AS n FROM motcua.event WHERE type IN ('dueSoon', 'overdue')`,
    );
    assert.equal(rows[0]!.n, 2);
  });

  test('has none when it is empty', async () => {
    const empty = await testDatabase();
    const nothing = await smallProvince(empty.app);
    const result = await verify(empty.app, nothing);
    assert.deepEqual([result.ok, result.findings], [true, []]);
  });

  test('has none after its deadlines were computed again on a calendar that knows more', async () => {
    const calendar = { ...world.desk.province.calendar, years: new Map(world.desk.province.calendar.years) };
    for (let year = 2027; year <= 2032; year++) calendar.years.set(year, { off: [], makeUp: [] });
    const clock = new ManualClock('2026-04-01T01:00:00.000Z');
    const computed = await recomputeDeadlines(world.pool, { ...world.desk.province, calendar }, clock);
    try {
      assert.equal(computed.changed, 1);
      assert.deepEqual((await check()).findings, []);
    } finally {
      await world.putBack();
    }
  });

  test('has none while commands go on being committed', async () => {
    const busy = await testDatabase();
    const desk = new Desk(busy.app, await smallProvince(busy.app));
    let working = true;
    const work = Array.from({ length: 8 }, async (_, nth) => {
      for (let day = 10; working && day < 28; day++) {
        const at = (minute: number): string => `2019-05-${day}T0${nth + 1}:${minute}:00.000Z`;
        const code = await desk.file(at(10), { procedure: PROCEDURE.copy });
        await desk.act(code, 'receive', COUNTER, at(20));
        await desk.act(code, 'startProcessing', COUNTER, at(30));
        await desk.act(code, 'resolve', SPECIALIST, at(40), { outcome: 'approved' });
      }
    });
    try {
      for (let times = 0; times < 4; times++) {
        assert.deepEqual((await verify(busy.app, desk.province)).findings, []);
      }
    } finally {
      working = false;
      await Promise.all(work);
    }
    assert.deepEqual((await verify(busy.app, desk.province)).findings, []);
  });
});

describe('the report', () => {
  test('runs the checks that another room brings, and is not in order when they find something', async () => {
    const finding: Finding = {
      fault: 'count_differs',
      dossier: null,
      what: 'one line is not what a recount gives',
    };
    const extra = [{ name: 'counts', run: () => Promise.resolve({ looked: 7, findings: [finding] }) }];
    const result = await verify(world.pool, { ...world.desk.province, extra });
    assert.deepEqual([result.ok, result.findings], [false, [finding]]);
    assert.deepEqual(
      [result.checks[2]!.name, result.checks[2]!.looked, result.checks[2]!.found],
      ['counts', 7, 1],
    );
  });

  test('keeps no more findings than it was asked for, and counts them all', async () => {
    await world.damage('UPDATE motcua.dossier SET alarms = 9');
    try {
      const result = await verify(world.pool, { ...world.desk.province, limit: 2 });
      assert.deepEqual([result.ok, result.findings.length, result.checks[0]!.found], [false, 2, 5]);
    } finally {
      await world.putBack();
    }
  });

  test('writes nothing, and gives its connection back', async () => {
    const before = await world.ask(
      `SELECT n_tup_ins + n_tup_upd + n_tup_del AS n FROM pg_stat_user_tables WHERE relname = 'dossier'`,
    );
    await check();
    const now = await world.ask(
      `SELECT n_tup_ins + n_tup_upd + n_tup_del AS n FROM pg_stat_user_tables WHERE relname = 'dossier'`,
    );
    assert.deepEqual(now, before);
    assert.equal(world.pool.waitingCount, 0);
    assert.equal(world.pool.idleCount, world.pool.totalCount);
  });
});
