import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { DomainError, ManualClock } from '#libs/kernel';
import type { Pool, Reads } from '#libs/database';
import { actingAlone } from '#libs/identity';
import { Desk, PROCEDURE, UNIT, smallProvince, testDatabase, type SmallProvince } from '#libs/testing';
import { createQueries, type DossierQueries } from './queries.js';

let pool: Pool;
let reads: Reads;
let province: SmallProvince;
let desk: Desk;
/** as a head of the commune who sees all there is */
let queries: DossierQueries;
const clock = new ManualClock('2019-03-20T03:00:00.000Z');

const COUNTER = `counter-1@${UNIT.commune}`;
const HEAD = `head-1@${UNIT.commune}`;
const SPECIALIST = `specialist-1@${UNIT.commune}`;

before(async () => {
  ({ app: pool, reads } = await testDatabase());
  province = await smallProvince(pool);
  desk = new Desk(pool, province);
  queries = createQueries({ reads, ...province, clock }).as({ ...acting(HEAD), scope: 'all' });
});

const acting = (code: string) => actingAlone(province.units.officer(code)!, province.units);
/** As an officer sees it, within their own scope. */
const as = (code: string): DossierQueries => createQueries({ reads, ...province, clock }).as(acting(code));

const refusal =
  (code: string, field?: string) =>
  (error: unknown): boolean =>
    error instanceof DomainError &&
    error.code === code &&
    (field === undefined || error.detail.field === field);

/** Filed and received on Monday, its name corrected on Wednesday. */
async function aDossier(): Promise<string> {
  const code = await desk.file('2019-03-18T01:00:00.000Z', {
    applicant: { name: 'Trần Thị Bich', paperNumber: '334455' },
  });
  await desk.act(code, 'receive', COUNTER, '2019-03-18T01:10:00.000Z');
  await desk.act(code, 'amend', COUNTER, '2019-03-20T02:00:00.000Z', {
    field: 'name',
    value: 'Trần Thị Bích',
  });
  return code;
}

describe('a dossier as it stands', () => {
  test('shows its procedure, its three units, its state in three languages and the national code', async () => {
    const code = await desk.file('2019-03-18T01:00:00.000Z', {
      procedure: PROCEDURE.joint,
      unit: UNIT.department,
      by: `counter-1@${UNIT.commune}`,
      channel: 'online',
    });
    const view = await queries.get(code);
    assert.deepEqual(view.procedure, { code: PROCEDURE.joint, version: 1, name: 'Cấp phép liên thông' });
    assert.deepEqual(
      [view.receivingUnit.code, view.competentUnit.code, view.currentUnit.code],
      [UNIT.commune, UNIT.department, UNIT.commune],
    );
    assert.equal(view.currentUnit.name, 'Xã Đầm Sen');
    assert.deepEqual(
      [view.state, view.nationalStatus, view.version, view.channel, view.returnBy],
      ['submitted', 1, 1, 'online', 'counter'],
    );
    assert.ok(view.label.vi && view.label.en && view.label.km);
    assert.deepEqual(
      [view.submittedAt, view.receivedAt, view.closedAt, view.dueAt],
      ['2019-03-18T01:00:00.000Z', null, null, null],
    );
  });

  test('is overdue after its due moment, and not while the applicant owes papers', async () => {
    const code = await desk.file('2019-03-13T01:00:00.000Z');
    const other = await desk.file('2019-03-13T01:00:00.000Z');
    for (const each of [code, other]) await desk.act(each, 'receive', COUNTER, '2019-03-13T01:10:00.000Z');
    await desk.act(other, 'requestSupplement', COUNTER, '2019-03-14T01:00:00.000Z', {
      reason: 'thiếu',
      documents: ['đơn'],
    });
    assert.deepEqual(
      [(await queries.get(code)).dueAt, (await queries.get(code)).overdue],
      ['2019-03-18T10:00:00.000Z', true],
    );
    assert.deepEqual([(await queries.get(other)).dueAt, (await queries.get(other)).overdue], [null, false]);
  });

  test('is unknown for a code that nobody was given, whatever it looks like', async () => {
    for (const code of [
      '000.31.01.H59-190318-9999',
      '',
      'x\0y',
      `${'9'.repeat(100_000)}`,
      "' OR 1=1 --",
      'đ\u0007',
    ]) {
      await assert.rejects(queries.get(code), refusal('unknown_dossier', 'code'));
      await assert.rejects(queries.history(code), refusal('unknown_dossier'));
    }
  });

  test('is shown by queries that are told how to get what they need to know, or what it is', async () => {
    const code = await desk.file('2019-03-18T01:00:00.000Z');
    const { units, catalogue, calendar } = province;
    const lazy = createQueries({
      reads,
      units: () => units,
      catalogue: () => catalogue,
      calendar: () => calendar,
      clock,
    }).as({ ...acting(HEAD), scope: 'all' });
    assert.deepEqual(await lazy.get(code), await queries.get(code));
    assert.deepEqual(await lazy.deadline(code), await queries.deadline(code));
  });
});

