import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { Alarms } from '#libs/dossier';
import { AlarmClock, prepareJobs, type JobBackend } from '#libs/jobs';
import type { Instant } from '#libs/kernel';
import { testEngine, type TestEngine } from '../../test/support/engine.js';
import { startWorker, type RunningWorker } from './worker.js';

const SOON = '2019-03-22T10:00:00.000Z';
const DUE = '2019-03-25T10:00:00.000Z';

/** Real alarms that tell the test when one of its wake-ups or sweeps is done. */
class WatchedAlarms extends Alarms {
  private watchers: (() => void)[] = [];

  override async wake(dossierId: string, generation: number, now: Instant): Promise<number> {
    const raised = await super.wake(dossierId, generation, now);
    for (const tell of this.watchers.splice(0)) tell();
    return raised;
  }

  /** Resolves after the next wake-up. */
  woken(): Promise<void> {
    return new Promise((resolve) => this.watchers.push(resolve));
  }
}

describe('the worker', () => {
  let t: TestEngine;
  let jobs: JobBackend;
  let alarms: WatchedAlarms;

  beforeEach(async () => {
    t = await testEngine();
    await prepareJobs(t.database.ownerUrl);
    jobs = { kind: 'postgres', url: t.database.appUrl };
    alarms = new WatchedAlarms(t.pool);
  });

  const start = (catchUp = true): Promise<RunningWorker> =>
    startWorker({
      pool: t.pool,
      alarms,
      clock: t.clock,
      jobs,
      catchUp,
      onError: (error) => assert.fail(String(error)),
    });
  const received = async (): Promise<string> => {
    const version = t.reference.catalogue
      .all()
      .find(
        (v) =>
          v.level === 'commune' &&
          v.limit.unit === 'working_day' &&
          v.limit.value === 5 &&
          v.channels.includes('counter'),
      )!;
    const code = await t.file({ procedure: version.code });
    const answer = await t.run('receive', { code });
    assert.ok(answer.kind === 'accepted' && answer.dueAt === DUE);
    return code;
  };
  /** A worker that starts, reads all of the log, and stops. */
  const caughtUpOnce = async (): Promise<void> => {
    const worker = await start();
    await Promise.all(worker.followers.map((follower) => follower.caughtUp()));
    await worker.close();
  };
  const pending = async (): Promise<Instant[]> => {
    const clock = new AlarmClock(jobs, (error) => assert.fail(error));
    try {
      return (await clock.pending()).map((wakeUp) => wakeUp.at);
    } finally {
      await clock.close();
    }
  };
  const raised = async (): Promise<string[]> =>
    (
      await t.pool.query<{ text: string }>(
        `SELECT type || ' ' || to_char(occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI') AS text FROM motcua.event
         WHERE type IN ('dueSoon', 'overdue') ORDER BY occurred_at`,
      )
    ).rows.map((row) => row.text);

  it('raises what fell due while it was down, at the due moment', async () => {
    await received();
    t.clock.moveTo('2019-04-30T00:00:00.000Z');
    const worker = await start();
    await worker.close();
    assert.deepEqual(await raised(), ['dueSoon 2019-03-22T10:00', 'overdue 2019-03-25T10:00']);
  });

  it('sets an alarm once, whether it was killed before it had set it or just after', async () => {
    await received();
    // No worker has seen the event yet: one that was killed here left just this behind.
    await caughtUpOnce();
    assert.deepEqual(await pending(), [SOON]);
    // Killed after the alarm was set, before its place in the log was written.
    await t.pool.query("UPDATE motcua.follower SET epoch = 0, xid = '0', seq = 0 WHERE name = 'alarms'");
    await caughtUpOnce();
    assert.deepEqual(await pending(), [SOON]);
  });

  it('rings, and sets the next alarm from the event that the first one left', async () => {
    await received();
    t.clock.moveTo(new Date(Date.parse(SOON) - 1).toISOString());
    const woken = alarms.woken();
    // Without catching up nothing sweeps: only the alarm clock can have raised it.
    const worker = await start(false);
    t.clock.moveTo(new Date(Date.parse(SOON) + 1).toISOString());
    await woken;
    assert.deepEqual(await raised(), ['dueSoon 2019-03-22T10:00']);
    await Promise.all(worker.followers.map((follower) => follower.caughtUp()));
    await worker.close();
    assert.deepEqual(await pending(), [DUE]);
  });

  it('leaves the past alone for the demonstration, whose quarter ends where it ends', async () => {
    await received();
    t.clock.moveTo('2019-04-30T00:00:00.000Z');
    const worker = await start(false);
    await Promise.all(worker.followers.map((follower) => follower.caughtUp()));
    await worker.close();
    assert.deepEqual(await raised(), []);
  });

  it('counts in two processes what one of them counts', async () => {
    const one = await start();
    const two = await start();
    await Promise.all(Array.from({ length: 20 }, received));
    await Promise.all([...one.followers, ...two.followers].map((follower) => follower.caughtUp()));
    await one.close();
    await two.close();
    const { rows } = await t.pool.query<{ n: number }>(
      'SELECT sum(received)::int AS n FROM motcua.report_cell',
    );
    assert.equal(rows[0]?.n, 20);
  });
});
