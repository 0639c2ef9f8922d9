import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { credentialOf, networkOf } from './limits.js';
import { Rates } from './rate.js';

const left = (rates: Rates, now: number, caller = 'a') => {
  const { allowed, remaining, seconds } = rates.take(caller, now);
  return [allowed, remaining, seconds];
};

test('so many at once, then so many a second, and the answer says how long to wait', () => {
  const rates = new Rates({ burst: 3, perSecond: 0.5 });
  assert.deepEqual(left(rates, 0), [true, 2, 2]);
  assert.deepEqual(left(rates, 0), [true, 1, 4]);
  assert.deepEqual(left(rates, 0), [true, 0, 6]);
  assert.deepEqual(left(rates, 0), [false, 0, 2]);
  assert.deepEqual(left(rates, 1_999), [false, 0, 1]);
  assert.deepEqual(left(rates, 2_000), [true, 0, 6]);
  assert.deepEqual(left(rates, 2_000), [false, 0, 2], 'what was refused cost nothing');
  assert.deepEqual(left(rates, 2_000, 'b'), [true, 2, 2], 'another caller has a limit of its own');
  assert.deepEqual(left(rates, 100_000), [true, 2, 2], 'after a while all of it is there again');
});

test('never more than the burst and what has come since, whenever they ask; waiting as told is enough', () => {
  const asked = fc.array(fc.record({ caller: fc.constantFrom('a', 'b'), after: fc.nat(900) }), {
    maxLength: 200,
  });
  fc.assert(
    fc.property(
      asked,
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 20 }),
      (calls, burst, perSecond) => {
        const rates = new Rates({ burst, perSecond });
        const passed: Record<string, number[]> = { a: [], b: [] };
        let now = 0;
        for (const { caller, after } of calls) {
          now += after;
          const { allowed, seconds } = rates.take(caller, now);
          if (allowed) passed[caller]!.push(now);
          else assert.ok(seconds <= Math.ceil(1 / perSecond), 'one is back within one interval');
        }
        for (const times of Object.values(passed)) {
          times.forEach((from, i) =>
            times.slice(i).forEach((to, more) => {
              assert.ok(more + 1 <= burst + ((to - from) * perSecond) / 1000 + 1e-3);
            }),
          );
        }
      },
    ),
  );
});

test('a flood of callers does not fill the memory, and who owes still owes a while later', () => {
  const rates = new Rates({ burst: 1, perSecond: 1 });
  assert.equal(rates.take('owes', 0).allowed, true);
  for (let i = 0; i < 150_000; i++) rates.take(`one-${i}`, 1);
  assert.equal(rates.take('owes', 500).allowed, false);
  const { young, old } = rates as unknown as Record<'young' | 'old', Map<string, number>>;
  assert.ok(young.size + old.size <= 200_000);
});

test('an address stands for the network behind it', () => {
  for (const [address, network] of [
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2::9', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ] as const) {
    assert.equal(networkOf(address), network);
  }
});

test('who brings a token or a session is counted by its end', () => {
  const of = (headers: Record<string, string>) => credentialOf({ headers } as never);
  const token = `${'x'.repeat(50)}${'y'.repeat(43)}`;
  assert.equal(of({ authorization: `Bearer ${token}` }), 'y'.repeat(42));
  for (const same of [`${token}=`, `${token}==`, `${token.slice(0, -1)}z`])
    assert.equal(of({ authorization: `Bearer ${same}` }), 'y'.repeat(42), 'however it is written');
  assert.equal(of({ cookie: `a=1; __Host-motcua=${token}; b=2` }), 'y'.repeat(43));
  assert.equal(of({ cookie: 'a=1; __Host-motcua-state=2' }), undefined);
  assert.equal(of({}), undefined);
});
