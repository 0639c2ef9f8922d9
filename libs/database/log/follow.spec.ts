import assert from 'node:assert/strict';
import { afterEach, before, beforeEach, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import fc from 'fast-check';
import { newId } from '#libs/kernel';
import { type TestDatabase, testDatabase } from '#libs/testing';
import { type Pool, type PoolClient, openPool, transaction } from '../connect.js';
import { migrate } from '../migrate.js';
import { ask } from '../testing.fixture.js';
import { type Follower, follow } from './follow.js';
import { lagOf, listFollowers } from './lag.js';
import type { LogEvent } from './position.js';

let db: TestDatabase;
let other: Pool;
const running: Follower[] = [];

before(async () => {
  db = await testDatabase();
  other = openPool(db.appUrl);
  await ask(db.ownerUrl, `CREATE TABLE public.seen (id serial, follower text, dossier uuid, version int)`);
  await ask(
    db.ownerUrl,
    `GRANT INSERT, SELECT ON public.seen TO motcua_app; GRANT USAGE ON SEQUENCE seen_id_seq TO motcua_app`,
  );
});
beforeEach(() => ask(db.ownerUrl, 'TRUNCATE motcua.event, motcua.follower, public.seen'));
afterEach(async () => {
  await Promise.all(running.splice(0).map((follower) => follower.stop()));
});

async function write(client: Pool | PoolClient, dossier: string, version = 1): Promise<void> {
  await client.query(
    `INSERT INTO motcua.event (dossier_id, version, type, state, officer, unit_id, occurred_at, recorded_at, data)
     VALUES ($1, $2, 'received', 'received', 'counter-1@x', 1, '2019-03-15T01:30:00Z', now(), '{"a":1}')`,
    [dossier, version],
  );
}

const note = (name: string) => async (client: PoolClient, events: LogEvent[]) => {
  await client.query(
    `INSERT INTO public.seen (follower, dossier, version) SELECT $1, * FROM unnest($2::uuid[], $3::int[])`,
    [name, events.map((e) => e.dossierId), events.map((e) => e.version)],
  );
};

function start(name: string, options: Partial<Parameters<typeof follow>[0]> = {}): Follower {
  const follower = follow({ pool: db.app, name, handle: note(name), log: () => {}, ...options });
  running.push(follower);
  return follower;
}

async function seen(name: string): Promise<string[]> {
  const rows = await ask<{ dossier: string; version: number }>(
    db.ownerUrl,
    `SELECT dossier, version FROM public.seen WHERE follower = '${name}' ORDER BY id`,
  );
  return rows.map((row) => `${row.dossier}/${row.version}`);
}

test('a follower gets every event once, in order, with moments as Instants, and goes on where it was', async () => {
  const dossier = newId();
  for (let version = 1; version <= 5; version++) await write(db.app, dossier, version);
  const got: LogEvent[] = [];
  const options = {
    batch: 2,
    handle: async (_: PoolClient, events: LogEvent[]) => void got.push(...events),
  };
  const first = start('plain', options);
  await first.caughtUp();
  assert.deepEqual(
    got.map((e) => e.version),
    [1, 2, 3, 4, 5],
  );
  const { dossierId, type, unitId, occurredAt, data } = got[0]!;
  assert.deepEqual(
    { dossierId, type, unitId, occurredAt, data },
    {
      dossierId: dossier,
      type: 'received',
      unitId: 1,
      occurredAt: '2019-03-15T01:30:00.000Z',
      data: { a: 1 },
    },
  );
  await first.stop();
  await write(db.app, dossier, 6);
  assert.equal(await first.lag(), 1);
  await start('plain', options).caughtUp();
  assert.deepEqual(
    got.map((e) => e.version),
    [1, 2, 3, 4, 5, 6],
  );
});

test('a transaction that began earlier and commits later is not passed over', async () => {
  const [slow, quick] = [newId(), newId()];
  const follower = start('patient');
  const client = await other.connect();
  await client.query('BEGIN');
  await write(client, slow);
  await write(db.app, quick);
  follower.nudge();
  await pause(150);
  assert.deepEqual(await seen('patient'), [], 'what is above the oldest running transaction has to wait');
  assert.equal(await follower.lag(), 1);
  let caught = false;
  const catching = follower.caughtUp().then(() => (caught = true));
  await pause(100);
  assert.equal(caught, false);
  await client.query('COMMIT');
  client.release();
  await catching;
  assert.deepEqual(await seen('patient'), [`${slow}/1`, `${quick}/1`]);
});

test('nothing is lost or doubled under concurrent writers of any speed, some of whom roll back', async () => {
  const writer = fc.record({
    before: fc.nat(8),
    after: fc.nat(25),
    commits: fc.boolean(),
    events: fc.integer({ min: 1, max: 3 }),
  });
  let run = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(writer, { minLength: 4, maxLength: 12 }),
      fc.integer({ min: 1, max: 5 }),
      async (writers, batch) => {
        const name = `busy-${++run}`;
        const follower = start(name, { batch });
        await follower.caughtUp();
        const from = (await seen(name)).length;
        const written: string[] = [];
        await Promise.all(
          writers.map(async (plan) => {
            const dossier = newId();
            await pause(plan.before);
            const work = transaction(other, async (client) => {
              for (let version = 1; version <= plan.events; version++) {
                await write(client, dossier, version);
                await pause(plan.after);
              }
              if (!plan.commits) throw new Error('rolled back');
            });
            await work.then(
              () => written.push(...Array.from({ length: plan.events }, (_, i) => `${dossier}/${i + 1}`)),
              () => {},
            );
          }),
        );
        await follower.caughtUp();
        await follower.stop();
        assert.deepEqual((await seen(name)).slice(from).sort(), written.sort());
      },
    ),
    { numRuns: 8 },
  );
});

