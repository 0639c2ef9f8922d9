import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { DataSource } from 'typeorm';
import { newId } from '#libs/kernel';
import { type TestDatabase, testDatabase } from '#libs/testing';
import { migrations } from '../../migrations/index.js';
import { openPool, transaction } from './connect.js';
import { openDatabase } from './database.js';
import { asApp } from './roles.js';
import { startEmbedded } from './embedded/server.js';
import { DatabaseFault } from './faults.js';
import { migrate } from './migrate.js';
import { ask, scratch } from './testing.fixture.js';

let db: TestDatabase;
before(async () => {
  db = await testDatabase();
});

/** An empty database of a new role that is no superuser; both have one name. */
async function bareDatabase(ownerUrl: string, name: string, attributes: string): Promise<string> {
  await ask(ownerUrl, `CREATE ROLE ${name} LOGIN PASSWORD 'secret' ${attributes}`);
  await ask(ownerUrl, `CREATE DATABASE ${name} OWNER ${name}`);
  const url = new URL(ownerUrl);
  Object.assign(url, { username: name, password: 'secret', pathname: `/${name}` });
  return url.href;
}

test('the application may add to the log and to the parties, and never change or remove', async () => {
  for (const table of ['motcua.event', 'motcua.event_rest', 'motcua.event_2026_10', 'motcua.dossier_party']) {
    for (const sql of [
      `UPDATE ${table} SET dossier_id = dossier_id`,
      `DELETE FROM ${table}`,
      `TRUNCATE ${table}`,
    ]) {
      await assert.rejects(db.app.query(sql), { code: '42501' }, sql);
    }
    await db.app.query(`SELECT FROM ${table} LIMIT 1`);
  }
  await db.app.query(
    `INSERT INTO motcua.dossier_party (dossier_id, revision, name, occurred_at, recorded_at) VALUES ($1, 1, 'A', now(), now())`,
    [newId()],
  );
  const more = [
    'ALTER TABLE motcua.event DISABLE TRIGGER ALL',
    'DROP TABLE motcua.event',
    'CREATE TABLE motcua.mine (a int)',
    'CREATE TABLE public.mine (a int)',
    'INSERT INTO motcua_migration (timestamp, name) VALUES (1, $$x$$)',
    'SET session_replication_role = replica',
    'UPDATE motcua.log_epoch SET epoch = 0',
  ];
  for (const sql of more) await assert.rejects(db.app.query(sql), { code: '42501' }, sql);
  await db.app.query('CREATE TABLE jobs.mine (a int); DROP TABLE jobs.mine');
});

test('migrating again does nothing', async () => {
  assert.deepEqual(await migrate(db.ownerUrl), { ran: [] });
});

test('a database of an earlier version is brought up to this one, also when its owner is called like the schema', async () => {
  const server = await startEmbedded({ dataDir: scratch(), durable: false });
  await ask(server.url('postgres'), 'CREATE DATABASE earlier');
  const url = server.url('earlier');
  assert.equal(new URL(url).username, 'motcua');
  await ask(url, 'CREATE ROLE motcua_app');
  const earlier = new DataSource({
    type: 'postgres',
    url,
    migrations: migrations.slice(0, 1),
    migrationsTableName: 'motcua_migration',
  });
  await earlier.initialize();
  await earlier.runMigrations();
  await earlier.destroy();
  const later = migrations.slice(1).map(({ name }) => name);
  assert.deepEqual((await migrate(url)).ran, later);
  assert.deepEqual(await migrate(url), { ran: [] });
  await server.stop();
});

test('with DATABASE_URL a plain role makes what it needs, once for all processes, and works as motcua_app', async () => {
  const server = await startEmbedded({ dataDir: scratch(), durable: false });
  const url = await bareDatabase(server.url('postgres'), 'grown', 'CREATEROLE');
  const results = await Promise.all([migrate(url), migrate(url), migrate(url)]);
  assert.deepEqual(results.map((result) => result.ran.length).sort(), [0, 0, migrations.length]);
  const database = await openDatabase({ dataDir: '/dev/null/nowhere', databaseUrl: url });
  const who = 'SELECT current_user AS now, session_user AS at_first';
  assert.deepEqual((await database.app.query(who)).rows, [{ now: 'motcua_app', at_first: 'grown' }]);
  assert.deepEqual(await (await database.dataSource()).query(who), [
    { now: 'motcua_app', at_first: 'grown' },
  ]);
  assert.deepEqual(await ask(database.url('app'), who), [{ now: 'motcua_app', at_first: 'grown' }]);
  assert.deepEqual(await ask(database.url('owner'), who), [{ now: 'grown', at_first: 'grown' }]);
  await database.close();
  await server.stop();
});

