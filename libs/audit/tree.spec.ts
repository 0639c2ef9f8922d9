import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Frontier, leafHash, nodeHash } from './tree.js';

/** The entries that implementations of RFC 6962 are tested with, and the roots of the first 0 to 8 of them. */
const ENTRIES = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
];
const ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

test('roots are those of RFC 6962', () => {
  const tree = Frontier.empty();
  assert.equal(tree.root().toString('hex'), ROOTS[0]);
  ENTRIES.forEach((entry, at) => {
    tree.add(leafHash(Buffer.from(entry, 'hex')));
    assert.equal(tree.root().toString('hex'), ROOTS[at + 1]);
    assert.equal(tree.size, at + 1);
  });
});

/** The definition of RFC 6962, word for word. */
function rootOf(leaves: Buffer[]): Buffer {
  if (leaves.length === 1) return leaves[0]!;
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  return nodeHash(rootOf(leaves.slice(0, k)), rootOf(leaves.slice(k)));
}

test('adding one by one, from wherever the edge was kept, gives the root of the definition', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 200 }), fc.nat(199), (count, kept) => {
      const leaves = Array.from({ length: count }, (_, at) => leafHash(`event ${at}`));
      let tree = Frontier.empty();
      leaves.forEach((leaf, at) => {
        if (at === kept) tree = Frontier.of(tree.size, tree.bytes())!;
        const copy = tree.copy();
        tree.add(leaf);
        assert.equal(copy.size, at);
      });
      assert.deepEqual(tree.root(), rootOf(leaves));
    }),
  );
});

test('an edge with too few or too many hashes is none', () => {
  assert.equal(Frontier.of(3, Buffer.alloc(32)), undefined);
  assert.equal(Frontier.of(4, Buffer.alloc(64)), undefined);
  assert.equal(Frontier.of(-1, Buffer.alloc(0)), undefined);
  assert.equal(Frontier.of(1.5, Buffer.alloc(32)), undefined);
  assert.equal(Frontier.of(2 ** 40 + 1, Buffer.alloc(64))?.size, 2 ** 40 + 1);
});