test('two processes that run the same follower share the work and double nothing', async () => {
  const written: string[] = [];
  for (let i = 0; i < 60; i++) {
    const dossier = newId();
    await write(db.app, dossier);
    written.push(`${dossier}/1`);
  }
  const slowly = async (client: PoolClient, events: LogEvent[]) => {
    await pause(5);
    await note('shared')(client, events);
  };
  const [a, b] = [
    start('shared', { batch: 3, handle: slowly }),
    start('shared', { batch: 3, pool: other, handle: slowly }),
  ];
  await Promise.all([a.caughtUp(), b.caughtUp()]);
  assert.deepEqual(await seen('shared'), written);
});

test('a crash between handling and commit repeats the batch, and what it wrote counts once', async () => {
  const dossiers = [newId(), newId(), newId()];
  for (const dossier of dossiers) await write(db.app, dossier);
  const lines: string[] = [];
  let crashes = 0;
  const handle = async (client: PoolClient, events: LogEvent[]) => {
    await note('crashing')(client, events);
    if (++crashes === 1) throw new Error('on purpose');
    if (crashes === 2) {
      const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      await ask(db.ownerUrl, `SELECT pg_terminate_backend(${rows[0]!.pid})`);
    }
  };
  await start('crashing', { handle, log: (line) => lines.push(line) }).caughtUp();
  assert.equal(crashes, 3);
  assert.deepEqual(
    await seen('crashing'),
    dossiers.map((d) => `${d}/1`),
  );
  assert.match(lines[0] ?? '', /^follower crashing: Error: on purpose; trying again in 100 ms$/);
  assert.match(lines.at(-1) ?? '', /works again/);
});

test('an event that cannot be handled stops its follower there, and shows as lag; others go on', async () => {
  await write(db.app, newId());
  await write(db.app, newId());
  const stuck = start('stuck', { handle: () => Promise.reject(new Error('cannot')) });
  await start('free').caughtUp();
  assert.equal(await stuck.lag(), 2);
  const lags = await listFollowers(db.app);
  assert.deepEqual(
    lags.map(({ name, events }) => ({ name, events })),
    [
      { name: 'free', events: 0 },
      { name: 'stuck', events: 2 },
    ],
  );
  const lag = await lagOf(db.app, 'stuck');
  assert.ok(lag && lag.seconds > 0 && lag.oldest && lag.oldest <= new Date().toISOString());
  const waiting = assert.rejects(stuck.caughtUp(), { name: 'AbortError' });
  await pause(20);
  await stuck.stop();
  await waiting;
});

test('a follower survives that every connection is cut, and a signal ends it', async () => {
  const ending = new AbortController();
  const follower = start('tough', { signal: ending.signal });
  await write(db.app, newId());
  await follower.caughtUp();
  await ask(
    db.ownerUrl,
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`,
  );
  await pause(50);
  await write(other, newId());
  await follower.caughtUp();
  assert.equal((await seen('tough')).length, 2);
  ending.abort();
  await follower.stop();
});

test('after a restore into a younger server a new epoch begins, and followers read on in it', async () => {
  const old = newId();
  await write(db.app, old);
  await start('restored').caughtUp();
  await ask(
    db.ownerUrl,
    `UPDATE motcua.event SET xid = '4000000000'; UPDATE motcua.follower SET xid = '4000000000'`,
  );
  // An epoch that was raised, but that those who write do not go by, would never be mended: both are changed, or neither.
  await transaction(db.app, async (client) => {
    await client.query('SELECT FROM motcua.event');
    const hasty = new URL(db.ownerUrl);
    hasty.search += `${hasty.search ? '&' : '?'}options=-c%20lock_timeout%3D50`;
    await assert.rejects(migrate(hasty.href), { code: '55P03' });
  });
  assert.deepEqual(await ask(db.ownerUrl, 'SELECT epoch FROM motcua.log_epoch'), [{ epoch: 1 }]);
  await migrate(db.ownerUrl);
  assert.deepEqual(await ask(db.ownerUrl, 'SELECT epoch FROM motcua.log_epoch'), [{ epoch: 2 }]);
  await migrate(db.ownerUrl);
  assert.deepEqual(
    await ask(db.ownerUrl, 'SELECT epoch FROM motcua.log_epoch'),
    [{ epoch: 2 }],
    'once is enough',
  );
  const fresh = newId();
  await write(db.app, fresh);
  await running[0]!.caughtUp();
  assert.deepEqual(await seen('restored'), [`${old}/1`, `${fresh}/1`]);
  await start('newcomer').caughtUp();
  assert.deepEqual(
    await seen('newcomer'),
    [`${old}/1`, `${fresh}/1`],
    'an old epoch is complete and comes first',
  );
});
