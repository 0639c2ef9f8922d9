import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { ManualClock } from '#libs/kernel';
import { type Follower, connect, openPool } from '#libs/database';
import { Desk, PROCEDURE, type TestDatabase, UNIT, live, smallProvince, testDatabase } from '#libs/testing';
import { KEY, OTHER_KEY, chainAll, linesOf, randomly, sealAll } from './audit.fixture.js';
import { type SealerOptions, startSealer } from './seal.js';
import { verifyExport } from './verify/verify.js';

let database: TestDatabase;
let owner: Awaited<ReturnType<typeof connect>>;
let desk: Desk;
const random = randomly(4);
const PROCEDURES = [PROCEDURE.certificate, PROCEDURE.copy, PROCEDURE.restarting];

before(async () => {
  database = await testDatabase();
  owner = await connect(database.ownerUrl);
  desk = new Desk(database.app, await smallProvince(database.app));
  await more(6);
});

const running: Follower[] = [];
afterEach(() => Promise.all(running.splice(0).map((sealer) => sealer.stop())));
after(() => owner.end());

function start(options: Partial<SealerOptions>): Follower {
  const sealer = startSealer({ pool: database.app, key: KEY, restMs: 0, ...options });
  running.push(sealer);
  return sealer;
}

async function more(count: number): Promise<void> {
  await live(desk, random, { count, procedures: PROCEDURES, unit: UNIT.commune });
  await chainAll(owner);
}

const eventsNow = async (): Promise<number> =>
  Number((await owner.query('SELECT count(*) AS n FROM motcua.event')).rows[0].n);
const heads = async () =>
  (
    await owner.query<{ size: string; events: number; at: string }>(
      'SELECT size::text, events, sealed_at AS at FROM motcua.seal s ORDER BY s.size',
    )
  ).rows;

/** Resolves with what a sealer says when it refuses. */
function refusal(key = KEY): Promise<string> {
  return new Promise((done) => {
    const sealer = start({ key, log: (line) => void sealer.stop().then(() => done(line)) });
  });
}

test('all of the log is sealed, head after head, and what is exported then is without a fault', async () => {
  await sealAll(database.app, 7);
  const count = await eventsNow();
  const sealed = await heads();
  assert.equal(Number(sealed.at(-1)!.size), count);
  assert.equal(
    sealed.reduce((sum, { events }) => sum + events, 0),
    count,
  );
  const result = await verifyExport(await linesOf(database.app));
  assert.deepEqual(
    { ...result, sealedAt: null },
    {
      ok: true,
      events: count,
      heads: sealed.length,
      from: 0,
      sealed: count,
      unsealed: 0,
      sealedAt: null,
      key: { id: KEY.id, given: false },
      found: 0,
      findings: [],
    },
  );
});

test('what comes later is gathered for one head, at most a rest after it, and a nudge seals it at once', async () => {
  const clock = new ManualClock('2019-07-01T00:00:00.000Z');
  const before = (await heads()).length;
  await more(1);
  const sealer = start({ clock, restMs: 3_600_000 });
  while ((await heads()).length === before);
  assert.equal((await heads()).at(-1)!.at, '2019-07-01T00:00:00.000Z');
  clock.moveTo('2019-07-01T00:00:50.000Z');
  await more(2);
  assert.equal((await heads()).length, before + 1, 'it rests');
  await sealer.caughtUp(); // nudges
  const sealed = await heads();
  assert.equal(sealed.length, before + 2);
  assert.equal(sealed.at(-1)!.at, '2019-07-01T00:00:50.000Z');
  assert.equal(Number(sealed.at(-1)!.size), await eventsNow());
});

test('two processes that seal share the work, and the tree has no fork', async () => {
  await more(8);
  const other = openPool(database.appUrl);
  const options = { batch: 3, most: 3 };
  const both = [start(options), start({ ...options, pool: other })];
  await Promise.all(both.map((sealer) => sealer.caughtUp()));
  await Promise.all(both.map((sealer) => sealer.stop()));
  await other.end();
  assert.equal((await verifyExport(await linesOf(database.app))).found, 0);
  const last = (await heads()).at(-1)!;
  await assert.rejects(
    owner.query(`INSERT INTO motcua.seal SELECT size + 1, events + 1, root, frontier, leaves || substr(leaves, 1, 52), epoch, xid, seq, sealed_at, key_id, signature
      FROM motcua.seal WHERE size = ${last.size}`),
    { constraint: 'seal_begins' },
  );
});

