import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { languageFor } from '../messages/language.js';
import { ProblemError } from '../problem/problem-error.js';
import { idempotencyKey } from './idempotency-key.js';
import { isLoopbackHost } from './security.js';
import { expectedVersion, versionTag } from './version-tag.js';

const code = (wanted: string) => (error: unknown) => error instanceof ProblemError && error.code === wanted;

test('a key in double quotes and the same key without are one key', () => {
  assert.equal(
    idempotencyKey('"8e03978e-40d5-43dd-bc93-6894a57f9324"'),
    '8e03978e-40d5-43dd-bc93-6894a57f9324',
  );
  assert.equal(
    idempotencyKey('8e03978e-40d5-43dd-bc93-6894a57f9324'),
    '8e03978e-40d5-43dd-bc93-6894a57f9324',
  );
  assert.equal(idempotencyKey('  "a b"  '), 'a b');
});

test('quotes and backslashes inside a quoted key are written with a backslash', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[\x20-\x7e]{1,255}$/), (key) => {
      fc.pre(key.trim() !== '');
      assert.equal(idempotencyKey(`"${key.replace(/["\\]/g, '\\$&')}"`), key);
    }),
  );
});

test('a key that is missing is told from one that is malformed', () => {
  for (const header of [undefined, '', '   ', '""']) {
    assert.throws(() => idempotencyKey(header), code('idempotency_key_missing'));
  }
  for (const header of [
    '"open',
    'two words',
    'a,b c',
    'é',
    '"é"',
    '"a";b=1',
    '"a"b"',
    'x'.repeat(256),
    `"${'x'.repeat(256)}"`,
  ]) {
    assert.throws(() => idempotencyKey(header), code('idempotency_key_malformed'), header);
  }
  assert.equal(idempotencyKey('x'.repeat(255)).length, 255);
});

test('If-Match takes a version in quotes or a star, and nothing else', () => {
  assert.equal(expectedVersion(undefined), undefined);
  assert.equal(expectedVersion('*'), undefined);
  assert.equal(expectedVersion(versionTag(7)), 7);
  for (const header of [
    '7',
    'W/"7"',
    '"0"',
    '"07"',
    '"-1"',
    '"7", "8"',
    '"x"',
    '""',
    '',
    '"1.0"',
    '"99999999999"',
  ]) {
    assert.throws(() => expectedVersion(header), code('if_match_malformed'), header);
  }
});

test('the language is the reader’s first that we have, and Vietnamese otherwise', () => {
  const cases: [string | undefined, string][] = [
    [undefined, 'vi'],
    ['', 'vi'],
    ['*', 'vi'],
    ['en', 'en'],
    ['en-GB,en;q=0.9', 'en'],
    ['km-KH', 'km'],
    ['fr, km;q=0.5', 'km'],
    ['fr;q=0.9, en;q=0.3, km;q=0.8', 'km'],
    ['vi;q=0, en;q=0.1', 'en'],
    ['zh-Hant-TW', 'vi'],
    ['en;q=nonsense', 'vi'],
    ['x'.repeat(10_000), 'vi'],
  ];
  for (const [header, language] of cases) assert.equal(languageFor(header), language, header);
  fc.assert(fc.property(fc.string(), (header) => ['vi', 'en', 'km'].includes(languageFor(header))));
});

test('only names of this machine are names of this machine', () => {
  for (const host of [
    'localhost',
    'localhost:3000',
    '127.0.0.1',
    '127.0.0.1:80',
    '127.8.8.8',
    '[::1]:3000',
    '::1',
  ]) {
    assert.ok(isLoopbackHost(host), host);
  }
  for (const host of [
    '',
    '0.0.0.0',
    'localhost.evil.com',
    'evil.com',
    '127.0.0.1.evil.com',
    '10.0.0.1',
    '[::]:3000',
    '::',
  ]) {
    assert.ok(!isLoopbackHost(host), host);
  }
});
