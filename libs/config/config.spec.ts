import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { ConfigError, loadConfig, projectRoot, weakness } from './index.js';

const SECRET = 'ahn8Aiz5-Oov4oosh';

test('an empty environment gives the embedded database beside the project and a loopback port', () => {
  const config = loadConfig({ PORT: '', MOTCUA_DATA: ' ' });
  assert.deepEqual(config, {
    port: 3000,
    host: '127.0.0.1',
    dataDir: join(projectRoot(), '.motcua'),
    keysDir: join(projectRoot(), '.motcua', 'keys'),
    logLevel: 'info',
    mode: 'production',
    trustProxy: [],
    allowedOrigins: [],
  });
  assert.ok(existsSync(join(projectRoot(), 'tsconfig.json')));
});

test('every value is read', () => {
  const config = loadConfig({
    PORT: '0',
    HOST: '0.0.0.0',
    PUBLIC_URL: 'https://Mot-Cua.example.vn:443/',
    MOTCUA_DATA: 'somewhere',
    MOTCUA_KEYS: '/run/keys',
    NODE_ENV: 'test',
    TRUST_PROXY: '10.0.0.0/8, ::1',
    ALLOWED_ORIGINS: 'https://portal.example.vn, http://localhost:5173',
    OIDC_ISSUER: 'https://id.example.vn/realms/h59',
    OIDC_CLIENT_ID: 'motcua',
    OIDC_CLIENT_SECRET: SECRET,
    OIDC_AUDIENCE: 'motcua-api',
    DATABASE_URL: 'postgres://me:Quai5oochah@db/motcua',
    DATABASE_OWNER_URL: 'postgresql://owner@db/motcua',
    REDIS_URL: 'rediss://cache:6380/1',
    LOG_LEVEL: 'debug',
  });
  assert.deepEqual(config, {
    port: 0,
    host: '0.0.0.0',
    publicUrl: 'https://mot-cua.example.vn',
    dataDir: join(process.cwd(), 'somewhere'),
    keysDir: '/run/keys',
    mode: 'test',
    trustProxy: ['10.0.0.0/8', '::1'],
    allowedOrigins: ['https://portal.example.vn', 'http://localhost:5173'],
    oidc: {
      issuer: 'https://id.example.vn/realms/h59',
      clientId: 'motcua',
      clientSecret: SECRET,
      audience: 'motcua-api',
      loginClaim: 'preferred_username',
    },
    databaseUrl: 'postgres://me:Quai5oochah@db/motcua',
    databaseOwnerUrl: 'postgresql://owner@db/motcua',
    redisUrl: 'rediss://cache:6380/1',
    logLevel: 'debug',
  });
});

