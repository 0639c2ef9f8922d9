import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { connect, type Pool } from '#libs/database';
import { ManualClock } from '#libs/kernel';
import { Desk, PROCEDURE, UNIT, smallProvince, testDatabase, type SmallProvince } from '#libs/testing';
import { recomputeDeadlines } from './recompute.js';
import { verify, type Finding, type Verification } from './verify.js';

const TABLES = ['dossier', 'event', 'deadline', 'dossier_party', 'code_counter'] as const;
const COUNTER = `counter-1@${UNIT.commune}`;
const SPECIALIST = `specialist-1@${UNIT.commune}`;
const SUPPLEMENT = { reason: 'thiếu', documents: ['đơn'] };

let pool: Pool;
let province: SmallProvince;
let owner: Awaited<ReturnType<typeof connect>>;
/** received, asked for a supplement, in process, late by now */
let late: string;
/** resolved the day it came, its name corrected */
let done: string;
/** only filed, at the same counter on the same day */
let filed: string;
/** its date is unknown */
let unknown: string;

before(async () => {
  const database = await testDatabase();
  pool = database.app;
  province = await smallProvince(pool);
  owner = await connect(database.ownerUrl);
  const desk = new Desk(pool, province);
  late = await desk.file('2019-03-18T01:00:00.000Z');
  await desk.act(late, 'receive', COUNTER, '2019-03-18T01:10:00.000Z');
  await desk.act(late, 'requestSupplement', COUNTER, '2019-03-19T01:00:00.000Z', SUPPLEMENT);
  await desk.act(late, 'supplement', COUNTER, '2019-03-20T01:00:00.000Z', SUPPLEMENT);
  await desk.act(late, 'startProcessing', COUNTER, '2019-03-20T01:30:00.000Z');
  await desk.act(late, 'completeStep', SPECIALIST, '2019-03-20T02:00:00.000Z');
  done = await desk.file('2019-03-18T02:00:00.000Z', { procedure: PROCEDURE.copy });
  await desk.act(done, 'receive', COUNTER, '2019-03-18T02:10:00.000Z');
  await desk.act(done, 'amend', COUNTER, '2019-03-18T02:20:00.000Z', { field: 'name', value: 'Tên Đúng' });
  await desk.act(done, 'startProcessing', COUNTER, '2019-03-18T02:30:00.000Z');
  await desk.act(done, 'resolve', SPECIALIST, '2019-03-18T03:00:00.000Z', { outcome: 'approved' });
  filed = await desk.file('2019-03-18T04:00:00.000Z');
  unknown = await desk.file('2026-03-18T01:00:00.000Z', { procedure: PROCEDURE.long });
  await desk.act(unknown, 'receive', COUNTER, '2026-03-18T01:10:00.000Z');
  await desk.alarms.sweep('2019-04-18T00:00:00.000Z');
  await owner.query('CREATE SCHEMA kept');
  for (const table of TABLES)
    await owner.query(`CREATE TABLE kept.${table} AS SELECT * FROM motcua.${table}`);
});
after(() => owner.end());

/** What verify finds after the owner has done `sql` to the database; then everything is put back. */
async function damaged(sql: string, values: unknown[] = []): Promise<Finding[]> {
  const { rowCount } = await owner.query(sql, values);
  assert.ok(rowCount, `nothing was damaged: ${sql}`);
  try {
    const result = await check();
    assert.equal(result.ok, false, 'the damage was not found');
    assert.ok(result.findings.every(({ what }) => what.length > 10));
    return result.findings;
  } finally {
    await putBack();
  }
}

async function putBack(): Promise<void> {
  for (const table of TABLES) {
    await owner.query(`DELETE FROM motcua.${table}`);
    await owner.query(`INSERT INTO motcua.${table} SELECT * FROM kept.${table}`);
  }
}

function check(): Promise<Verification> {
  return verify(pool, { catalogue: province.catalogue, units: province.units });
}

const faults = (findings: Finding[]): string[] => findings.map(({ fault, dossier }) => `${fault} ${dossier}`);
const OF = (column = 'id'): string => `${column} = (SELECT id FROM motcua.dossier WHERE code = $1)`;

