import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Pool } from 'pg';
import { connect } from '#libs/database';
import { testDatabase } from '#libs/testing';
import type { ReportKey, ReportLine } from '../figures.js';
import type { UnitLine } from '../report.js';
import { catchUp, provinceIn } from './fresh.fixture.js';
import {
  type History,
  PROCEDURES,
  UNITS,
  at,
  closed,
  idOf,
  overdue,
  received,
  saveDossier,
  saveEvents,
  saveHistories,
  saveProcedureVersion,
  saveProvince,
} from './history.fixture.js';
import { quarterly } from './quarterly.js';
import { recount } from './recount.js';

const NOW = at('2026-11-20 08:00');
const communeA = { unit: 'communeA', procedure: 'birth', channel: 'counter' } as const;

const q2 = async (pool: Pool, by: ReportKey = 'level'): Promise<Awaited<ReturnType<typeof quarterly>>> => {
  await catchUp(pool);
  return quarterly(pool, { period: '2019Q2', by, now: NOW });
};
const shape = (line: ReportLine): number[] => [
  line.carriedOver,
  line.received,
  line.resolved,
  line.inProcess,
];

test('counting by the current state: a past quarter stays the same to the digit when its dossiers move on', async () => {
  const pool = await provinceIn(await testDatabase());
  const open: History = {
    ...communeA,
    name: 'open',
    events: [received('2019-06-03 08:00'), overdue('2019-06-10 17:00')],
  };
  const done: History = { ...communeA, name: 'done', events: [received('2019-06-03 09:00'), closed('resolved', '2019-06-14 16:59', 'before')] }; // prettier-ignore
  await saveHistories(pool, [open, done]);
  const before = await q2(pool);
  assert.deepEqual(shape(before.total), [0, 2, 1, 1]);
  assert.equal(before.total.inProcessOverdue, 1);

  const later: History[] = [
    { ...open, events: [...open.events, closed('resolved', '2019-06-15 00:00', 'overdue', true)] },
    {
      ...done,
      events: [...done.events, { type: 'collected', at: at('2019-06-20 08:00'), state: 'delivered' }],
    },
  ];
  for (const history of later) {
    await saveDossier(pool, history);
    await saveEvents(pool, history.name, history.events.slice(2), 3);
  }
  const after = await q2(pool);
  assert.deepEqual(after.lines, before.lines);
  assert.deepEqual(after.total, before.total);
  const next = await quarterly(pool, { from: '2019-06-15', until: '2019-09-15', by: 'level', now: NOW });
  assert.deepEqual(shape(next.total), [1, 0, 1, 0]);
});

test('one dossier counted twice when two agencies handle it: it counts once, at its competent unit', async () => {
  const pool = await provinceIn(await testDatabase());
  const events = [
    received('2019-04-01 08:00'),
    { type: 'stepCompleted', at: at('2019-04-02 08:00') },
    { type: 'stepCompleted', at: at('2019-04-03 08:00') },
    closed('resolved', '2019-04-04 08:00'),
  ];
  await saveHistories(pool, [
    { unit: 'department', procedure: 'licence', channel: 'counter', name: 'handed-on', events },
  ]);
  // Received at a commune's counter, worked on by the district, answered for by the department.
  await pool.query(
    `UPDATE motcua.dossier SET receiving_unit_id = (SELECT id FROM motcua.unit WHERE agency_code = $2),
       current_unit_id = (SELECT id FROM motcua.unit WHERE agency_code = $3) WHERE id = $1`,
    [idOf('handed-on'), UNITS.communeA.code, UNITS.district.code],
  );
  const { lines, total } = await q2(pool, 'unit');
  const counted = lines.filter((line) => line.toSettle > 0);
  assert.deepEqual(
    counted.map((line) => [line.key, line.received, line.resolved]),
    [[UNITS.department.code, 1, 1]],
  );
  assert.equal(total.received, 1);
});

test('the received date used for the resolved count: a dossier is received in one quarter and resolved in another', async () => {
  const pool = await provinceIn(await testDatabase());
  await saveHistories(pool, [
    {
      ...communeA,
      name: 'over-the-edge',
      events: [received('2019-03-14 23:59'), closed('resolved', '2019-03-15 00:00')],
    },
  ]);
  const second = await q2(pool);
  assert.deepEqual(shape(second.total), [1, 0, 1, 0]);
  const first = await quarterly(pool, { from: '2018-12-15', until: '2019-03-15', by: 'level', now: NOW });
  assert.deepEqual(shape(first.total), [0, 1, 0, 1]);
});

