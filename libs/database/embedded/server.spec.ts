import assert from 'node:assert/strict';
import { once } from 'node:events';
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { openPool } from '../connect.js';
import { DatabaseFault } from '../faults.js';
import { type Other, ask, otherMotcua, scratch, startOther, zombie } from '../testing.fixture.js';
import { processFacts, waitUntil } from './processes.js';
import { startEmbedded } from './server.js';

const faultOf =
  (code: string, ...words: string[]) =>
  (error: unknown) => {
    assert.ok(error instanceof DatabaseFault, String(error));
    assert.equal(error.code, code);
    for (const word of words) assert.ok(error.message.includes(word), `${word} in: ${error.message}`);
    return true;
  };

async function kill(other: Other): Promise<void> {
  other.process.kill('SIGKILL');
  await once(other.process, 'exit');
}

test('a server keeps its data from one start to the next, and lets nobody in without the password', async () => {
  const dataDir = join(scratch(), 'not', 'there', 'yet');
  const first = await startEmbedded({ dataDir });
  await ask(first.url('postgres'), 'CREATE TABLE kept AS SELECT 42 AS answer');
  const [settings] = await ask(
    first.url('postgres'),
    `SELECT current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS sync, current_setting('jit') AS jit,
            current_setting('listen_addresses') AS listens, current_setting('server_encoding') AS encoding`,
  );
  assert.deepEqual(settings, { fsync: 'on', sync: 'on', jit: 'off', listens: '127.0.0.1', encoding: 'UTF8' });
  await assert.rejects(ask(first.url('postgres').replace(/:[^:@]+@/, ':guess@'), 'SELECT'), {
    code: '28P01',
  });
  assert.equal(statSync(join(dataDir, 'secrets.json')).mode & 0o777, 0o600);
  await first.stop();
  assert.equal(processFacts(first.pid), undefined);

  const second = await startEmbedded({ dataDir });
  assert.deepEqual(await ask(second.url('postgres'), 'SELECT answer FROM kept'), [{ answer: 42 }]);
  await second.stop();
  await second.stop();
});

test('a second Motcua on the same folder is refused by name, and may join when it only looks', async () => {
  const dataDir = scratch();
  const other = await otherMotcua(dataDir);
  await assert.rejects(
    startEmbedded({ dataDir }),
    faultOf('data_folder_in_use', dataDir, String(other.process.pid)),
  );
  const joined = await startEmbedded({ dataDir, join: true });
  assert.equal(joined.url('postgres'), other.url);
  await joined.stop();
  await ask(other.url, 'SELECT 1');
  await kill(other);
});