describe('an undamaged database', () => {
  test('has no findings, with alarms, a pause, a correction and an unknown date in it', async () => {
    const result = await check();
    assert.deepEqual(result.findings, []);
    assert.deepEqual(
      [result.ok, result.checks.map(({ name, looked, found }) => [name, looked, found])],
      [
        true,
        [
          ['dossiers', 4, 0],
          ['codes', 4, 0],
        ],
      ],
    );
    const { rows } = await owner.query(
      `SELECT count(*) AS n FROM motcua.event WHERE type IN ('dueSoon', 'overdue')`,
    );
    assert.equal(rows[0].n, 2);
  });

  test('has none when it is empty', async () => {
    const empty = await testDatabase();
    const nothing = await smallProvince(empty.app);
    const result = await verify(empty.app, nothing);
    assert.deepEqual([result.ok, result.findings], [true, []]);
  });

  test('has none after its deadlines were computed again on a calendar that knows more', async () => {
    const calendar = { ...province.calendar, years: new Map(province.calendar.years) };
    for (let year = 2027; year <= 2032; year++) calendar.years.set(year, { off: [], makeUp: [] });
    const clock = new ManualClock('2026-04-01T01:00:00.000Z');
    const computed = await recomputeDeadlines(pool, { ...province, calendar }, clock);
    try {
      assert.equal(computed.changed, 1);
      assert.deepEqual((await check()).findings, []);
    } finally {
      await putBack();
    }
  });
});

describe('the versions', () => {
  test('an event that is gone leaves a gap', async () => {
    const found = await damaged(`DELETE FROM motcua.event WHERE ${OF('dossier_id')} AND version = 3`, [late]);
    assert.deepEqual(faults(found), [`version_gap ${late}`]);
    assert.match(found[0]!.what, /version 3 is missing/);
  });

  test('two events of one version are found', async () => {
    const found = await damaged(
      `INSERT INTO motcua.event SELECT * FROM motcua.event WHERE ${OF('dossier_id')} AND version = 2 AND type = 'received'`,
      [done],
    );
    assert.deepEqual(faults(found), [`version_repeated ${done}`]);
  });

  test('a dossier that is behind its log, or ahead of it, is found', async () => {
    for (const by of [-1, 1]) {
      const found = await damaged(`UPDATE motcua.dossier SET version = version + ${by} WHERE code = $1`, [
        done,
      ]);
      assert.deepEqual(faults(found), [`version_differs ${done}`]);
    }
  });

  test('a log that is gone altogether is found', async () => {
    const found = await damaged(`DELETE FROM motcua.event WHERE ${OF('dossier_id')}`, [filed]);
    assert.deepEqual(faults(found), [`version_differs ${filed}`]);
  });

  test('an event of a type that nobody knows is found', async () => {
    const found = await damaged(
      `UPDATE motcua.event SET type = 'xstate.done' WHERE ${OF('dossier_id')} AND version = 3`,
      [done],
    );
    assert.ok(faults(found).includes(`event_unknown ${done}`));
  });

  test('events of a dossier that is not there are found by its id', async () => {
    const { rows } = await owner.query('SELECT id FROM motcua.dossier WHERE code = $1', [filed]);
    const found = await damaged('DELETE FROM motcua.dossier WHERE code = $1', [filed]);
    assert.ok(faults(found).includes(`event_without_dossier ${rows[0].id}`));
  });
});

describe('the snapshots', () => {
  test('a snapshot that its events do not give is found', async () => {
    const found = await damaged(
      `UPDATE motcua.dossier SET snapshot = jsonb_set(snapshot, '{context,outcome}', '"rejected"') WHERE code = $1`,
      [done],
    );
    assert.deepEqual(faults(found), [`snapshot_differs ${done}`]);
  });

  test('each column that repeats the snapshot or the log is held against it', async () => {
    const columns = {
      state: `'received'`,
      step: `'verify'`,
      current_unit_id: '0',
      submitted_at: `submitted_at + interval '1 second'`,
      received_at: 'NULL',
      closed_at: 'now()',
      last_at: `last_at + interval '1 millisecond'`,
    };
    for (const [column, value] of Object.entries(columns)) {
      const found = await damaged(`UPDATE motcua.dossier SET ${column} = ${value} WHERE code = $1`, [late]);
      assert.deepEqual(faults(found), [`column_differs ${late}`], column);
      assert.match(found[0]!.what, new RegExp(`^${column} is `));
    }
  });

  test('an event whose own state is not what folding gives is found', async () => {
    const found = await damaged(
      `UPDATE motcua.event SET state = 'posted' WHERE ${OF('dossier_id')} AND version = 2 AND type = 'received'`,
      [done],
    );
    assert.deepEqual(faults(found), [`event_state ${done}`]);
  });

  test('an event that cannot follow from those before it is found', async () => {
    const found = await damaged(
      `UPDATE motcua.event SET type = 'collected' WHERE ${OF('dossier_id')} AND version = 3`,
      [done],
    );
    assert.ok(faults(found).includes(`event_unfit ${done}`));
  });

  test('an event that is older than the one before it is found', async () => {
    const found = await damaged(
      `UPDATE motcua.event SET occurred_at = '2019-03-17' WHERE ${OF('dossier_id')} AND version = 3`,
      [done],
    );
    assert.match(found[0]!.what, /occurred_before_last_event/);
  });

  test('a changed outcome in the log is found', async () => {
    const found = await damaged(
      `UPDATE motcua.event SET data = jsonb_set(data, '{p,outcome}', '"rejected"') WHERE ${OF('dossier_id')} AND type = 'resolved'`,
      [done],
    );
    assert.deepEqual(faults(found), [`snapshot_differs ${done}`]);
  });
});

