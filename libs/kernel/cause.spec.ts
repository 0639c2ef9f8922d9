import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeCause, DomainError } from './index.js';

const NAME = 'Nguyễn Thị Marked';

test('of a database’s error the code and the place are told, never the words, which quote values', () => {
  const error = Object.assign(new Error(`invalid input syntax for type uuid: ${NAME}`), {
    code: '22P02',
    detail: `Key (name)=(${NAME}) already exists.`,
    table: 'dossier_party',
    constraint: 'dossier_party_pkey',
  });
  assert.equal(
    describeCause(error),
    'Error SQLSTATE 22P02, table dossier_party, constraint dossier_party_pkey',
  );
  const text = describeCause(error, { frames: true });
  assert.match(text, /\n {4}at .*cause\.spec\.js:\d+:\d+/);
  assert.ok(!text.includes('Marked'));
});

test('of a parser’s error the kind is told: its words quote the text', () => {
  try {
    JSON.parse(`{"name": ${NAME}}`);
  } catch (error) {
    assert.equal(describeCause(error), 'SyntaxError');
    return;
  }
  assert.fail('it was no JSON');
});

test('of any other error the words are told without quoted values, addresses and long numbers', () => {
  for (const message of [
    `no such party "${NAME}"`,
    `no such party '${NAME}'`,
    `no such party “${NAME}”`,
    `no such party "${NAME}`,
    'no such party marked@example.vn',
    'no such party 0840 9900 0001',
  ]) {
    const text = describeCause(new RangeError(message));
    assert.equal(text.replace('…', '').trim(), 'RangeError: no such party', message);
  }
  assert.equal(describeCause(new TypeError("the clock isn't there")), "TypeError: the clock isn't there");
});

test('a cause is followed, and a line of the message that looks like a place in the code is none', () => {
  const inner = new Error(`x\n    at ${NAME} (a.js:1:1)`);
  const outer = new DomainError('snapshot_unfit', { params: { name: NAME }, cause: inner });
  const text = describeCause(outer);
  assert.match(text, /^DomainError snapshot_unfit,/);
  assert.match(text, /, because of Error: x$/);
  assert.doesNotMatch(describeCause(outer, { frames: true }), /Marked/);
});

test('what is no error is not told at all', () => {
  assert.equal(describeCause(NAME), 'a thrown string');
  assert.equal(describeCause(undefined), 'a thrown undefined');
});