test('the application may add heads and read them, and change none', async () => {
  for (const sql of [
    'UPDATE motcua.seal SET key_id = key_id',
    'DELETE FROM motcua.seal',
    'TRUNCATE motcua.seal',
  ])
    await assert.rejects(database.app.query(sql), { code: '42501' }, sql);
});

test('it refuses to go on, by name, from a head that it cannot vouch for, and seals on when that is mended', async () => {
  await sealAll(database.app);
  const sealed = (await heads()).length;
  await more(1);
  assert.match(
    await refusal(OTHER_KEY),
    /^seal_key_differs: .*signed by the key 06e3fd8f\w+, seal\.pem is the key \w+\. Nothing more is sealed/,
  );
  const last = `size = (SELECT max(size) FROM motcua.seal)`;
  for (const [change, back, name] of [
    [`UPDATE motcua.seal SET root = sha256(root) WHERE ${last}`, `root`, 'seal_signature_wrong'],
    [
      `UPDATE motcua.seal SET sealed_at = sealed_at + interval '1 us' WHERE ${last}`,
      `sealed_at`,
      'seal_signature_wrong',
    ],
    [
      `UPDATE motcua.seal SET frontier = set_byte(frontier, 3, get_byte(frontier, 3) # 1) WHERE ${last}`,
      `frontier`,
      'seal_tree_broken',
    ],
    [`UPDATE motcua.seal SET frontier = '' WHERE ${last}`, `frontier`, 'seal_tree_broken'],
    [`UPDATE motcua.follower SET seq = seq - 1 WHERE name = 'seal'`, null, 'seal_place_differs'],
    [`DELETE FROM motcua.seal WHERE ${last}`, null, 'seal_place_differs'],
  ] as const) {
    await owner.query('CREATE TEMP TABLE kept AS SELECT * FROM motcua.seal');
    await owner.query('CREATE TEMP TABLE place AS SELECT * FROM motcua.follower');
    await owner.query(change);
    assert.match(await refusal(), new RegExp(`^${name}: `), `${change} ${back}`);
    assert.ok((await heads()).length <= sealed, 'nothing was sealed');
    await owner.query('DELETE FROM motcua.seal; INSERT INTO motcua.seal SELECT * FROM kept; DROP TABLE kept');
    await owner.query(
      `UPDATE motcua.follower f SET seq = p.seq FROM place p WHERE p.name = f.name; DROP TABLE place`,
    );
  }
  await sealAll(database.app);
  assert.equal((await heads()).length, sealed + 1);
  assert.equal((await verifyExport(await linesOf(database.app))).found, 0);
});

test('heads that vanish under a running sealer, with its place set back, are noticed', async () => {
  const lines: string[] = [];
  let refused!: () => void;
  const refusing = new Promise<void>((done) => (refused = done));
  const log = (line: string) => {
    lines.push(line);
    if (line.includes('seal_went_back')) refused();
  };
  const sealer = start({ log });
  // It knows a head once it went on from it.
  for (let round = 0; round < 2; round++) {
    await more(1);
    await sealer.caughtUp();
  }
  await owner.query('BEGIN');
  await owner.query('SELECT FROM motcua.follower FOR UPDATE');
  await owner.query(
    'DELETE FROM motcua.seal WHERE size > (SELECT size FROM motcua.seal ORDER BY size DESC LIMIT 1 OFFSET 2)',
  );
  await owner.query(`UPDATE motcua.follower f SET epoch = s.epoch, xid = s.xid, seq = s.seq
    FROM (SELECT * FROM motcua.seal ORDER BY size DESC LIMIT 1) s WHERE f.name = 'seal'`);
  await owner.query('COMMIT');
  sealer.nudge();
  await refusing;
  assert.match(lines.join('\n'), /seal_went_back: The tree had \d+ events and now has \d+/);
});