describe('a dossier as it stood', () => {
  test('is told from the events that had happened by then, with the name of that time', async () => {
    const code = await aDossier();
    const at = async (asOf: string) => {
      const { state, version, applicant, receivedAt, dueAt } = await queries.get(code, { asOf });
      return [state, version, applicant.name, receivedAt, dueAt];
    };
    assert.deepEqual(await at('2019-03-18T01:05:00.000Z'), ['submitted', 1, 'Trần Thị Bich', null, null]);
    const due = '2019-03-21T10:00:00.000Z';
    assert.deepEqual(await at('2019-03-18T12:00:00.000Z'), [
      'received',
      2,
      'Trần Thị Bich',
      '2019-03-18T01:10:00.000Z',
      due,
    ]);
    const now = await queries.get(code);
    assert.deepEqual(await queries.get(code, { asOf: '2019-03-20T02:00:00.000Z' }), {
      ...now,
      overdue: false,
    });
    assert.equal(now.applicant.name, 'Trần Thị Bích');
    assert.equal((await queries.get(code, { asOf: '2019-03-22T00:00:00.000Z' })).overdue, true);
  });

  test('includes what happened at that very moment', async () => {
    const code = await aDossier();
    assert.equal((await queries.get(code, { asOf: '2019-03-18T01:10:00.000Z' })).state, 'received');
    assert.equal((await queries.get(code, { asOf: '2019-03-18T01:09:59.999Z' })).state, 'submitted');
  });

  test('had not been filed before its first event', async () => {
    const code = await aDossier();
    await assert.rejects(
      queries.get(code, { asOf: '2019-03-18T00:59:59.999Z' }),
      refusal('not_yet_filed', 'asOf'),
    );
  });

  test('as known at a time leaves out what was recorded later, although it had happened', async () => {
    const code = await desk.file('2019-03-18T01:00:00.000Z');
    const filedAt = (await queries.history(code))[0]!.recordedAt;
    desk.recorded.moveTo('2019-06-20T00:00:00.000Z');
    await desk.act(code, 'receive', COUNTER, '2019-03-18T01:10:00.000Z');
    const asOf = '2019-03-19T00:00:00.000Z';
    assert.equal((await queries.get(code, { asOf })).state, 'received');
    assert.equal((await queries.get(code, { asOf, knownAt: filedAt })).state, 'submitted');
    assert.equal((await queries.get(code, { knownAt: filedAt })).version, 1);
    assert.equal((await queries.history(code, { knownAt: filedAt })).length, 1);
    await assert.rejects(queries.get(code, { knownAt: '2019-01-01T00:00:00Z' }), refusal('not_yet_filed'));
  });

  test('is refused for a moment that is none, naming the field', async () => {
    const code = await aDossier();
    for (const bad of [
      '2019-03-18',
      '2019-02-30T00:00:00Z',
      'yesterday',
      '2019-03-18T01:00:00',
      '+275760-09-13T00:00:00.000Z',
      '',
    ]) {
      await assert.rejects(queries.get(code, { asOf: bad }), refusal('moment_not_understood', 'asOf'), bad);
      await assert.rejects(
        queries.history(code, { knownAt: bad }),
        refusal('moment_not_understood', 'knownAt'),
        bad,
      );
    }
    assert.equal((await queries.get(code, { asOf: '2019-03-18T08:10:00+07:00' })).state, 'received');
  });

  test('lies with the unit whose step was in hand', async () => {
    const code = await desk.file('2019-03-18T01:00:00.000Z', {
      procedure: PROCEDURE.joint,
      unit: UNIT.department,
    });
    await desk.act(code, 'receive', `counter-1@${UNIT.department}`, '2019-03-18T01:10:00.000Z');
    await desk.act(code, 'startProcessing', `counter-1@${UNIT.department}`, '2019-03-18T02:00:00.000Z');
    await desk.act(code, 'completeStep', `specialist-1@${UNIT.department}`, '2019-03-19T02:00:00.000Z');
    assert.deepEqual(
      [(await queries.get(code)).currentUnit.code, (await queries.get(code)).step],
      [UNIT.district, 'consult'],
    );
    const before = await queries.get(code, { asOf: '2019-03-18T03:00:00.000Z' });
    assert.deepEqual([before.currentUnit.code, before.step], [UNIT.department, 'verify']);
  });
});