test('everything that is wrong is named at once, with what would do, and without passwords', () => {
  const env = {
    PORT: '70000',
    HOST: 'example.org',
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
  ['HOST', 'example.org'],
  ['HOST', '127.0.0.1.example.org'],
  ['DATABASE_URL', 'postgresql://db'],
  ['DATABASE_OWNER_URL', 'postgresql://db/motcua'],
  ['HOST', '0.0.0.0.0'],
  ['PUBLIC_URL', 'http://mot-cua.example.vn'],
  ['PUBLIC_URL', 'https://mot-cua.example.vn/app'],
  ['PUBLIC_URL', 'https://me:hush@mot-cua.example.vn'],
  ['PUBLIC_URL', 'mot-cua.example.vn'],
  ['MOTCUA_KEYS', 'a\nb'],
  ['NODE_ENV', 'staging'],
  ['TRUST_PROXY', 'true'],
  ['TRUST_PROXY', '0.0.0.0/0'],
  ['TRUST_PROXY', '10.0.0.0/33'],
  ['TRUST_PROXY', '10.0.0.1,'],
  ['ALLOWED_ORIGINS', '*'],
  ['ALLOWED_ORIGINS', 'null'],
  ['ALLOWED_ORIGINS', 'https://a.example.vn, http://b.example.vn'],
  ['ALLOWED_ORIGINS', 'https://*.example.vn'],
  ['ALLOWED_ORIGINS', 'https://a.example.vn/path'],
  ['OIDC_CLIENT_ID', 'alone'],
  ['OIDC_AUDIENCE', 'alone'],
  ['OIDC_ISSUER', 'http://id.example.vn'],
  ['OIDC_ISSUER', 'https://id.example.vn?x=1'],
] as const) {
  test(`${name}=${value} is refused`, () => {
    assert.throws(() => loadConfig({ [name]: value }), new RegExp(`${name}:`));
  });
}

const fails = (env: Record<string, string>): string => {
  try {
    loadConfig(env);
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.message;
  }
  return '';
};

test('another address than this machine’s is listened on only under a public name, and never in development', () => {
  assert.match(fails({ HOST: '0.0.0.0' }), /PUBLIC_URL: is missing, wanted with HOST=0\.0\.0\.0/);
  assert.match(
    fails({ HOST: '::', PUBLIC_URL: 'https://a.example.vn', NODE_ENV: 'development' }),
    /^.*\n {2}NODE_ENV: found "development" with HOST=::/,
  );
  assert.equal(loadConfig({ HOST: '::1', NODE_ENV: 'development' }).mode, 'development');
  assert.equal(loadConfig({ PUBLIC_URL: 'http://127.0.0.1:3000' }).publicUrl, 'http://127.0.0.1:3000');
});

test('the provider’s secret comes from exactly one place, and is none that anybody would try', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'motcua-secret-')), 'secret');
  writeFileSync(file, `${SECRET}\n`);
  const base = { OIDC_ISSUER: 'http://localhost:4000', OIDC_CLIENT_ID: 'motcua' };
  assert.equal(loadConfig({ ...base, OIDC_CLIENT_SECRET_FILE: file }).oidc?.clientSecret, SECRET);
  assert.match(fails(base), /OIDC_CLIENT_SECRET: is missing, wanted exactly one/);
  const both = fails({ ...base, OIDC_CLIENT_SECRET: SECRET, OIDC_CLIENT_SECRET_FILE: file });
  assert.match(both, /OIDC_CLIENT_SECRET: is set beside OIDC_CLIENT_SECRET_FILE/);
  assert.match(fails({ ...base, OIDC_CLIENT_SECRET_FILE: `${file}.not` }), /OIDC_CLIENT_SECRET_FILE: found/);
  assert.match(
    fails({ ...base, OIDC_CLIENT_ID: '', OIDC_CLIENT_SECRET: SECRET }),
    /OIDC_CLIENT_ID: is missing/,
  );
  for (const weak of ['Iemoo7ch', 'changeme-changeme', 'motcua-secret-2026', 'x'.repeat(40)]) {
    const message = fails({ ...base, OIDC_CLIENT_SECRET: weak });
    assert.match(message, /OIDC_CLIENT_SECRET: found (a default|one of 8)/, weak);
    assert.ok(!message.includes(weak), 'what was found is not shown');
    writeFileSync(file, weak);
    assert.match(fails({ ...base, OIDC_CLIENT_SECRET_FILE: file }), /OIDC_CLIENT_SECRET_FILE: found/, weak);
  }
});

test('a database that others reach too is not opened with a password that anybody would try', () => {
  for (const password of [
    'postgres',
    'password',
    'motcua',
    'me',
    'changeme',
    'Passw%6Frd1',
    '123456',
    'admin123',
  ]) {
    const message = fails({ DATABASE_URL: `postgres://me:${password}@db.example.vn/motcua` });
    assert.match(message, /DATABASE_URL: has a password that anybody would try/, password);
    assert.equal(fails({ DATABASE_URL: `postgres://me:${password}@127.0.0.1/motcua` }), '', password);
  }
  const owner = {
    DATABASE_URL: 'postgres://me:Quai5oochah@db/x',
    DATABASE_OWNER_URL: 'postgres://o:root@db/x',
  };
  assert.match(fails(owner), /DATABASE_OWNER_URL: has a password/);
  assert.match(fails({ REDIS_URL: 'redis://:redis@cache:6379' }), /REDIS_URL: has a password/);
  assert.equal(fails({ DATABASE_URL: 'postgres://me@db/motcua', REDIS_URL: 'redis://cache' }), '');
});

test('what a generator makes is never taken for a default', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 24, maxLength: 48 }), (bytes) => {
      fc.pre(new Set(bytes).size >= 20);
      for (const form of ['hex', 'base64', 'base64url'] as const) {
        assert.equal(weakness(Buffer.from(bytes).toString(form)), undefined);
      }
    }),
  );
});
