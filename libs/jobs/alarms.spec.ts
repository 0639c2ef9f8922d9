import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { ManualClock } from '#libs/kernel';
import { testDatabase } from '#libs/testing';
import { findRedis, startRedis, type TestRedis } from '../../test/support/redis.js';
import { AlarmClock, answerAlarms, type WakeUp } from './alarms.js';
import type { JobBackend } from './backend.js';
import { prepareJobs } from './prepare.js';

const fail = (error: Error): void => assert.fail(error);

/** The same for both backends: what rings, what does not ring twice, what a failure does. */
function behaves(name: string, open: () => Promise<JobBackend>): void {
  describe(`the alarm clock on ${name}`, () => {
    let backend: JobBackend;
    const clock = new ManualClock('2019-03-18T03:00:00.000Z');
    const wakeUp = (dossierId: string, at: string): WakeUp => ({ dossierId, generation: 1, at });

    before(async () => {
      backend = await open();
    });

    /** Rings until `count` wake-ups were answered, then closes; gives what was answered. */
    async function ringing(
      count: number,
      set: (alarm: AlarmClock) => Promise<void>,
      wake: (wakeUp: WakeUp) => Promise<void> = async () => {},
    ): Promise<WakeUp[]> {
      const answered: WakeUp[] = [];
      const alarm = new AlarmClock(backend, fail);
      await set(alarm);
      await new Promise<void>((resolve) => {
        const worker = answerAlarms(
          backend,
          {
            wake: async (data) => {
              await wake(data);
              answered.push(data);
              if (answered.length === count) setImmediate(() => void worker.close().then(resolve));
            },
            sweep: async () => {},
          },
          () => {},
        );
      });
      await alarm.close();
      return answered;
    }

    it('rings at once for a moment that is past, and once for an alarm that was set twice', async () => {
      const past = wakeUp('a', '2019-03-18T02:00:00.000Z');
      const marker = wakeUp('marker', '2019-03-18T02:00:00.001Z');
      const answered = await ringing(2, async (alarm) => {
        await alarm.set([past], clock.now());
        await alarm.set([past, marker], clock.now());
      });
      assert.deepEqual(answered.map((w) => w.dossierId).sort(), ['a', 'marker']);
    });

    it('keeps what is not due yet, also when it is closed and opened again', async () => {
      const first = new AlarmClock(backend, fail);
      await first.set([wakeUp('later', '2019-03-25T10:00:00.000Z')], clock.now());
      await first.close();
      const second = new AlarmClock(backend, fail);
      assert.deepEqual(await second.pending(), [wakeUp('later', '2019-03-25T10:00:00.000Z')]);
      await second.close();
    });

    it('rings again when the answer failed', async () => {
      let tries = 0;
      const answered = await ringing(
        1,
        (alarm) => alarm.set([wakeUp('fails-once', '2019-03-18T01:00:00.000Z')], clock.now()),
        async () => {
          if (++tries === 1) throw new Error('the database was away');
        },
      );
      assert.equal(tries, 2);
      assert.equal(answered[0]?.dossierId, 'fails-once');
    });
  });
}

behaves('PostgreSQL', async () => {
  const database = await testDatabase();
  await prepareJobs(database.ownerUrl);
  await prepareJobs(database.ownerUrl);
  return { kind: 'postgres', url: database.appUrl };
});

const redisServer = findRedis();
if (redisServer !== null) {
  let redis: TestRedis | undefined;
  behaves('Redis', async () => {
    redis = await startRedis(redisServer);
    return { kind: 'redis', url: redis.url };
  });
  after(() => redis?.stop());
} else if (process.env.MOTCUA_DEMAND_REDIS) {
  it('finds a redis-server, which MOTCUA_DEMAND_REDIS demands', () =>
    assert.fail('no redis-server on the PATH'));
} else {
  process.stderr.write(
    'left out: the alarm clock on Redis (no redis-server on the PATH; apt-get install redis-server)\n',
  );
}
