import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ask, otherMotcua, scratch } from '../testing.fixture.js';
import { eraseEmbedded } from './erase.js';
import { startEmbedded } from './server.js';

test('erasing removes the database and nothing else, and the next start makes a new one', async () => {
  const dataDir = scratch();
  const first = await startEmbedded({ dataDir, durable: false });
  await ask(first.url('postgres'), 'CREATE TABLE kept (a int)');
  await first.stop();
  writeFileSync(join(dataDir, 'postgres', 'PG_VERSION'), '17\n'); // another version's may go too
  mkdirSync(join(dataDir, 'notes'));
  await eraseEmbedded({ dataDir });
  assert.ok(existsSync(join(dataDir, 'notes')));
  assert.ok(!existsSync(join(dataDir, 'postgres')));
});

test('a database in use is not erased, one that was left running is', async () => {
  const dataDir = scratch();
  const other = await otherMotcua(dataDir);
  await assert.rejects(eraseEmbedded({ dataDir }), { code: 'data_folder_in_use' });
  await ask(other.url, 'CREATE TABLE kept (a int)');
  other.process.kill('SIGKILL');
  await new Promise((done) => other.process.once('exit', done));
  await eraseEmbedded({ dataDir });
  const server = await startEmbedded({ dataDir, durable: false });
  await assert.rejects(ask(server.url('postgres'), 'SELECT FROM kept'), { code: '42P01' });
  await server.stop();
});

test('what is not ours, or not embedded, is never erased', async () => {
  const dataDir = scratch();
  mkdirSync(join(dataDir, 'postgres'));
  writeFileSync(join(dataDir, 'postgres', 'PG_VERSION'), '18\n');
  await assert.rejects(eraseEmbedded({ dataDir }), { code: 'data_folder_incomplete' });
  assert.ok(existsSync(join(dataDir, 'postgres', 'PG_VERSION')));
  await assert.rejects(eraseEmbedded({ dataDir, databaseUrl: 'postgresql://db/x' }), {
    code: 'database_not_embedded',
  });
  await eraseEmbedded({ dataDir: join(dataDir, 'not there') });
});

test('the keys of a database go with it, and may be there before it; other things in their folder stay', async () => {
  const dataDir = scratch();
  mkdirSync(join(dataDir, 'keys'));
  for (const name of ['seal.pem', 'token.pem', 'receipt.key', 'device.key', 'seal.pem.12-ab.new'])
    writeFileSync(join(dataDir, 'keys', name), '');
  await (await startEmbedded({ dataDir, durable: false })).stop();
  await eraseEmbedded({ dataDir });
  assert.deepEqual(readdirSync(dataDir), []);

  mkdirSync(join(dataDir, 'keys'));
  writeFileSync(join(dataDir, 'keys', 'letters.txt'), '');
  await assert.rejects(startEmbedded({ dataDir, durable: false }), { code: 'data_folder_not_ours' });
  await assert.rejects(eraseEmbedded({ dataDir }), { code: 'data_folder_not_ours' });
  assert.ok(existsSync(join(dataDir, 'keys', 'letters.txt')));
});
