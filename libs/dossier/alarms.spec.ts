import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { systemClock } from '#libs/kernel';
import { COMMUNE, testEngine, type TestEngine } from '../../test/support/engine.js';
import { Alarms } from './alarms.js';

/** Received on Monday 18 March 10:00 with five working days: due Monday 25 March 17:00 local. */
const DUE = '2019-03-25T10:00:00.000Z';
const SOON = '2019-03-22T10:00:00.000Z';

describe('alarms', () => {
  let t: TestEngine;
  let alarms: Alarms;
  let procedure: string;

  before(async () => {
    t = await testEngine();
    alarms = new Alarms(t.pool);
    procedure = t.reference.catalogue
      .all()
      .find(
        (v) =>
          v.level === 'commune' &&
          v.limit.unit === 'working_day' &&
          v.limit.value === 5 &&
          v.channels.includes('counter'),
      )!.code;
  });

  const events = async (code: string): Promise<{ type: string; occurredAt: string; version: number }[]> =>
    (
      await t.pool.query<{ type: string; occurredAt: string; version: number }>(
        `SELECT e.type, e.occurred_at AS "occurredAt", e.version FROM motcua.event e JOIN motcua.dossier d ON d.id = e.dossier_id
         WHERE d.code = $1 AND e.type IN ('dueSoon', 'overdue') ORDER BY e.occurred_at`,
        [code],
      )
    ).rows;
  const received = async (): Promise<{ code: string; id: string }> => {
    const code = await t.file({ procedure });
    const answer = await t.run('receive', { code });
    assert.ok(answer.kind === 'accepted');
    assert.equal(answer.dueAt, DUE);
    return { code, id: answer.id };
  };

  it('become events at the moment they fell due, once each, also when nobody was there then', async () => {
    const { code } = await received();
    assert.equal(await alarms.sweep(SOON), 0);
    await alarms.sweep('2019-04-10T00:00:00.000Z');
    await alarms.sweep('2019-04-11T00:00:00.000Z');
    assert.deepEqual(await events(code), [
      { type: 'dueSoon', occurredAt: SOON, version: 2 },
      { type: 'overdue', occurredAt: DUE, version: 2 },
    ]);
  });

  it('do not move the version that If-Match names', async () => {
    const { code } = await received();
    await alarms.sweep('2019-03-26T00:00:00.000Z');
    t.clock.moveTo('2019-03-26T01:00:00.000Z');
    const answer = await t.run('startProcessing', { code, expectedVersion: 2 });
    assert.equal(answer.kind, 'accepted');
  });

  it('are written by the command that comes after the due moment, when it comes first', async () => {
    t = await testEngine();
    alarms = new Alarms(t.pool);
    const { code } = await received();
    t.clock.moveTo('2019-03-26T01:00:00.000Z');
    await t.run('startProcessing', { code });
    assert.deepEqual(
      (await events(code)).map((e) => e.type),
      ['dueSoon', 'overdue'],
    );
    assert.equal(await alarms.sweep(t.clock.now()), 0);
  });

  it('are raised once when sweepers, wake-ups and commands race for them', async () => {
    t = await testEngine();
    alarms = new Alarms(t.pool);
    const two = t.another();
    const dossiers = await Promise.all(Array.from({ length: 30 }, received));
    t.clock.moveTo('2019-03-26T01:00:00.000Z');
    await Promise.all([
      ...dossiers.map(({ id }) => alarms.wake(id, 1, t.clock.now())),
      alarms.sweep(t.clock.now()),
      alarms.sweep(t.clock.now()),
      ...dossiers.map(({ code }, n) =>
        (n % 2 ? two : t.engine).execute({
          command: 'startProcessing',
          code,
          officer: `counter-1@${COMMUNE}`,
          key: `s-${n}`,
          payload: {},
        }),
      ),
    ]);
    await alarms.sweep(t.clock.now());
    for (const { code } of dossiers) {
      assert.deepEqual(
        (await events(code)).map((e) => e.type),
        ['dueSoon', 'overdue'],
      );
    }
  });

  it('ignores a wake-up for a deadline that has moved on since', async () => {
    t = await testEngine();
    alarms = new Alarms(t.pool, systemClock);
    const { code, id } = await received();
    await t.run('requestSupplement', { code, payload: { documents: ['Giấy chứng sinh'], reason: 'thiếu' } });
    assert.equal(await alarms.wake(id, 1, '2019-04-10T00:00:00.000Z'), 0);
    assert.deepEqual(await events(code), []);
  });

  it('says when the next one is due', async () => {
    t = await testEngine();
    alarms = new Alarms(t.pool);
    assert.equal(await alarms.next(), null);
    await received();
    assert.equal(await alarms.next(), SOON);
  });
});
