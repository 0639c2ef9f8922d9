import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { namedId, newId } from './ids.js';

describe('a new id', () => {
  it('is a UUID of version 7 that begins with its time', () => {
    const at = Date.parse('2026-05-06T01:02:03.004Z');
    const id = newId(at);
    assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.equal(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16), at);
    assert.ok(newId(1) < newId(2) && newId(2) < id, 'ids sort in order of time');
  });

  it('is another one each time, every part of it that is left to chance', () => {
    const ids = Array.from({ length: 1_000 }, () => newId(0));
    for (const part of [(id: string) => id, (id: string) => id.slice(20)])
      assert.equal(new Set(ids.map(part)).size, ids.length);
    for (let at = 15; at < 36; at++) {
      const signs = new Set(ids.map((id) => id[at]));
      assert.ok(at === 18 || at === 23 ? signs.size === 1 : signs.size >= 4, `sign ${at} is always the same`);
    }
  });
});

describe('the id of a name', () => {
  it('never changes: a replay finds its own dossiers again', () => {
    assert.equal(namedId('demo 1'), '5a27262b-1719-8723-bc4f-37a64c9b0851');
  });
});
