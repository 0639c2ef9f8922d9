import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DEEPEST, isDeeperThan } from './depth.js';
import { isDossierCode } from './dossier-code.js';
import { momentText } from './moment-text.js';

test('codes of both styles of agency are read, and numbers past 9999', () => {
  for (const code of ['000.00.14.H20-200703-0002', '000.01.21.H59-190402-12345', 'H55.242-260101-0001']) {
    assert.ok(isDossierCode(code), code);
  }
});

test('what is no code is not read as one', () => {
  for (const code of [
    '', '1', 'abc', '000.00.14.H20', '000.00.14.H20-200703', '000.00.14.H20-200703-002', '000.00.14.H20-200230-0001',
    '000.00.14.H20-201301-0001', '000.00.14.H20-200703-0002 ', ' 000.00.14.H20-200703-0002', '000.00.14.H20-200703-0002\n',
    '000.00.14.h20-200703-0002', '000.00.14.H20-200703-٠٠٠٢', '000.00.14.H20-200703-00021111', "' OR 1=1 --",
  ]) {
    assert.ok(!isDossierCode(code), JSON.stringify(code));
  }
}); // prettier-ignore

test('a code of any day that exists is read', () => {
  fc.assert(
    fc.property(
      fc.date({ min: new Date('2000-01-01'), max: new Date('2099-12-31'), noInvalidDate: true }),
      (date) => {
        assert.ok(isDossierCode(`000.00.14.H20-${date.toISOString().slice(2, 10).replaceAll('-', '')}-0001`));
      },
    ),
  );
});

test('depth counts arrays and objects, and a body of a million brackets is no trouble', () => {
  const nested = (levels: number): unknown => JSON.parse('['.repeat(levels) + ']'.repeat(levels));
  assert.equal(isDeeperThan(nested(DEEPEST), DEEPEST), false);
  assert.equal(isDeeperThan(nested(DEEPEST + 2), DEEPEST), true);
  assert.equal(isDeeperThan(nested(500_000), DEEPEST), true);
  assert.equal(isDeeperThan({ a: { b: [1, 'x', null] } }, 3), false);
  assert.equal(isDeeperThan(7, 0), false);
});

test('the plus of an offset survives a query in which it was not escaped', () => {
  assert.equal(momentText('2019-06-14T17:00:00 07:00'), '2019-06-14T17:00:00+07:00');
  assert.equal(momentText('2019-06-14T17:00:00Z'), '2019-06-14T17:00:00Z');
  assert.equal(momentText(undefined), undefined);
});
