import { parse } from 'csv-parse/sync';
import { type Line, LineWindow, type TextSource, linesOf } from './lines.js';
import { type Problem, shown } from './problem.js';

/** The columns that a table must and may have. A column that is left out reads as an empty text. */
export interface TableShape {
  required: readonly string[];
  optional?: readonly string[];
}

export interface TableRow {
  line: number;
  /** by column name; trimmed, in Unicode NFC */
  fields: Record<string, string>;
}

/** A quoted field that does not close within this many lines was not meant to span them. */
const LONGEST_RECORD = 40;

/**
 * Reads comma-separated text (RFC 4180; UTF-8, with or without a byte order mark) row by row. Yields each good row, and
 * a {@link Problem} for each bad one, then goes on: an unclosed quote costs its own line and not the rest of the file.
 * A header without a required column yields one problem and nothing else.
 */
export async function* readTable(source: TextSource, shape: TableShape): AsyncGenerator<TableRow | Problem> {
  const window = new LineWindow(linesOf(source));
  let header: string[] | undefined;
  for (let line = await window.peek(0); line; line = await window.peek(0)) {
    if (line.text.trim() === '' && !line.tooLong) {
      window.drop(1);
      continue;
    }
    const record = await recordFrom(window, line, header?.length);
    window.drop(record.lines);
    if (!header) {
      const problems = headerProblems(line, record.fields, shape);
      yield* problems;
      if (problems.some((problem) => problem.field !== 'header') || !record.fields) return;
      header = record.fields.map(clean);
    } else if (!record.fields) {
      yield record.problem;
    } else {
      const fields: Record<string, string> = {};
      for (const name of shape.optional ?? []) fields[name] = '';
      header.forEach((name, i) => (fields[name] = clean(record.fields[i]!)));
      yield { line: line.number, fields };
    }
  }
  if (!header)
    yield {
      line: 1,
      field: 'header',
      expected: `the columns ${shape.required.join(', ')}`,
      found: 'nothing',
    };
}

/** Tells a row from a problem. */
export function isProblem(item: TableRow | Problem): item is Problem {
  return 'expected' in item;
}

type Outcome = { lines: number } & ({ fields: string[] } | { fields?: undefined; problem: Problem });

/** The record that begins at `first`: usually one line; more when a quoted field holds line breaks. */
async function recordFrom(window: LineWindow, first: Line, columns: number | undefined): Promise<Outcome> {
  if (first.tooLong) return bad(first, 'a row of at most a million characters', 'a longer one');
  let text = first.text;
  let lines = 1;
  // Inside an open quote the number of quotes so far is odd: that is how a record is known to go on.
  let open = oddQuotes(first.text);
  while (open) {
    const next = lines < LONGEST_RECORD ? await window.peek(lines) : undefined;
    if (!next || next.tooLong) return bad(first, 'a closing quote', shown(first.text));
    text += `\n${next.text}`;
    lines += 1;
    open = oddQuotes(next.text) ? !open : open;
  }
  let fields: string[] | undefined;
  try {
    fields = text.includes('"') ? parse(text, { relax_column_count: true })[0] : text.split(',');
  } catch {
    return bad(first, 'quotes around a whole field, doubled inside it', shown(first.text));
  }
  if (!fields) return bad(first, 'a row', shown(first.text));
  if (columns !== undefined && fields.length !== columns) {
    // With the wrong number of columns over several lines, a stray quote is likelier than a long field.
    if (lines > 1) return bad(first, 'a closing quote', shown(first.text));
    return bad(first, `${columns} columns`, `${fields.length}`);
  }
  return { fields, lines };
}

function bad(line: Line, expected: string, found: string): Outcome {
  return { lines: 1, problem: { line: line.number, field: 'row', expected, found } };
}

function oddQuotes(text: string): boolean {
  let odd = false;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) odd = !odd;
  return odd;
}

function headerProblems(line: Line, found: string[] | undefined, shape: TableShape): Problem[] {
  const names = (found ?? []).map(clean);
  const problems: Problem[] = shape.required
    .filter((name) => !names.includes(name))
    .map((field) => ({ line: line.number, field, expected: `a column "${field}"`, found: shown(line.text) }));
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined)
    problems.push({ line: line.number, field: twice, expected: 'each column once', found: shown(line.text) });
  const known = new Set([...shape.required, ...(shape.optional ?? [])]);
  const foreign = names.filter((name) => !known.has(name));
  // An unknown column is said and left out: it does not make the known ones wrong.
  if (foreign.length > 0 && problems.length === 0)
    problems.push({
      line: line.number,
      field: 'header',
      expected: `only ${[...known].join(', ')}`,
      found: shown(foreign.join(', ')),
    });
  return problems;
}

function clean(value: string): string {
  return value.trim().normalize('NFC');
}