describe('the history', () => {
  test('has every event in order, with who, where and both times, and nothing personal', async () => {
    const code = await aDossier();
    const history = await queries.history(code);
    assert.deepEqual(
      history.map((entry) => entry.version),
      history.map((_, index) => index + 1),
    );
    assert.equal(history[0]!.type, 'submitted');
    assert.deepEqual(history[0]!.unit, { code: UNIT.commune, name: 'Xã Đầm Sen' });
    assert.equal(history[0]!.officer, COUNTER);
    assert.ok(history.every(({ label }) => label.vi && label.en && label.km));
    assert.doesNotMatch(JSON.stringify(history), /Bich|Bích|334455/);
  });

  test('places alarms after the command whose version they carry', async () => {
    const code = await desk.file('2019-03-11T01:00:00.000Z');
    await desk.act(code, 'receive', COUNTER, '2019-03-11T01:10:00.000Z');
    await desk.alarms.sweep('2019-03-20T00:00:00.000Z');
    const history = await queries.history(code);
    assert.deepEqual(
      history.map(({ version, type }) => [version, type]),
      [
        [1, 'submitted'],
        [2, 'received'],
        [2, 'dueSoon'],
        [2, 'overdue'],
      ],
    );
    assert.equal((await queries.get(code)).version, 2);
  });
});

describe('the actions', () => {
  test('are those of the officer who asks, with the version to send back', async () => {
    const code = await desk.file('2019-03-18T01:00:00.000Z');
    const mine = await as(COUNTER).actions(code);
    assert.deepEqual([mine.state, mine.step, mine.version], ['submitted', null, 1]);
    assert.ok(mine.allowed.includes('receive'));
    const theirs = await as(HEAD).actions(code);
    assert.ok(!theirs.allowed.includes('receive'));
    assert.ok(mine.notYet.some(({ command, because }) => command === 'resolve' && because !== ''));
  });

  test('are taken when they are listed', async () => {
    const code = await desk.file('2019-03-18T01:00:00.000Z');
    const { allowed } = await as(COUNTER).actions(code);
    assert.ok(allowed.includes('receive'));
    assert.equal((await desk.act(code, 'receive', COUNTER, '2019-03-18T02:00:00.000Z')).version, 2);
    assert.ok(!(await as(COUNTER).actions(code)).allowed.includes('receive'));
  });
});

