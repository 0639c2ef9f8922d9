import 'reflect-metadata';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Acting } from '#libs/identity';
import { BODY_OF } from '../commands/command-table.js';
import { readItem } from '../commands/batch.js';
import { ListQuery } from '../casework/dossiers.query.js';
import { ProblemError } from '../problem/problem-error.js';
import type { CommandName } from '#libs/workflow';
import { QueryPipe, readBody } from './validate.js';

const SUBMIT = { procedure: '1.001193', channel: 'counter', applicant: { name: 'Nguyễn Văn An' } };

/** What reading refuses: `code field` for each problem. */
function problems(command: CommandName, body: unknown): string[] {
  try {
    readBody(BODY_OF[command], body);
    return [];
  } catch (error) {
    assert.ok(error instanceof ProblemError);
    const all = error.errors.length > 0 ? error.errors : [{ code: error.code, field: error.field ?? '' }];
    assert.equal(all[0]!.code, error.code);
    return all.map((one) => `${one.code} ${one.field}`).sort();
  }
}

const OFFICER = { officer: { code: 'o' } } as Acting;

test('a body that is right is handed on as it was sent', () => {
  assert.deepEqual(readBody(BODY_OF.submit, SUBMIT), SUBMIT);
  assert.deepEqual(readBody(BODY_OF.receive, undefined), {});
});

test('unknown fields are refused by their path, at any depth', () => {
  const body = { ...SUBMIT, colour: 'red', applicant: { ...SUBMIT.applicant, rank: 1 } };
  assert.deepEqual(problems('submit', body), ['unknown_field applicant.rank', 'unknown_field colour']);
});

test('names that every object has are unknown fields like others', () => {
  const body = JSON.parse('{"constructor": 1, "toString": "x", "hasOwnProperty": {}, "length": 3}') as object;
  assert.deepEqual(problems('receive', body), [
    'unknown_field constructor',
    'unknown_field hasOwnProperty',
    'unknown_field length',
    'unknown_field toString',
  ]);
});

test('names that every object has are unknown fields at any depth, also where no part was expected', () => {
  for (const value of [`'`, {}, null]) {
    assert.deepEqual(problems('refuse', { reason: { constructor: value } }), [
      'field_not_understood reason',
      'unknown_field reason.constructor',
    ]);
    assert.deepEqual(problems('supplement', { documents: [{ toString: value }] }), [
      'field_not_understood documents',
      'unknown_field documents[0].toString',
    ]);
  }
  const long = 'x'.repeat(5_000);
  const named = problems('receive', { [long]: { constructor: 1 } });
  assert.ok(named.join().length < 400, 'what was sent is not sent back');
});

test('what is missing, empty, too long, of the wrong kind or full of control characters is named so', () => {
  assert.deepEqual(problems('submit', {}), [
    'field_required applicant',
    'field_required channel',
    'field_required procedure',
  ]);
  assert.deepEqual(problems('refuse', { reason: '' }), ['field_required reason']);
  assert.deepEqual(problems('refuse', { reason: 'x'.repeat(100_000) }), ['text_too_long reason']);
  assert.deepEqual(problems('refuse', { reason: ['x'] }), ['field_not_understood reason']);
  assert.deepEqual(problems('refuse', { reason: 'a\u0000b' }), ['control_characters reason']);
  assert.deepEqual(problems('refuse', { reason: 'a\u0085b' }), ['control_characters reason']);
  assert.deepEqual(problems('refuse', { reason: 'line\n\tline' }), []);
  assert.deepEqual(problems('submit', { ...SUBMIT, applicant: { name: 'a\nb' } }), [
    'control_characters applicant.name',
  ]);
  assert.deepEqual(problems('submit', { ...SUBMIT, applicant: 'An' }), ['field_not_understood applicant']);
  assert.deepEqual(problems('submit', { ...SUBMIT, applicant: [SUBMIT.applicant] }), [
    'field_not_understood applicant',
  ]);
  assert.deepEqual(problems('requestPayment', { amount: -1 }), ['number_out_of_range amount']);
  assert.deepEqual(problems('requestPayment', { amount: 1.5 }), ['field_not_understood amount']);
  assert.deepEqual(problems('requestPayment', { amount: 1e300 }), ['number_out_of_range amount']);
  assert.deepEqual(problems('requestSupplement', { documents: 'birth certificate' }), [
    'field_not_understood documents',
  ]);
  assert.deepEqual(problems('requestSupplement', { documents: Array(101).fill('x') }), [
    'list_too_long documents',
  ]);
  assert.deepEqual(problems('requestSupplement', { documents: ['x', 7] }), [
    'field_not_understood documents',
  ]);
  assert.deepEqual(problems('resolve', { outcome: 'maybe' }), ['unknown_outcome outcome']);
  assert.deepEqual(problems('recordPostEvent', { itemNumber: 'RA473124829VN', event: 'xstate.init' }), [
    'unknown_post_event event',
  ]);
});

test('a null stands for an optional field that is not there, and for no other', () => {
  assert.deepEqual(problems('withdraw', { reason: null }), []);
  assert.deepEqual(problems('refuse', { reason: null }), ['field_required reason']);
});

test('an occurredAt is refused by name, wherever a caller could put it', () => {
  assert.deepEqual(problems('receive', { occurredAt: '2019-04-01T00:00:00Z' }), [
    'occurred_at_not_yours occurredAt',
  ]);
  const item = { command: 'receive', code: '000.01.21.H59-190402-0001', key: 'k' };
  const refusedWith = (code: string, field: string) => (error: unknown) =>
    error instanceof ProblemError && error.code === code && error.field === field;
  assert.throws(
    () => readItem({ ...item, occurredAt: 'now' }, OFFICER),
    refusedWith('occurred_at_not_yours', 'occurredAt'),
  );
  assert.throws(
    () => readItem({ ...item, payload: { occurredAt: 'now' } }, OFFICER),
    refusedWith('occurred_at_not_yours', 'payload.occurredAt'),
  );
});

test('a body that is no object is refused whatever it is', () => {
  for (const body of [null, 7, 'x', [], [{}], true]) {
    assert.deepEqual(problems('receive', body), ['field_not_understood ']);
  }
});

test('a hundred thousand unknown fields are answered with a short list', () => {
  const body = Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`f${i}`, i]));
  assert.equal(problems('receive', body).length, 20);
});

test('an item of a batch takes its version as a number or as a tag', () => {
  const item = { command: 'receive', code: '000.01.21.H59-190402-0001', key: 'k' };
  assert.equal(readItem({ ...item, ifMatch: 3 }, OFFICER).expectedVersion, 3);
  assert.equal(readItem({ ...item, ifMatch: '"3"' }, OFFICER).expectedVersion, 3);
  assert.equal(readItem(item, OFFICER).expectedVersion, undefined);
});

test('queries are read by the same rules and refused with 400', () => {
  const pipe = new QueryPipe(ListQuery);
  assert.equal(pipe.transform({ limit: '20' }).limit, 20);
  for (const query of [
    { limit: 'x' },
    { limit: '0' },
    { limit: '201' },
    { state: 'gone' },
    { colour: 'red' },
    { unit: ['a', 'b'] },
  ]) {
    assert.throws(
      () => pipe.transform(query),
      (error: unknown) => error instanceof ProblemError && error.status === 400,
    );
  }
});
