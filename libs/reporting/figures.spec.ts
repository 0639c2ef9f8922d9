import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Counts, FORM_COLUMNS, NO_COUNTS, addCounts, figuresOf, identityOf, lineOf } from './figures.js';

const LABEL = { vi: 'x', en: 'x', km: 'x' };
const small = fc.nat(1000);
const anyCounts: fc.Arbitrary<Counts> = fc.record({
  carriedOver: small,
  receivedOnline: small,
  receivedCounterOrPost: small,
  resolvedBefore: small,
  resolvedOnTime: small,
  resolvedOverdue: small,
  inProcess: small,
  inProcessOverdue: small,
});

test('the columns are those of form II.06a, numbered 3 to 13', () => {
  assert.deepEqual(
    FORM_COLUMNS.map((column) => column.no),
    [3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13],
  );
});

test('the derived columns are the sums that the form says they are', () => {
  fc.assert(
    fc.property(anyCounts, (counts) => {
      const figures = figuresOf(counts);
      const column = (no: number): number => figures[FORM_COLUMNS.find((c) => c.no === no)!.name];
      assert.equal(column(3), column(4) + column(5) + column(6));
      assert.equal(column(7), column(8) + column(9) + column(10));
      assert.equal(column(11), column(12) + column(13));
    }),
  );
});

test('a line that breaks 3 = 7 + 11 says so and keeps its figures', () => {
  const line = lineOf('x', LABEL, { ...NO_COUNTS, receivedOnline: 779, resolvedBefore: 453, inProcess: 325 });
  assert.equal(line.identity.holds, false);
  assert.equal(line.received, 779);
  assert.deepEqual(
    [line.identity.toSettle, line.identity.resolved, line.identity.inProcess],
    [779, 453, 325],
  );
});

test('a line below nought breaks the identity even when the sum is right', () => {
  const identity = identityOf(figuresOf({ ...NO_COUNTS, resolvedOnTime: 1, inProcess: -1 }));
  assert.equal(identity.holds, false);
  assert.deepEqual(identity.negative, ['inProcess', 'inProcessInTime']);
});

test('the figures of a sum are the sum of the figures', () => {
  fc.assert(
    fc.property(fc.array(anyCounts, { maxLength: 5 }), (all) => {
      const sum = figuresOf(addCounts(all));
      for (const { name } of FORM_COLUMNS)
        assert.equal(
          sum[name],
          all.map(figuresOf).reduce((n, f) => n + f[name], 0),
        );
    }),
  );
});