test('after kill -9 the guard stops the server, and the next start finds everything that was committed', async () => {
  const dataDir = scratch();
  const other = await otherMotcua(dataDir);
  await ask(other.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
  await kill(other);
  assert.ok(await waitUntil(() => processFacts(other.server) === undefined, 20_000));
  const server = await startEmbedded({ dataDir, durable: false });
  assert.deepEqual(await ask(server.url('postgres'), 'SELECT answer FROM kept'), [{ answer: 42 }]);
  await server.stop();
});

test('a server that outlived its Motcua and its guard is stopped and started anew', async () => {
  const dataDir = scratch();
  const other = await otherMotcua(dataDir);
  const line = execFileSync('ps', ['-eo', 'pid,args'], { encoding: 'utf8' })
    .split('\n')
    .find((one) => one.includes('motcua-guard') && one.includes(join(dataDir, 'postgres')));
  assert.ok(line, 'the server has a guard');
  const guard = Number(line.trim().split(' ')[0]);
  process.kill(guard, 'SIGKILL');
  assert.ok(await waitUntil(() => processFacts(guard) === undefined, 20_000), 'the guard is gone');
  await kill(other);
  assert.deepEqual(await ask(other.url, 'SELECT 42 AS answer'), [{ answer: 42 }], 'the orphan lives');
  const server = await startEmbedded({ dataDir, durable: false });
  assert.equal(processFacts(other.server), undefined);
  await ask(server.url('postgres'), 'SELECT 1');
  await server.stop();
});

test('a server that is killed under us is started again on the same port, and pools work again by themselves', async () => {
  const lines: string[] = [];
  const server = await startEmbedded({ dataDir: scratch(), log: (line) => lines.push(line) });
  const pool = openPool(server.url('postgres'));
  await pool.query('CREATE TABLE kept AS SELECT 42 AS answer');
  const before = server.pid;
  process.kill(before, 'SIGKILL');
  await waitUntil(() => server.pid !== before, 20_000);
  let answer: unknown;
  for (const until = Date.now() + 20_000; !answer && Date.now() < until; await pause(50)) {
    answer = await pool.query('SELECT answer FROM kept').then(
      ({ rows }) => rows[0],
      () => undefined,
    );
  }
  assert.deepEqual(answer, { answer: 42 });
  assert.match(lines[0] ?? '', /ended unexpectedly/);
  await pool.end();
  await server.stop();
});

test("a dead server's lock does not matter, whoever has its number now", async () => {
  const dataDir = scratch();
  await (await startEmbedded({ dataDir, durable: false })).stop();
  const lock = (pid: number) =>
    `${pid}\n${join(dataDir, 'postgres')}\n1\n5432\n\n127.0.0.1\n 1 1\nready   \n`;
  const numbers = [2 ** 22 + 7, process.pid, ...(process.platform === 'linux' ? [await zombie()] : [])];
  for (const pid of numbers) {
    writeFileSync(join(dataDir, 'postgres', 'postmaster.pid'), lock(pid));
    writeFileSync(join(dataDir, 'motcua.lock'), JSON.stringify({ pid, since: 'another time' }));
    const server = await startEmbedded({ dataDir, durable: false });
    await ask(server.url('postgres'), 'SELECT 1');
    await server.stop();
  }
  assert.notEqual(processFacts(process.pid), undefined);
});

test('a folder whose making was cut off is made anew when it holds nothing else', async () => {
  const dataDir = scratch();
  const other = startOther(dataDir);
  const begun = () =>
    readdirSync(dataDir).find(
      (name) => name.startsWith('postgres.new-') && existsSync(join(dataDir, name, 'PG_VERSION')),
    );
  assert.ok(await waitUntil(() => begun() !== undefined, 30_000), 'the making has begun');
  other.kill('SIGKILL');
  await once(other, 'exit');
  assert.ok(!existsSync(join(dataDir, 'postgres')), 'the making was cut off before its end');
  mkdirSync(join(dataDir, 'postgres.new-older', 'base'), { recursive: true });
  const server = await startEmbedded({ dataDir, durable: false });
  assert.ok(!existsSync(join(dataDir, 'postgres.new-older')));
  await ask(server.url('postgres'), 'SELECT 1');
  await server.stop();
});

test('folders that are not for this Motcua are refused by name and left alone', async () => {
  const dataDir = scratch();
  const refused = (folder: string, code: string, ...words: string[]) =>
    assert.rejects(startEmbedded({ dataDir: folder }), faultOf(code, folder, ...words));

  const strange = scratch();
  writeFileSync(join(strange, 'letters.odt'), 'dear');
  mkdirSync(join(strange, 'postgres.new-1'));
  await refused(strange, 'data_folder_not_ours', 'letters.odt', 'MOTCUA_DATA');
  assert.ok(statSync(join(strange, 'postgres.new-1')).isDirectory());
  await refused(join(strange, 'letters.odt'), 'data_folder_unusable');
  await refused(join(strange, 'letters.odt', 'deeper'), 'data_folder_unusable');

  await (await startEmbedded({ dataDir, durable: false })).stop();
  const data = join(dataDir, 'postgres');
  const version = readFileSync(join(data, 'PG_VERSION'));
  writeFileSync(join(data, 'PG_VERSION'), '17\n');
  await refused(dataDir, 'data_folder_other_postgres', 'PostgreSQL 17', 'PostgreSQL 18');
  writeFileSync(join(data, 'PG_VERSION'), version);
  const marker = readFileSync(join(data, 'motcua.json'));
  writeFileSync(join(data, 'motcua.json'), '');
  await refused(dataDir, 'data_folder_incomplete', 'motcua.json');
  writeFileSync(join(data, 'motcua.json'), marker);
  const secrets = readFileSync(join(dataDir, 'secrets.json'));
  writeFileSync(join(dataDir, 'secrets.json'), '{"owner":');
  await refused(dataDir, 'data_folder_incomplete', 'secrets.json');
  writeFileSync(join(dataDir, 'secrets.json'), secrets);
  appendFileSync(join(data, 'postgresql.conf'), '\nno_such_setting = 1\n');
  await refused(dataDir, 'database_not_started', 'postgresql.conf');
});

test('a port that is taken is said, when it was asked for', async () => {
  const taken = createServer().listen(0, '127.0.0.1').unref();
  await once(taken, 'listening');
  const address = taken.address();
  const port = address && typeof address === 'object' ? address.port : 0;
  await assert.rejects(
    startEmbedded({ dataDir: scratch(), port }),
    faultOf('database_port_taken', String(port)),
  );
  taken.close();
});
