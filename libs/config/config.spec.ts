import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ConfigError, loadConfig, projectRoot } from './index.js';

test('an empty environment gives the embedded database beside the project and a loopback port', () => {
  const config = loadConfig({ PORT: '', MOTCUA_DATA: ' ' });
  assert.deepEqual(config, {
    port: 3000,
    host: '127.0.0.1',
    dataDir: join(projectRoot(), '.motcua'),
    logLevel: 'info',
  });
  assert.ok(existsSync(join(projectRoot(), 'tsconfig.json')));
});

test('every value is read', () => {
  const config = loadConfig({
    PORT: '0',
    HOST: '::1',
    MOTCUA_DATA: 'somewhere',
    DATABASE_URL: 'postgres://me:pass@db/motcua',
    DATABASE_OWNER_URL: 'postgresql://owner@db/motcua',
    REDIS_URL: 'rediss://cache:6380/1',
    LOG_LEVEL: 'debug',
  });
  assert.deepEqual(config, {
    port: 0,
    host: '::1',
    dataDir: join(process.cwd(), 'somewhere'),
    databaseUrl: 'postgres://me:pass@db/motcua',
    databaseOwnerUrl: 'postgresql://owner@db/motcua',
    redisUrl: 'rediss://cache:6380/1',
    logLevel: 'debug',
  });
});

test('everything that is wrong is named at once, with what would do, and without passwords', () => {
  const env = {
    PORT: '70000',
    HOST: '0.0.0.0',
    DATABASE_URL: 'mysql://me:hush@db/motcua',
    REDIS_URL: 'localhost:6379',
    LOG_LEVEL: 'loud',
  };
  assert.throws(
    () => loadConfig(env),
    (error: unknown) => {
      assert.ok(error instanceof ConfigError);
      assert.equal(error.code, 'config_invalid');
      assert.deepEqual(
        error.problems.map((problem) => problem.split(':')[0]).sort(),
        Object.keys(env).sort(),
      );
      assert.match(error.message, /PORT: found "70000", wanted a whole number from 0 to 65535/);
      assert.match(error.message, /LOG_LEVEL: found "loud", wanted error, warn, info, debug/);
      assert.doesNotMatch(error.message, /hush/);
      return true;
    },
  );
});

for (const [name, value] of [
  ['PORT', '3000x'],
  ['PORT', '-1'],
  ['PORT', '1e3'],
  ['HOST', '192.168.1.1'],
  ['HOST', '127.0.0.1.example.org'],
  ['DATABASE_URL', 'postgresql://db'],
  ['DATABASE_OWNER_URL', 'postgresql://db/motcua'],
] as const) {
  test(`${name}=${value} is refused`, () => {
    assert.throws(() => loadConfig({ [name]: value }), new RegExp(`${name}:`));
  });
}