test('a role that may neither make nor become motcua_app is told what to ask for', async () => {
  const url = await bareDatabase(db.ownerUrl, 'poor', '');
  await assert.rejects(migrate(url), (error: unknown) => {
    assert.ok(error instanceof DatabaseFault);
    assert.equal(error.code, 'database_role_missing');
    assert.match(error.message, /GRANT motcua_app, motcua_reader, motcua_commit TO poor;/);
    return true;
  });
  await ask(db.ownerUrl, 'DROP DATABASE poor WITH (FORCE)');
  await ask(db.ownerUrl, 'DROP ROLE poor');
});

test('a database that a newer Motcua has used is refused and left alone', async () => {
  await ask(db.ownerUrl, `INSERT INTO motcua_migration (timestamp, name) VALUES (9, 'Later9000000000000')`);
  await assert.rejects(migrate(db.ownerUrl), { code: 'schema_newer', message: /Later9000000000000/ });
  await ask(db.ownerUrl, `DELETE FROM motcua_migration WHERE timestamp = 9`);
});

test('a database that is not there is named, without its password', async () => {
  const nowhere = new URL(db.ownerUrl);
  nowhere.pathname = '/nowhere';
  const cases = [
    [nowhere.href, /"nowhere" at 127.0.0.1:\d+ cannot be reached: the database does not exist/],
    ['postgresql://me:hush@127.0.0.1:1/x', /127.0.0.1:1 cannot be reached: nobody listens there/],
    [db.ownerUrl.replace(/:[^:@]+@/, ':hush@'), /the password is wrong/],
  ] as const;
  for (const [url, message] of cases) {
    await assert.rejects(openDatabase({ dataDir: '/', databaseUrl: url }), (error: unknown) => {
      assert.ok(error instanceof DatabaseFault);
      assert.equal(error.code, 'database_unreachable');
      assert.match(error.message, message);
      assert.doesNotMatch(error.message, /hush/);
      return true;
    });
  }
});

test('moments come back as Instants, days as days, counts as numbers, on the pool and through TypeORM', async () => {
  const sql = `SELECT '2019-03-15 08:30+07'::timestamptz AS moment, '2019-03-15 01:30:00.123999Z'::timestamptz AS fine,
                      ARRAY['2019-03-15 08:30+07', NULL]::timestamptz[] AS moments, 'infinity'::timestamptz AS never,
                      '2019-03-15'::date AS day, ARRAY['2019-03-15', '-infinity']::date[] AS days, count(*) AS count,
                      ARRAY[1, 2]::bigint[] AS counts, 3.50::numeric AS exact, '12'::xid8 AS xid`;
  const wanted = {
    moment: '2019-03-15T01:30:00.000Z',
    fine: '2019-03-15T01:30:00.123Z',
    moments: ['2019-03-15T01:30:00.000Z', null],
    never: 'infinity',
    day: '2019-03-15',
    days: ['2019-03-15', '-infinity'],
    count: 1,
    counts: [1, 2],
    exact: '3.50',
    xid: '12',
  };
  assert.deepEqual((await db.app.query(sql)).rows[0], wanted);
  const abroad = openPool(`${db.appUrl} -c timezone=Asia/Kathmandu`.replaceAll(' ', '%20'));
  assert.deepEqual((await abroad.query(sql)).rows[0], wanted);
  await abroad.end();
  await assert.rejects(db.app.query('SELECT 9007199254740993::bigint'), RangeError);
});

test('a transaction is all or nothing, and its connection serves again whatever happened in it', async () => {
  const pool = openPool(db.appUrl, { max: 1 });
  const insert = (code: string) => `INSERT INTO motcua.level VALUES ('${code}', ${code.length}, '', '', '')`;
  await assert.rejects(
    transaction(pool, async (client) => {
      await client.query(insert('a'));
      await client.query('SELECT 1/0');
    }),
    { code: '22012' },
  );
  await assert.rejects(
    transaction(pool, (client) => client.query('SELECT pg_terminate_backend(pg_backend_pid())')),
  );
  await transaction(pool, (client) => client.query(insert('bb')));
  assert.deepEqual((await pool.query('SELECT code FROM motcua.level')).rows, [{ code: 'bb' }]);
  await pool.end();
});

test('a URL keeps its own options when it works as the application', () => {
  assert.equal(
    asApp('postgresql://a:p+q@h/d?options=-c%20a%3D1'),
    'postgresql://a:p+q@h/d?options=-c%20a%3D1%20-c%20role%3Dmotcua_app',
  );
});