test('deletions: a dossier that disappears from its table takes nothing out of a counted quarter', async () => {
  const { app, ownerUrl } = await testDatabase();
  await saveProvince(app);
  await saveHistories(app, [
    { ...communeA, name: 'kept', events: [received('2019-04-01 08:00')] },
    {
      ...communeA,
      name: 'deleted',
      events: [received('2019-04-01 08:00'), closed('withdrawn', '2019-04-02 08:00')],
    },
  ]);
  const before = await q2(app);
  await assert.rejects(app.query('DELETE FROM motcua.dossier'), { code: '42501' });
  await assert.rejects(app.query('DELETE FROM motcua.event'), { code: '42501' });
  await assert.rejects(app.query('DELETE FROM motcua.report_cell'), { code: '42501' });
  const owner = await connect(ownerUrl);
  await owner.query('DELETE FROM motcua.dossier WHERE id = $1', [idOf('deleted')]);
  await owner.end();
  assert.deepEqual((await q2(app)).lines, before.lines);
});

test('merged units: the old unit keeps its history, and a code that is used again gets a line of its own', async () => {
  const pool = await provinceIn(await testDatabase());
  const before = [received('2019-04-01 08:00'), closed('resolved', '2019-04-02 08:00')];
  await saveHistories(pool, [
    { ...communeA, name: 'old', events: before },
    { ...communeA, name: 'new', events: [received('2019-05-02 08:00')] },
  ]);
  // Commune A is merged into a ward that is given its code.
  await pool.query(`UPDATE motcua.unit SET valid_until = '2019-05-01' WHERE agency_code = $1`, [
    UNITS.communeA.code,
  ]);
  await pool.query(
    `INSERT INTO motcua.unit (agency_code, level, kind, name, parent_id, valid_from)
     SELECT agency_code, level, kind, 'Phường An Trường', parent_id, '2019-05-01' FROM motcua.unit WHERE agency_code = $1`,
    [UNITS.communeA.code],
  );
  await pool.query(
    `UPDATE motcua.dossier SET competent_unit_id = (SELECT id FROM motcua.unit WHERE valid_from = '2019-05-01') WHERE id = $1`,
    [idOf('new')],
  );
  const { lines, total } = await q2(pool, 'unit');
  const wards = lines.filter((line): line is UnitLine => line.key.startsWith(UNITS.communeA.code));
  assert.deepEqual(
    wards.map((line) => [line.key, line.label.vi, line.validFrom, line.validUntil, ...shape(line)]),
    [
      [`${UNITS.communeA.code}@2019-05-01`, 'Phường An Trường', '2019-05-01', null, 0, 1, 0, 1],
      [UNITS.communeA.code, 'Xã An Trường', null, '2019-05-01', 0, 1, 1, 0],
    ],
  );
  assert.equal(total.received, 2);
});

test('two versions of a procedure are one line, under its newest name', async () => {
  const pool = await provinceIn(await testDatabase());
  await saveHistories(pool, [
    { ...communeA, name: 'v1', events: [received('2019-04-01 08:00')] },
    { ...communeA, name: 'v2', events: [received('2019-04-02 08:00')] },
  ]);
  await saveProcedureVersion(pool, PROCEDURES.birth, 2, 'Đăng ký khai sinh');
  await pool.query(
    `UPDATE motcua.dossier SET procedure_version_id = (SELECT id FROM motcua.procedure_version WHERE version = 2) WHERE id = $1`,
    [idOf('v2')],
  );
  const { lines } = await q2(pool, 'procedure');
  assert.deepEqual(
    lines.map((line) => [line.key, line.label.vi, line.received]),
    [[PROCEDURES.birth.code, 'Đăng ký khai sinh', 2]],
  );
});