describe('the deadline', () => {
  test('has not started before the dossier is received, and says which limit it will have', async () => {
    const code = await desk.file('2019-03-18T01:00:00.000Z', {
      procedure: PROCEDURE.joint,
      unit: UNIT.department,
      channel: 'online',
    });
    const view = await queries.deadline(code);
    assert.deepEqual(
      [view.status, view.limit, view.dueAt, view.explained],
      ['notStarted', { value: 10, unit: 'working_day' }, null, null],
    );
  });

  test('explains its days, its pauses and the chain of facts that made it', async () => {
    const code = await desk.file('2019-03-18T01:00:00.000Z');
    await desk.act(code, 'receive', COUNTER, '2019-03-18T01:00:00.000Z');
    await desk.act(code, 'requestSupplement', COUNTER, '2019-03-19T01:00:00.000Z', {
      reason: 'thiếu',
      documents: ['đơn'],
    });
    const paused = await queries.deadline(code);
    assert.deepEqual([paused.status, paused.dueAt, paused.overdue], ['paused', null, false]);
    assert.ok(paused.remainingMinutes! > 0);
    assert.deepEqual(
      paused.pauses.map(({ because, from, until }) => [because, from, until]),
      [['supplement', '2019-03-19T01:00:00.000Z', null]],
    );
    await desk.act(code, 'supplement', COUNTER, '2019-03-25T01:00:00.000Z', { documents: ['đơn'] });
    const view = await queries.deadline(code);
    assert.equal(view.status, 'running');
    assert.equal(view.pauses[0]!.until, '2019-03-25T01:00:00.000Z');
    assert.deepEqual(
      view.chain.map(({ type, fact }) => [type, fact?.generation]),
      [
        ['received', 1],
        ['supplementRequested', 2],
        ['supplemented', 3],
      ],
    );
    assert.equal(view.explained?.dueAt, '2019-03-21T10:00:00.000Z');
    assert.ok(view.explained!.dueAt !== null && view.explained.days.length === 4);
    assert.equal(view.dueAt, (await queries.get(code)).dueAt);
    assert.equal(view.dueAt, '2019-03-27T10:00:00.000Z');
  });

  test('counts from the supplement where the procedure restarts its limit', async () => {
    const code = await desk.file('2019-03-18T01:00:00.000Z', { procedure: PROCEDURE.restarting });
    await desk.act(code, 'receive', COUNTER, '2019-03-18T01:00:00.000Z');
    await desk.act(code, 'requestSupplement', COUNTER, '2019-03-19T01:00:00.000Z', {
      reason: 'thiếu',
      documents: ['đơn'],
    });
    await desk.act(code, 'supplement', COUNTER, '2019-03-25T01:00:00.000Z', { documents: ['đơn'] });
    const view = await queries.deadline(code);
    assert.equal(view.explained?.from, '2019-03-25T01:00:00.000Z');
    assert.equal(view.explained.dueAt, view.dueAt);
  });

  test('is unknown with its reason where the calendar ends, and the dossier is received all the same', async () => {
    const code = await desk.file('2026-03-18T01:00:00.000Z', { procedure: PROCEDURE.long });
    await desk.act(code, 'receive', COUNTER, '2026-03-18T01:00:00.000Z');
    const view = await queries.deadline(code);
    assert.deepEqual([view.status, view.dueAt], ['unknown', null]);
    assert.match(view.reason!, /^calendar_year_unknown:20\d\d$/);
    assert.ok(view.explained?.dueAt === null && view.explained.unknownYear > 2026);
    assert.equal((await queries.get(code)).overdue, false);
  });

  test('stands still once the dossier is resolved', async () => {
    const code = await desk.file('2019-03-18T01:00:00.000Z', { procedure: PROCEDURE.copy });
    await desk.act(code, 'receive', COUNTER, '2019-03-18T01:00:00.000Z');
    await desk.act(code, 'startProcessing', COUNTER, '2019-03-18T01:30:00.000Z');
    await desk.act(code, 'resolve', SPECIALIST, '2019-03-18T02:00:00.000Z', { outcome: 'approved' });
    const view = await queries.deadline(code);
    assert.deepEqual([view.status, view.overdue, view.chain.at(-1)!.type], ['stopped', false, 'resolved']);
    assert.equal((await queries.get(code)).closedAt, '2019-03-18T02:00:00.000Z');
    assert.equal((await queries.get(code, { asOf: '2019-03-18T01:45:00.000Z' })).closedAt, null);
  });
});
