import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { DomainError } from '#libs/kernel';
import { Batcher, type Waiting } from './batcher.js';

interface Gate {
  batches: number[][];
  open(): void;
}

/** A batcher over numbers whose batches end when the test says so; the key is the tens digit. */
function gated(options: { maxBatch?: number; lanes?: number; maxWaiting?: number } = {}) {
  const batches: number[][] = [];
  const gates: (() => void)[] = [];
  const run = async (batch: Waiting<number, number>[]): Promise<void> => {
    batches.push(batch.map((w) => w.item));
    await new Promise<void>((resolve) => gates.push(resolve));
    for (const waiting of batch) waiting.resolve(waiting.item * 2);
  };
  const batcher = new Batcher<number, number>(run, { maxBatch: 8, lanes: 1, maxWaiting: 100, ...options });
  const gate: Gate = { batches, open: () => gates.shift()?.() };
  return { batcher, gate, add: (n: number) => batcher.submit(String(Math.floor(n / 10)), n) };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the batcher', () => {
  it('starts at once when nothing is under way', async () => {
    const { gate, add } = gated();
    void add(1);
    await turn();
    assert.deepEqual(gate.batches, [[1]]);
  });

  it('lets what arrives during a commit leave together', async () => {
    const { gate, add } = gated();
    void add(10);
    await turn();
    for (const n of [20, 30, 40]) void add(n);
    gate.open();
    await turn();
    assert.deepEqual(gate.batches, [[10], [20, 30, 40]]);
  });

  it('never puts two commands of one dossier in one batch, and keeps their order', async () => {
    const { gate, add } = gated();
    const answers = Promise.all([add(10), add(11), add(20), add(12)]);
    for (let i = 0; i < 3; i++) {
      await turn();
      gate.open();
    }
    assert.deepEqual(await answers, [20, 22, 40, 24]);
    assert.deepEqual(gate.batches, [[10, 20], [11], [12]]);
  });

  it('does not start a dossier in a second lane while the first lane has it', async () => {
    const { gate, add } = gated({ lanes: 2 });
    void add(10);
    await turn();
    void add(11);
    void add(20);
    await turn();
    assert.deepEqual(gate.batches, [[10], [20]]);
  });

  it('refuses with queue_full when there is no room, and has room again afterwards', async () => {
    const { gate, add, batcher } = gated({ maxWaiting: 2 });
    const first = add(10);
    void add(20);
    await assert.rejects(
      add(30),
      (error: unknown) => error instanceof DomainError && error.code === 'queue_full',
    );
    await turn();
    gate.open();
    await first;
    gate.open();
    await batcher.drained();
    void add(40);
    await turn();
    assert.deepEqual(gate.batches.at(-1), [40]);
  });

  it('rejects what a failed run left unanswered and goes on with the next', async () => {
    const seen: number[] = [];
    const batcher = new Batcher<number, number>(
      async (batch) => {
        for (const { item, resolve } of batch) {
          seen.push(item);
          if (item === 1) throw new Error('broken');
          resolve(item);
        }
      },
      { maxBatch: 1, lanes: 1, maxWaiting: 10 },
    );
    const broken = batcher.submit('a', 1);
    const behind = batcher.submit('a', 2);
    await assert.rejects(broken, /broken/);
    assert.equal(await behind, 2);
    assert.deepEqual(seen, [1, 2]);
  });

  it('answers everything once, in order within each dossier, whatever the load', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 99 }), { maxLength: 60 }),
        fc.integer({ min: 1, max: 7 }),
        fc.integer({ min: 1, max: 3 }),
        async (numbers, maxBatch, lanes) => {
          const done: { key: string; nth: number }[] = [];
          const batcher = new Batcher<{ key: string; nth: number }, number>(
            async (batch) => {
              assert.equal(new Set(batch.map((w) => w.key)).size, batch.length);
              await turn();
              for (const { item, resolve } of batch) {
                done.push(item);
                resolve(item.nth);
              }
            },
            { maxBatch, lanes, maxWaiting: 1000 },
          );
          const answers = await Promise.all(
            numbers.map((n, nth) => batcher.submit(String(n % 7), { key: String(n % 7), nth })),
          );
          assert.deepEqual(
            answers,
            numbers.map((_, nth) => nth),
          );
          for (const key of new Set(done.map((d) => d.key))) {
            const order = done.filter((d) => d.key === key).map((d) => d.nth);
            assert.deepEqual(
              order,
              [...order].sort((a, b) => a - b),
            );
          }
          assert.equal(batcher.depth, 0);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('a crowd', () => {
  const crowded = (lanes: number, maxBatch = 8) => {
    const { batcher, gate } = gated({ lanes, maxBatch });
    return { gate, add: (n: number, crowd?: string) => void batcher.submit(String(n), n, crowd) };
  };

  it('shares a batch, and waits for the batch that has some of it, while others go past', async () => {
    const { gate, add } = crowded(2);
    add(1, 'a');
    add(2, 'a');
    await turn();
    add(3, 'a');
    add(4, 'b');
    add(5);
    await turn();
    add(6, 'a');
    gate.open();
    await turn();
    assert.deepEqual(gate.batches, [
      [1, 2],
      [4, 5],
      [3, 6],
    ]);
  });

  it('comes first when its batch ends, and is not forgotten when it fills more than one', async () => {
    const { gate, add } = crowded(2, 2);
    for (const n of [1, 2, 3, 4, 5]) add(n, 'a');
    add(6);
    add(7);
    add(8);
    for (let ends = 0; ends < 5; ends++) {
      await turn();
      gate.open();
    }
    await turn();
    assert.deepEqual(gate.batches, [[1, 2], [6, 7], [3, 4], [8], [5]]);
  });
});
