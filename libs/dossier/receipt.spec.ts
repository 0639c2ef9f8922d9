import assert from 'node:assert/strict';
import { createHmac, randomUUID } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { receiptFits, receiptSecret } from './receipt.js';

const KEY = Buffer.alloc(32, 7);

test('the secret is the first 65 bits of the keyed hash of the id, in Crockford’s letters', () => {
  const id = '018f0000-0000-7000-8000-000000000001';
  const bits = [...createHmac('sha256', KEY).update(id).digest()]
    .map((byte) => byte.toString(2).padStart(8, '0'))
    .join('');
  const letters = Array.from({ length: 13 }, (_, at) =>
    '0123456789ABCDEFGHJKMNPQRSTVWXYZ'.charAt(Number.parseInt(bits.slice(at * 5, at * 5 + 5), 2)),
  ).join('');
  assert.equal(receiptSecret(KEY, id).replaceAll('-', ''), letters);
  assert.match(receiptSecret(KEY, id), /^.{4}-.{4}-.{5}$/);
});

test('it is read however a person copies it, and fits its own dossier and key only', () => {
  fc.assert(
    fc.property(fc.uuid(), (id) => {
      const secret = receiptSecret(KEY, id);
      const copies = [
        secret,
        secret.toLowerCase(),
        secret.replaceAll('-', ''),
        ` ${secret.replaceAll('-', ' ')} `,
        secret.replaceAll('0', 'o').replaceAll('1', 'l'),
        secret.replaceAll('0', 'O').replaceAll('1', 'I'),
      ];
      for (const copy of copies) assert.ok(receiptFits(KEY, id, copy), copy);
      assert.ok(!receiptFits(KEY, randomUUID(), secret));
      assert.ok(!receiptFits(KEY, null, secret));
      assert.ok(!receiptFits(Buffer.alloc(32, 8), id, secret));
      for (const wrong of [secret.slice(0, -1), `${secret}0`, `${secret}?`, '', '?']) {
        assert.ok(!receiptFits(KEY, id, wrong), wrong);
      }
    }),
  );
});

test('nothing that anybody writes makes it fail, and without a dossier nothing fits, the nobody’s own neither', () => {
  fc.assert(fc.property(fc.string(), (text) => !receiptFits(KEY, randomUUID(), text)));
  assert.ok(!receiptFits(KEY, null, receiptSecret(KEY, '00000000-0000-0000-0000-000000000000')));
});
