import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { canonicalJson, hashJson } from './json.js';
import type { Json } from './json-value.js';

it('equal values have one text and one hash, whatever order their keys were written in', () => {
  const one = { value: 'Thạch "Sơn" 😀', field: 'name', more: { b: [1, null, true, {}], a: {} } };
  const other = { more: { a: {}, b: [1, null, true, {}] }, field: 'name', value: 'Thạch "Sơn" 😀' };
  const text = '{"field":"name","more":{"a":{},"b":[1,null,true,{}]},"value":"Thạch \\"Sơn\\" 😀"}';
  assert.equal(canonicalJson(one), text);
  assert.equal(canonicalJson(other), text);
  assert.equal(hashJson(one), hashJson(other));
  assert.notEqual(hashJson(one), hashJson({ ...one, field: 'address' }));
});

it('a field that is undefined is no field, as in JSON', () => {
  assert.equal(canonicalJson({ a: undefined, b: 1 } as unknown as Json), '{"b":1}');
});

it('a hash never changes: those of earlier requests are kept', () => {
  const request = ['amend', '000.31.01.H59-190315-0007', { value: 'Thạch', field: 'name' }];
  assert.equal(hashJson(request), 'b65b7721e66f22c1ed02e8ad44c62f4bf496837503847d8beaac809b8b09b5a3');
});

it('the example of RFC 8785 comes out as the RFC has it', () => {
  const [numbers, string] = [
    [Number('333333333.33333329'), 1e30, 4.5, 2e-3, 1e-27],
    '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"/',
  ];
  assert.equal(
    canonicalJson({ numbers, string, literals: [null, true, false] }),
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
  );
});

it('keys stand in the order of their UTF-16 units, a pair of surrogates before what follows it in Unicode', () => {
  const names = ['\u20ac', '\r', '\ufb33', '1', '\ud83d\ude00', '\u0080', '\u00f6'];
  const sorted = JSON.parse(canonicalJson(Object.fromEntries(names.map((name) => [name, 0])))) as object;
  const texts = canonicalJson(Object.fromEntries(names.map((name) => [name, 0])));
  assert.equal(texts, '{"\\r":0,"1":0,"\u0080":0,"ö":0,"€":0,"😀":0,"\ufb33":0}');
  assert.deepEqual(Object.keys(sorted).sort(), names.sort());
  assert.equal(
    canonicalJson({ 1: { f: { f: 'hi', F: 5 }, '\n': 56 }, 10: {}, '': 'empty', a: {}, 111: [{}], A: {} }),
    '{"":"empty","1":{"\\n":56,"f":{"F":5,"f":"hi"}},"10":{},"111":[{}],"A":{},"a":{}}',
  );
});

/** RFC 8785, appendix B: the bits of a number and its text. */
const NUMBERS: [bits: string, text: string][] = [
  ['0000000000000000', '0'],
  ['8000000000000000', '0'],
  ['0000000000000001', '5e-324'],
  ['8000000000000001', '-5e-324'],
  ['7fefffffffffffff', '1.7976931348623157e+308'],
  ['ffefffffffffffff', '-1.7976931348623157e+308'],
  ['4340000000000000', '9007199254740992'],
  ['c340000000000000', '-9007199254740992'],
  ['4430000000000000', '295147905179352830000'],
  ['44b52d02c7e14af5', '9.999999999999997e+22'],
  ['44b52d02c7e14af6', '1e+23'],
  ['44b52d02c7e14af7', '1.0000000000000001e+23'],
  ['444b1ae4d6e2ef4e', '999999999999999700000'],
  ['444b1ae4d6e2ef4f', '999999999999999900000'],
  ['444b1ae4d6e2ef50', '1e+21'],
  ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
  ['3eb0c6f7a0b5ed8d', '0.000001'],
  ['41b3de4355555553', '333333333.3333332'],
  ['41b3de4355555554', '333333333.33333325'],
  ['41b3de4355555555', '333333333.3333333'],
  ['41b3de4355555556', '333333333.3333334'],
  ['41b3de4355555557', '333333333.33333343'],
  ['becbf647612f3696', '-0.0000033333333333333333'],
  ['43143ff3c1cb0959', '1424953923781206.2'],
];
const double = (bits: string): number => Buffer.from(bits, 'hex').readDoubleBE();

it('numbers are written as in appendix B of the RFC', () => {
  for (const [bits, text] of NUMBERS) assert.equal(canonicalJson([double(bits)]), `[${text}]`, bits);
});

it('what has no canonical text is refused, wherever it stands, and never quietly another value', () => {
  const refused: unknown[] = [
    NaN,
    double('7ff0000000000000'),
    -Infinity,
    '\ud800',
    'a\udc00b',
    '\ude00\ud83d',
    1n,
    () => 1,
  ];
  for (const value of refused) {
    for (const inside of [value, [value], { a: { b: value } }]) {
      assert.throws(() => canonicalJson(inside as Json), { name: 'DomainError', code: 'json_not_canonical' });
    }
  }
  assert.throws(() => canonicalJson({ 'key \ud800': 1 }), { code: 'json_not_canonical' });
  assert.equal(canonicalJson('\ud83d\ude00'), '"\ud83d\ude00"');
});

it('nesting has an end, long before the stack has', () => {
  const nested = (levels: number): Json => JSON.parse('['.repeat(levels) + ']'.repeat(levels)) as Json;
  assert.equal(canonicalJson(nested(1_000)).length, 2_000);
  assert.throws(() => canonicalJson(nested(1_001)), { code: 'json_not_canonical' });
  assert.throws(() => canonicalJson(nested(100_000)), { code: 'json_not_canonical' });
});

it('a slower, plainer way gives the same text for any JSON, and what is undefined in an array is null', () => {
  const plain = (value: unknown): string => {
    if (Array.isArray(value)) return `[${value.map(plain).join()}]`;
    if (value === null || typeof value !== 'object') return JSON.stringify(value);
    const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${fields.map(([key, field]) => `${JSON.stringify(key)}:${plain(field)}`).join()}}`;
  };
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'grapheme' }), (value) => {
      assert.equal(canonicalJson(value as Json), plain(JSON.parse(JSON.stringify(value))));
    }),
  );
  assert.equal(canonicalJson([undefined, 1] as unknown as Json), '[null,1]');
});