describe('the codes', () => {
  test('a number that was passed over is found', async () => {
    const found = await damaged(`UPDATE motcua.dossier SET code = left(code, -4) || '0007' WHERE code = $1`, [
      filed,
    ]);
    const seven = filed.replace(/\d{4}$/, '0007');
    assert.deepEqual(faults(found), [`code_gap ${seven}`, 'code_counter null']);
    assert.match(found[0]!.what, /go to number 7 where 3 was next/);
  });

  test('a dossier that is gone leaves its number open', async () => {
    const found = await damaged(
      `WITH gone AS (DELETE FROM motcua.event WHERE ${OF('dossier_id')}) DELETE FROM motcua.dossier WHERE code = $1`,
      [done],
    );
    assert.deepEqual(faults(found), [`code_gap ${filed}`]);
  });

  test('a code of another unit, another day, or badly written is found', async () => {
    for (const wrong of [
      `${UNIT.otherCommune}-190318-0003`,
      `${UNIT.commune}-190319-0003`,
      `${UNIT.commune}-190318-00003`,
      'x',
    ]) {
      const found = await damaged('UPDATE motcua.dossier SET code = $2 WHERE code = $1', [filed, wrong]);
      assert.ok(faults(found).includes(`code_text ${wrong}`), wrong);
    }
  });

  test('a counter that is ahead, behind, missing or without dossiers is found', async () => {
    const here = `unit_id = (SELECT id FROM motcua.unit WHERE agency_code = $1) AND day = '2019-03-18'`;
    for (const sql of [
      `UPDATE motcua.code_counter SET last = 4 WHERE ${here}`,
      `UPDATE motcua.code_counter SET last = 2 WHERE ${here}`,
      `DELETE FROM motcua.code_counter WHERE ${here}`,
      `INSERT INTO motcua.code_counter SELECT id, '2019-03-21', 1 FROM motcua.unit WHERE agency_code = $1`,
    ]) {
      const found = await damaged(sql, [UNIT.commune]);
      assert.deepEqual(faults(found), ['code_counter null'], sql);
      assert.deepEqual(found[0]!.detail!.unit, UNIT.commune);
    }
  });

  test('a day with more than 9,999 dossiers is in order: its numbers simply grow', async () => {
    const found = await damaged(
      `UPDATE motcua.dossier SET code = left(code, -4) || '10000' WHERE code = $1`,
      [filed],
    );
    assert.ok(!faults(found).some((fault) => fault.startsWith('code_text')));
  });
});

