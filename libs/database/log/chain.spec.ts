import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { type JsonObject, canonicalJson } from '#libs/kernel';
import { type ChainEvent, chainHash, chainText, verifyChain } from './chain.js';

const EVENT: ChainEvent = {
  dossierId: '5a27262b-1719-8723-bc4f-37a64c9b0851',
  version: 2,
  type: 'received',
  state: 'received',
  officer: 'counter-1@000.31.01.H59',
  unitId: 4,
  occurredAt: '2019-03-15T01:30:00.000Z',
  data: { p: { note: 'Thạch' }, counted: true },
};

test('the hash of an event never changes: it is SHA-256 of the hash before and of the canonical JSON', () => {
  const text =
    '{"at":"2019-03-15T01:30:00.000Z","data":{"counted":true,"p":{"note":"Thạch"}},' +
    '"dossier":"5a27262b-1719-8723-bc4f-37a64c9b0851","officer":"counter-1@000.31.01.H59","state":"received",' +
    '"type":"received","unit":4,"version":2}';
  assert.equal(chainText(EVENT), text);
  const first = createHash('sha256').update(Buffer.alloc(32)).update(text).digest();
  const second = createHash('sha256').update(first).update(text).digest();
  assert.deepEqual(chainHash(null, EVENT), first);
  assert.deepEqual(chainHash(first, EVENT), second);
  assert.equal(first.toString('hex'), 'f786989ea71b028b70ab88e3ec9cc47e5c3d62c71c24458239ad79266ab5807d');
});

test('what is covered is the canonical JSON of the eight fields, whatever they hold and however long they are', () => {
  const words = fc.string({ unit: 'grapheme', maxLength: 40 });
  fc.assert(
    fc.property(fc.dictionary(words, fc.jsonValue()), words, fc.integer(), (data, officer, unitId) => {
      const event = { ...EVENT, data: data as JsonObject, officer, unitId };
      const { dossierId: dossier, version, type, state, occurredAt: at } = event;
      const same = canonicalJson({
        dossier,
        version,
        type,
        state,
        officer,
        unit: unitId,
        at,
        data: event.data,
      });
      assert.equal(chainText(event), same);
      const slow = createHash('sha256').update(Buffer.alloc(32)).update(same, 'utf8').digest();
      assert.deepEqual(chainHash(null, event), slow);
    }),
  );
  const long = { ...EVENT, data: { note: 'ạ'.repeat(100_000) } };
  assert.deepEqual(
    chainHash(null, long),
    createHash('sha256').update(Buffer.alloc(32)).update(chainText(long)).digest(),
  );
});

test('half a surrogate pair has no canonical text, so no hash', () => {
  assert.throws(() => chainHash(null, { ...EVENT, data: { note: '\ud800' } }), {
    code: 'json_not_canonical',
  });
});

function chained(events: ChainEvent[]): (ChainEvent & { hash: Uint8Array | null })[] {
  let head: Buffer | null = null;
  return events.map((event) => ({ ...event, hash: (head = chainHash(head, event)) }));
}

const LIFE = chained([
  { ...EVENT, version: 1, type: 'submitted' },
  { ...EVENT, version: 2 },
  { ...EVENT, version: 2, type: 'overdue', officer: 'system', data: {} },
  { ...EVENT, version: 3, type: 'resolved' },
]);

test('a chain that was not touched holds, alarms and events from before there were hashes included', () => {
  assert.deepEqual(verifyChain(LIFE), { breaks: [], head: LIFE[3]!.hash });
  const old = [{ ...EVENT, version: 1, hash: null }, ...chained([EVENT, { ...EVENT, version: 3 }])];
  assert.deepEqual(verifyChain(old).breaks, []);
  assert.deepEqual(verifyChain([]), { breaks: [], head: null });
});

test('every break is named once, where it is', () => {
  const change = (at: number, by: Partial<(typeof LIFE)[number]>) =>
    LIFE.map((event, n) => (n === at ? { ...event, ...by } : event));
  const broken = (events: typeof LIFE) =>
    verifyChain(events).breaks.map(({ what, version, type }) => `${what} ${version} ${type}`);
  assert.deepEqual(broken(change(1, { state: 'processing' })), ['hash 2 received']);
  assert.deepEqual(broken(change(1, { occurredAt: '2019-03-15T01:30:00.001Z' })), ['hash 2 received']);
  assert.deepEqual(broken(change(2, { hash: null })), ['missing 2 overdue']);
  assert.deepEqual(broken(LIFE.toSpliced(2, 1)), ['hash 3 resolved']);
  assert.deepEqual(broken(LIFE.toSpliced(1, 2)), ['version 3 resolved']);
  assert.deepEqual(broken([LIFE[0]!, LIFE[2]!, LIFE[1]!, LIFE[3]!]), [
    'hash 2 overdue',
    'hash 2 received',
    'hash 3 resolved',
  ]);
  assert.deepEqual(broken(LIFE.slice(1)), ['version 2 received']);
});
