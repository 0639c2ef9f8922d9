import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exactJson } from './exact-json.js';
import { isSigned, headBytes, headLine, packEntries, entryAt, parseHead, signHead } from './head.js';
import { KEY, OTHER_KEY } from './audit.fixture.js';
import { comparePlaces, exactInstant, lineOf, type EventRow } from './line.js';
import { leafHash } from './tree.js';

const ROW: EventRow = {
  epoch: 1,
  xid: '742',
  seq: '12',
  dossier: '5a27262b-1719-8723-bc4f-37a64c9b0851',
  code: '000.31.01.H59-190315-0007',
  version: 2,
  type: 'received',
  state: 'received',
  officer: 'counter-1@000.31.01.H59',
  unit: 4,
  occurredAt: '2019-03-15 01:30:00+00',
  recordedAt: '2019-03-15 01:30:00.12+00',
  data: '{"p": {"note": "Thạch"}, "counted": true}',
  hash: 'f786989ea71b028b70ab88e3ec9cc47e5c3d62c71c24458239ad79266ab5807d',
};

test('the line and the leaf of an event never change', () => {
  const line = lineOf(ROW);
  assert.equal(
    line,
    '{"code":"000.31.01.H59-190315-0007","data":{"counted":true,"p":{"note":"Thạch"}},' +
      '"dossier":"5a27262b-1719-8723-bc4f-37a64c9b0851","hash":"f786989ea71b028b70ab88e3ec9cc47e5c3d62c71c24458239ad79266ab5807d",' +
      '"kind":"event","occurredAt":"2019-03-15T01:30:00.000Z","officer":"counter-1@000.31.01.H59",' +
      '"position":{"epoch":1,"seq":"12","xid":"742"},"recordedAt":"2019-03-15T01:30:00.120Z","state":"received",' +
      '"type":"received","unit":4,"version":2}',
  );
  assert.equal(
    leafHash(line).toString('hex'),
    'edc6f266f139914f8fbd9a6cdb626423f261ed65989178e2d4c65939bf5b5e61',
  );
});

test('the bytes of a head and its signature never change', () => {
  const head = {
    size: 7,
    root: 'ab'.repeat(32),
    at: '2019-03-15T01:30:00.000Z',
    key: KEY.id,
    position: { epoch: 1, xid: '742', seq: '12' },
  };
  assert.equal(KEY.id, '06e3fd8fda29bb60ab59557de61edb0a');
  assert.equal(
    headBytes(head).toString(),
    `motcua seal head v1\n{"at":"2019-03-15T01:30:00.000Z","key":"${KEY.id}","position":{"epoch":1,"seq":"12","xid":"742"},` +
      `"root":"${'ab'.repeat(32)}","size":7}`,
  );
  const signature = signHead(head, KEY);
  assert.equal(
    signature.toString('base64'),
    'pT5t98I0il2pIERw9BAe7LjpKrD6ULz9M6XSktBVZCMg8G7Mnl6IrR+bfKmHrdgAhU7rHF39HmxBbyfJ9Z8VAA==',
  );
  assert.ok(isSigned({ ...head, signature }, KEY.publicKey));
  assert.ok(!isSigned({ ...head, signature }, OTHER_KEY.publicKey));
  assert.ok(!isSigned({ ...head, size: 8, signature }, KEY.publicKey));
  assert.ok(!isSigned({ ...head, signature: signature.subarray(1) }, KEY.publicKey));
});

test('a head and its leaves come back from their line as they were', () => {
  const entries = [
    { dossier: ROW.dossier, version: 2, leaf: leafHash('a') },
    { dossier: '00000000-0000-0000-0000-000000000001', version: 2_000_000_000, leaf: leafHash('b') },
  ];
  const leaves = packEntries(entries);
  assert.equal(leaves.length, 104);
  assert.deepEqual([entryAt(leaves, 0), entryAt(leaves, 1)], entries);
  const head = {
    size: 2, events: 2, root: 'ab'.repeat(32), at: '2019-03-15T01:30:00.000Z', key: KEY.id, position: { epoch: 1, xid: '7', seq: '1' },
    frontier: leafHash('c'), leaves, signature: Buffer.alloc(64, 1),
  }; // prettier-ignore
  assert.deepEqual(parseHead(JSON.parse(headLine(head))), head);
  assert.equal(parseHead({ ...JSON.parse(headLine(head)), size: '2' }), undefined);
  assert.equal(parseHead({ ...JSON.parse(headLine(head)), position: null }), undefined);
});

test('moments keep what is stored, to the microsecond', () => {
  assert.equal(exactInstant('2019-03-15 01:30:00+00'), '2019-03-15T01:30:00.000Z');
  assert.equal(exactInstant('2019-03-15 01:30:00.1+00'), '2019-03-15T01:30:00.100Z');
  assert.equal(exactInstant('2019-03-15 01:30:00.000001+00'), '2019-03-15T01:30:00.000001Z');
  assert.equal(exactInstant('infinity'), 'infinity');
  assert.equal(exactInstant('0044-03-15 00:00:00+00 BC'), '0044-03-15 00:00:00+00 BC');
});

test('numbers that JavaScript would round are kept as they are stored beside the value, and no others', () => {
  for (const exact of [
    '{"a": 0.1}',
    '[1.5, -2.25, 1000000000000000000000, 0.0000001]',
    '{"1.10": "1.10 \\" 2.50"}',
    '[9007199254740991]',
    '0',
    'null',
  ])
    assert.deepEqual(exactJson(exact), { data: JSON.parse(exact) as unknown }, exact);
  for (const rounded of ['[1.10]', '[1.0]', '[9007199254740993]', '{"a": 1.00000000000000000001}', '[-0.0]'])
    assert.deepEqual(exactJson(rounded), { data: JSON.parse(rounded) as unknown, raw: rounded }, rounded);
  const huge = `[1${'0'.repeat(400)}]`;
  assert.deepEqual(exactJson(huge), { data: null, raw: huge });
  const deep = '['.repeat(1_001) + ']'.repeat(1_001);
  assert.deepEqual(exactJson(deep), { data: null, raw: deep });
});

test('places are compared as numbers, whatever their length', () => {
  const at = (epoch: number, xid: string, seq: string) => ({ epoch, xid, seq });
  assert.ok(comparePlaces(at(1, '10', '1'), at(1, '9', '1')) > 0);
  assert.ok(comparePlaces(at(1, '18446744073709551615', '1'), at(1, '18446744073709551614', '9')) > 0);
  assert.ok(comparePlaces(at(1, '9', '10'), at(1, '9', '9')) > 0);
  assert.ok(comparePlaces(at(2, '1', '1'), at(1, '9', '9')) > 0);
  assert.equal(comparePlaces(at(1, '9', '9'), at(1, '9', '9')), 0);
});