describe('the deadlines', () => {
  test('each part of a deadline that its last fact does not say is found', async () => {
    const parts = {
      generation: 'generation + 1',
      due_at: `due_at + interval '1 day'`,
      remaining_minutes: '5',
      reason: `'because'`,
    };
    for (const [column, value] of Object.entries(parts)) {
      const found = await damaged(
        `UPDATE motcua.deadline SET ${column} = ${value} WHERE ${OF('dossier_id')}`,
        [late],
      );
      assert.ok(faults(found).includes(`deadline_differs ${late}`), column);
    }
    const found = await damaged(`UPDATE motcua.deadline SET status = 'stopped' WHERE ${OF('dossier_id')}`, [
      unknown,
    ]);
    assert.deepEqual(faults(found), [`deadline_differs ${unknown}`]);
  });

  test('a deadline that is gone, or that no event tells of, is found', async () => {
    assert.deepEqual(faults(await damaged(`DELETE FROM motcua.deadline WHERE ${OF('dossier_id')}`, [late])), [
      `deadline_missing ${late}`,
    ]);
    const invented = `INSERT INTO motcua.deadline (dossier_id, generation, status, limit_value, limit_unit, calendar, started_at)
      SELECT id, 1, 'stopped', 1, 'hour', 'state', now() FROM motcua.dossier WHERE code = $1`;
    assert.deepEqual(faults(await damaged(invented, [filed])), [`deadline_untold ${filed}`]);
  });

  test('an alarm that was lost, or never raised, or set without a reason is found', async () => {
    const lost = await damaged(
      `WITH gone AS (DELETE FROM motcua.event WHERE ${OF('dossier_id')} AND type = 'overdue' RETURNING dossier_id)
       UPDATE motcua.dossier SET alarms = alarms - 1 WHERE id IN (SELECT dossier_id FROM gone)`,
      [late],
    );
    assert.deepEqual(faults(lost), [`alarm_lost ${late}`]);
    const count = await damaged('UPDATE motcua.dossier SET alarms = alarms + 1 WHERE code = $1', [late]);
    assert.deepEqual(faults(count), [`alarm_count ${late}`]);
    const warning = await damaged(
      `WITH gone AS (DELETE FROM motcua.event WHERE ${OF('dossier_id')} AND type IN ('dueSoon', 'overdue') RETURNING dossier_id),
        set_again AS (UPDATE motcua.deadline SET alarm_at = due_at WHERE dossier_id IN (SELECT dossier_id FROM gone))
       UPDATE motcua.dossier SET alarms = 0 WHERE id IN (SELECT dossier_id FROM gone)`,
      [late],
    );
    assert.deepEqual(faults(warning), [`alarm_lost ${late}`]);
    const untold = await damaged(
      `WITH gone AS (DELETE FROM motcua.event WHERE ${OF('dossier_id')} AND type = 'deadlineUnknown' RETURNING dossier_id)
       UPDATE motcua.dossier SET alarms = alarms - 1 WHERE id IN (SELECT dossier_id FROM gone)`,
      [unknown],
    );
    assert.deepEqual(faults(untold), [`alarm_lost ${unknown}`]);
    for (const code of [late, done, unknown]) {
      const stray = await damaged(
        `UPDATE motcua.deadline SET alarm_at = '2030-01-01' WHERE ${OF('dossier_id')}`,
        [code],
      );
      assert.deepEqual(faults(stray), [`alarm_stray ${code}`]);
    }
  });
});

describe('the personal revisions', () => {
  test('a revision that an event names and that is gone is found', async () => {
    for (const revision of [1, 2]) {
      const found = await damaged(
        `DELETE FROM motcua.dossier_party WHERE ${OF('dossier_id')} AND revision = ${revision}`,
        [done],
      );
      assert.deepEqual(faults(found), [`party_revisions ${done}`]);
    }
  });

  test('a revision that no event names is found', async () => {
    const found = await damaged(
      `WITH more AS (INSERT INTO motcua.dossier_party SELECT dossier_id, revision + 1, 'Tên Lạ', NULL, NULL, NULL, NULL, now(), now()
        FROM motcua.dossier_party WHERE ${OF('dossier_id')})
       UPDATE motcua.dossier SET party_revision = party_revision + 1 WHERE code = $1`,
      [filed],
    );
    assert.deepEqual(faults(found), [`party_untold ${filed}`]);
    assert.doesNotMatch(JSON.stringify(found), /Tên Lạ/);
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
    const result = await verify(pool, { ...province, extra });
    assert.deepEqual([result.ok, result.findings], [false, [finding]]);
    assert.deepEqual(
      [result.checks[2]!.name, result.checks[2]!.looked, result.checks[2]!.found],
      ['counts', 7, 1],
    );
  });

  test('keeps no more findings than it was asked for, and counts them all', async () => {
    await owner.query('UPDATE motcua.dossier SET alarms = 9');
    try {
      const result = await verify(pool, { ...province, limit: 2 });
      assert.deepEqual([result.ok, result.findings.length, result.checks[0]!.found], [false, 2, 4]);
    } finally {
      await putBack();
    }
  });

  test('writes nothing, and gives its connection back', async () => {
    const before = await owner.query(
      `SELECT n_tup_ins + n_tup_upd + n_tup_del AS n FROM pg_stat_user_tables WHERE relname = 'dossier'`,
    );
    await check();
    const now = await owner.query(
      `SELECT n_tup_ins + n_tup_upd + n_tup_del AS n FROM pg_stat_user_tables WHERE relname = 'dossier'`,
    );
    assert.deepEqual(now.rows, before.rows);
    assert.equal(pool.waitingCount, 0);
    assert.equal(pool.idleCount, pool.totalCount);
  });
});
