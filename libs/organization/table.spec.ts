import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { LONGEST_LINE, type TextSource } from './lines.js';
import type { Problem } from './problem.js';
import { type TableRow, isProblem, readTable } from './table.js';

const SHAPE = { required: ['a', 'b'], optional: ['c'] };

async function read(source: TextSource, shape: { required: string[]; optional?: string[] } = SHAPE) {
  const rows: TableRow[] = [];
  const problems: Problem[] = [];
  for await (const item of readTable(source, shape)) {
    if (isProblem(item)) problems.push(item);
    else rows.push(item);
  }
  return { rows, problems, lines: rows.map((row) => row.line) };
}

describe('reading a table', () => {
  it('reads rows by the names of their columns, in whatever order these stand', async () => {
    const { rows, problems } = await read('b,a\n2,1\n');
    assert.deepEqual(rows, [{ line: 2, fields: { a: '1', b: '2', c: '' } }]);
    assert.deepEqual(problems, []);
  });

  it('takes a byte order mark, CRLF ends, blank lines and a last line without an end', async () => {
    const { rows } = await read('\ufeffa,b\r\n\r\n1,2\r\n\r\n3,4');
    assert.deepEqual(
      rows.map((row) => [row.line, row.fields.a, row.fields.b]),
      [
        [3, '1', '2'],
        [5, '3', '4'],
      ],
    );
  });

  it('makes one form of composed and decomposed letters', async () => {
    const { rows } = await read(`a,b\n${'Trà Vinh'.normalize('NFD')},x\n`);
    assert.equal(rows[0]?.fields.a, 'Trà Vinh'.normalize('NFC'));
  });

  it('keeps a quoted field with commas, doubled quotes and line breaks whole', async () => {
    const { rows, problems } = await read('a,b\n"x, ""y""\nz",2\n3,4\n');
    assert.deepEqual(problems, []);
    assert.deepEqual(rows[0]?.fields, { a: 'x, "y"\nz', b: '2', c: '' });
    assert.equal(rows[1]?.line, 4);
  });

  it('says the line of a row with too few or too many columns and goes on', async () => {
    const { lines, problems } = await read('a,b\n1\n1,2\n1,2,3\n1,2\n');
    assert.deepEqual(lines, [3, 5]);
    assert.deepEqual(problems, [
      { line: 2, field: 'row', expected: '2 columns', found: '1' },
      { line: 4, field: 'row', expected: '2 columns', found: '3' },
    ]);
  });

  it('lets an unclosed quote cost its own line only', async () => {
    const { lines, problems } = await read('a,b\n1,2\n"1,2\n1,2\n1,2\n');
    assert.deepEqual(lines, [2, 4, 5]);
    assert.deepEqual(problems, [{ line: 3, field: 'row', expected: 'a closing quote', found: '""1,2"' }]);
  });

  it('lets two unclosed quotes, far apart, cost their own lines only', async () => {
    const { lines, problems } = await read('a,b\n"1,2\n1,2\n1,2\n3,"4\n1,2\n');
    assert.deepEqual(lines, [3, 4, 6]);
    assert.deepEqual(
      problems.map((problem) => problem.line),
      [2, 5],
    );
  });

  it('refuses a quote in the middle of a field', async () => {
    const { lines, problems } = await read('a,b\n1 "x" y,2\n1,2\n');
    assert.deepEqual(lines, [3]);
    assert.equal(problems[0]?.line, 2);
    assert.match(problems[0].expected, /quotes around a whole field/);
  });

  it('says that a column is missing and reads nothing', async () => {
    const { rows, problems } = await read('a,c\n1,2\n');
    assert.deepEqual(rows, []);
    assert.deepEqual(problems, [{ line: 1, field: 'b', expected: 'a column "b"', found: '"a,c"' }]);
  });

  it('says that a column is foreign and reads the others', async () => {
    const { rows, problems } = await read('a,b,x\n1,2,3\n');
    assert.equal(rows[0]?.fields.b, '2');
    assert.deepEqual(problems, [{ line: 1, field: 'header', expected: 'only a, b, c', found: '"x"' }]);
  });

  it('refuses a header that names a column twice, and an empty file', async () => {
    assert.equal((await read('a,b,a\n1,2,3\n')).problems[0]?.expected, 'each column once');
    assert.deepEqual((await read('')).problems, [
      { line: 1, field: 'header', expected: 'the columns a, b', found: 'nothing' },
    ]);
  });

  it('passes over a line of more than a million characters and keeps the next', async () => {
    const { lines, problems } = await read(`a,b\n${'x'.repeat(LONGEST_LINE + 1)}\n1,2\n`);
    assert.deepEqual(lines, [3]);
    assert.match(problems[0]!.expected, /at most a million/);
  });

  it('does not keep an endless line in memory', async () => {
    function* endless() {
      yield 'a,b\n1,2\n';
      for (let i = 0; i < 200; i += 1) yield 'x'.repeat(100_000);
      yield '\n3,4\n';
    }
    const { lines, problems } = await read(endless());
    assert.deepEqual(lines, [2, 4]);
    assert.equal(problems.length, 1);
  });

  it('gives up quickly on a file in which every line opens a quote', async () => {
    const { rows, problems } = await read(`a,b\n${'"1,2\n1,2\n'.repeat(1_500)}`);
    assert.ok(rows.length + problems.length >= 1_500);
    assert.ok(problems.length > 0);
  });
});

describe('reading a table, whatever it holds', () => {
  const cell = fc.string({ unit: fc.constantFrom('x', 'é', ',', '"', '\n', ' ', '7', '|') });
  // The reader trims, and a row of blanks is a blank line: both are left out of the comparison.
  const table = fc
    .array(fc.tuple(cell, cell), { minLength: 1, maxLength: 12 })
    .map((cells) => cells.map(([a, b], i) => [`${i}${a}`.trim(), b.trim()]));

  it('reads back what a CSV writer wrote', () =>
    fc.assert(
      fc.asyncProperty(table, async (cells) => {
        const { rows, problems } = await read(stringify([['a', 'b'], ...cells]));
        assert.deepEqual(problems, []);
        assert.deepEqual(
          rows.map((row) => [row.fields.a, row.fields.b]),
          cells,
        );
      }),
      { numRuns: 200 },
    ));

  it('finds the same rows however the bytes are cut into pieces', () =>
    fc.assert(
      fc.asyncProperty(table, fc.array(fc.nat(200), { maxLength: 8 }), async (cells, cuts) => {
        const text = `\ufeff${stringify([['a', 'b'], ...cells], { record_delimiter: '\r\n' })}`;
        const bytes = Buffer.from(text);
        const at = [0, ...cuts.map((cut) => cut % bytes.length).sort((a, b) => a - b), bytes.length];
        const pieces = at.slice(1).map((end, i) => bytes.subarray(at[i], end));
        assert.deepEqual(await read(pieces), await read(text));
      }),
      { numRuns: 200 },
    ));

  it('accounts for every line of any text, in a row or in a problem, and never throws', () =>
    fc.assert(
      fc.asyncProperty(fc.array(fc.string({ unit: fc.constantFrom('1', ',', '"', 'x') })), async (body) => {
        const { rows, problems } = await read(['a,b', ...body].join('\n'));
        const lines = [...rows, ...problems].map((item) => item.line);
        assert.equal(new Set(lines).size, lines.length);
        assert.ok(lines.every((line) => line >= 2 && line <= body.length + 1));
      }),
      { numRuns: 300 },
    ));
});
