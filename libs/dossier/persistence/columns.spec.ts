import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import fc from 'fast-check';
import type { Lanes } from '#libs/database';
import { fromMillis } from '#libs/kernel';
import { testDatabase } from '#libs/testing';
import { column, single, type ColumnType } from './columns.js';

let lanes: Lanes;
before(async () => {
  ({ commands: lanes } = await testDatabase());
});

async function ofColumn(type: ColumnType, values: readonly unknown[]): Promise<unknown[]> {
  const sent = column(type, values, (value) => value);
  const { rows } = await lanes.query<{ v: unknown }>({
    text: `SELECT v FROM unnest($1::${type}[]) WITH ORDINALITY AS t(v, nth) ORDER BY nth`,
    values: [sent],
  });
  return rows.map(({ v }) => plain(v));
}

async function ofSingles(type: ColumnType, values: readonly unknown[]): Promise<unknown[]> {
  const one = (value: unknown) =>
    lanes.query<{ v: unknown }>({ text: `SELECT $1::${type} AS v`, values: [single(type, value)] });
  return (await Promise.all(values.map(one))).map(({ rows }) => plain(rows[0]!.v));
}

const plain = (value: unknown): unknown => (Buffer.isBuffer(value) ? value.toString('hex') : value);

const FIRST = Date.parse('0001-01-01T00:00:00.000Z');
const LAST = Date.parse('9999-12-31T23:59:59.999Z');
const instant = fc.integer({ min: FIRST, max: LAST }).map(fromMillis);
// PostgreSQL has no NUL in a text; half a surrogate pair becomes U+FFFD on every way, and is refused in JSON.
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom(
    '',
    '"',
    '\\',
    '{}',
    'NULL',
    'a,b',
    '\u0001',
    '😀',
    '\u{10ffff}',
    'Nguyễn Thị Ánh',
    '\ufeff',
  ),
);
const clean = text.map((one) => one.replaceAll('\0', ''));
const json = fc
  .oneof(
    fc.jsonValue(),
    fc.dictionary(clean, fc.oneof(clean, fc.double({ noNaN: true, noDefaultInfinity: true }))),
  )
  .filter((value) => !/\\u0000|\\ud[89a-f]/i.test(JSON.stringify(value)))
  .map((value): unknown => JSON.parse(JSON.stringify(value)))
  .filter((value) => value !== null);

const VALUES: { readonly [Type in ColumnType]: fc.Arbitrary<unknown> } = {
  int: fc.oneof(fc.integer(), fc.constantFrom(0, -1, 2_147_483_647, -2_147_483_648)),
  bool: fc.boolean(),
  text: clean,
  jsonb: json,
  bytea: fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString('hex')),
  uuid: fc.uuid(),
  timestamptz: fc.oneof(
    instant,
    fc.constantFrom(fromMillis(FIRST), fromMillis(LAST), '2000-01-01T00:00:00.000Z'),
  ),
  date: fc.oneof(
    instant.map((at) => at.slice(0, 10)),
    fc.constantFrom('0001-01-01', '1999-12-31', '9999-12-31'),
  ),
  float8: fc
    .oneof(fc.double(), fc.constantFrom(0.1, 0.5, 5e-324, Number.MAX_VALUE, Infinity, NaN, 1 / 3))
    .filter((value) => !Object.is(value, -0)), // as text it is 0
};

describe('a column in binary form', () => {
  for (const [type, value] of Object.entries(VALUES) as [ColumnType, fc.Arbitrary<unknown>][]) {
    test(`of ${type} comes back as it was sent, and as single values do`, async () => {
      const rows = fc.array(fc.option(value, { freq: 5 }), { maxLength: 30 });
      await fc.assert(
        fc.asyncProperty(rows, async (sent) => {
          assert.deepEqual(await ofColumn(type, sent), sent);
          assert.deepEqual(await ofSingles(type, sent), sent);
        }),
        { numRuns: 40 },
      );
    });
  }

  test('undefined is NULL', async () => {
    assert.deepEqual(await ofColumn('text', [undefined, 'a', undefined]), [null, 'a', null]);
    assert.deepEqual(await ofSingles('text', [undefined]), [null]);
  });

  test('grows with what it is given, and the next one is not touched by what was there', async () => {
    const long = '😀'.repeat(200_000);
    const sent = ['a', long, 'ế'.repeat(70_000), '', null, 'z'];
    assert.deepEqual(await ofColumn('text', sent), sent);
    assert.deepEqual(await ofColumn('text', ['short', null]), ['short', null]);
    assert.deepEqual(await ofColumn('jsonb', [{ long }, { n: 1 }]), [{ long }, { n: 1 }]);
    const many = Array.from({ length: 20_000 }, (_, nth) => nth);
    assert.deepEqual(await ofColumn('int', many), many);
  });

  test('does not change after it was made', () => {
    const first = column('text', ['first'], (value) => value);
    const copy = Buffer.from(first);
    column('text', ['another and a longer one'], (value) => value);
    assert.deepEqual(first, copy);
  });

  test('refuses what the type cannot hold, as a single value does', async () => {
    const bad: [ColumnType, unknown][] = [
      ['int', 2_147_483_648],
      ['int', 1.5],
      ['int', NaN],
      ['uuid', 'not an id'],
      ['uuid', 'zzzzzzzz-zzzz-zzzz-zzzz-zzzzzzzzzzzz'],
      ['bytea', 'abc'],
      ['bytea', 'zz'],
      ['date', 'no day'],
      ['timestamptz', 'now or never'],
      ['text', 'a\0b'],
      ['jsonb', { a: '\0' }],
      ['jsonb', { a: '\ud800' }],
    ];
    for (const [type, value] of bad) {
      const name = `${type} ${JSON.stringify(value)}`;
      await assert.rejects(async () => ofColumn(type, [value]), name);
      await assert.rejects(ofSingles(type, [value]), name);
    }
  });

  test('half of a surrogate pair becomes the same sign on both ways', async () => {
    assert.deepEqual(await ofColumn('text', ['a\ud800b']), ['a\ufffdb']);
    assert.deepEqual(await ofSingles('text', ['a\ud800b']), ['a\ufffdb']);
  });
});