test('a dossier refused or withdrawn before acceptance counts nowhere', async () => {
  const pool = await provinceIn(await testDatabase());
  const filed = { type: 'submitted', at: at('2019-04-01 08:00'), state: 'submitted' };
  await saveHistories(pool, [
    {
      ...communeA,
      name: 'refused',
      events: [filed, { type: 'refused', at: at('2019-04-01 09:00'), state: 'refused' }],
    },
    {
      ...communeA,
      name: 'gone',
      events: [filed, { type: 'withdrawn', at: at('2019-04-01 09:00'), state: 'withdrawn' }],
    },
    {
      ...communeA,
      name: 'asked',
      events: [filed, { type: 'supplementRequested', at: at('2019-04-01 09:00') }],
    },
  ]);
  assert.deepEqual(shape((await q2(pool)).total), [0, 0, 0, 0]);
});

test('withdrawn and discontinued dossiers are resolved on time; one that waits for its applicant is in process and in time', async () => {
  const pool = await provinceIn(await testDatabase());
  const late = [received('2019-04-01 08:00'), overdue('2019-04-08 17:00')];
  await saveHistories(pool, [
    {
      ...communeA,
      name: 'withdrawn',
      events: [...late, closed('withdrawn', '2019-04-10 08:00', 'overdue', true)],
    },
    {
      ...communeA,
      name: 'stopped',
      events: [...late, closed('discontinued', '2019-04-10 08:00', 'on', true)],
    },
    { ...communeA, name: 'late', events: [...late, closed('resolved', '2019-04-10 08:00', 'overdue', true)] },
    { ...communeA, name: 'standing', events: late },
    {
      ...communeA,
      name: 'waiting',
      events: [
        ...late,
        { type: 'supplementRequested', at: at('2019-04-10 08:00'), data: { wasOverdue: true } },
      ],
    },
  ]);
  const { total } = await q2(pool);
  assert.deepEqual([total.resolvedBefore, total.resolvedOnTime, total.resolvedOverdue], [0, 2, 1]);
  assert.deepEqual([total.inProcess, total.inProcessInTime, total.inProcessOverdue], [2, 1, 1]);
  assert.equal(total.identity.holds, true);
});

test('a unit that received nothing has its line, and a district also the sum of its communes', async () => {
  const pool = await provinceIn(await testDatabase());
  await saveHistories(pool, [
    { ...communeA, name: 'a', events: [received('2019-04-01 08:00')] },
    {
      ...communeA,
      unit: 'communeB',
      name: 'b',
      events: [received('2019-04-01 08:00'), closed('resolved', '2019-04-02 08:00')],
    },
    { ...communeA, unit: 'district', name: 'd', events: [received('2019-04-01 08:00')] },
  ]);
  const lines = (await q2(pool, 'unit')).lines as UnitLine[];
  assert.deepEqual(
    lines.map((line) => [line.key, line.level, line.parent, line.received, line.rolledUp?.received]),
    [
      [UNITS.department.code, 'province', null, 0, undefined],
      [UNITS.district.code, 'district', null, 1, 3],
      [UNITS.communeA.code, 'commune', UNITS.district.code, 1, undefined],
      [UNITS.communeB.code, 'commune', UNITS.district.code, 1, undefined],
    ],
  );
});

test('an event written down late changes only what is known afterwards', async () => {
  const pool = await provinceIn(await testDatabase());
  await saveHistories(pool, [{ ...communeA, name: 'late', events: [received('2019-06-03 08:00')] }]);
  const soon = at('2019-06-20 08:00');
  const then = await quarterly(pool, { period: '2019Q2', by: 'level', knownAt: soon, now: NOW });
  assert.deepEqual(shape(then.total), [0, 1, 0, 1]);

  const forgotten = {
    ...closed('resolved', '2019-06-10 08:00', 'before'),
    recordedAt: at('2019-07-01 08:00'),
  };
  await saveEvents(pool, 'late', [forgotten], 2);
  const again = await quarterly(pool, { period: '2019Q2', by: 'level', knownAt: soon, now: NOW });
  assert.deepEqual({ ...again, asOfPosition: null }, { ...then, asOfPosition: null });
  assert.equal(again.source, 'events');
  const now = await q2(pool);
  assert.equal(now.source, 'cells');
  assert.deepEqual(shape(now.total), [0, 1, 1, 0]);
  for (const knownAt of [soon, NOW]) {
    const other = await recount(pool, { period: '2019Q2', by: 'level', knownAt });
    assert.equal(other.total.resolvedBefore, knownAt === soon ? 0 : 1);
  }
});
