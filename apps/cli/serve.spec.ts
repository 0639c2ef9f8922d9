import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { KEY_FILES, makeKeys } from '#libs/config';
import { testDatabase } from '#libs/testing';
import { on, runMotcua, scratchFolder } from './spawn.fixture.js';

const folder = scratchFolder();

describe('on a port that another program has', () => {
  let other: Server;
  let port: number;
  before(async () => {
    other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    assert.ok(address && typeof address === 'object');
    port = address.port;
  });
  after(() => other.close());

  it('motcua serve ends with one sentence that names the port and another one', async () => {
    const keys = join(folder, 'keys');
    makeKeys(keys, KEY_FILES);
    const env = { ...on(await testDatabase()), PORT: String(port), MOTCUA_KEYS: keys };
    const { code, stdout, stderr } = await runMotcua(['serve'], env);
    assert.deepEqual([code, stdout], [1, '']);
    assert.match(stderr, new RegExp(`^Port ${port} .*PORT=${port + 1}\\b.*\\n$`));
    assert.equal(stderr.trimEnd().split('\n').length, 1, stderr);
  });

  it('motcua demo ends with such a sentence too, before anything is made or erased', async () => {
    const dataDir = join(folder, 'data');
    for (const more of [[], ['--fresh']]) {
      const env = { MOTCUA_DATA: dataDir, DATABASE_URL: '', DATABASE_OWNER_URL: '', PORT: String(port) };
      const { code, stdout, stderr } = await runMotcua(['demo', '--scale', '0.01', ...more], env);
      assert.deepEqual([code, stdout], [1, '']);
      assert.match(stderr, new RegExp(`^Port ${port} .*PORT=${port + 1}\\b.*\\n$`));
      assert.equal(stderr.trimEnd().split('\n').length, 1, stderr);
      assert.ok(!existsSync(dataDir));
    }
  });
});

it('beside a database that is not ours, keys that are missing are named and not made', async () => {
  const keys = join(folder, 'none');
  const { code, stderr } = await runMotcua(['serve'], {
    ...on(await testDatabase()),
    PORT: '0',
    MOTCUA_KEYS: keys,
  });
  assert.equal(code, 1);
  assert.match(stderr, /MOTCUA_KEYS.*\n {2}seal\.pem: is missing; npx motcua keys make makes it\n/);
  assert.ok(!existsSync(keys));
});
