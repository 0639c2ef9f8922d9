import assert from 'node:assert/strict';
import { it } from 'node:test';
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
