import pg from 'pg';

type Parser = (text: string) => unknown;

const TIMESTAMPTZ = 1184;
const INT8 = 20;
const DATE = 1082;
const TIMESTAMP = 1114;
const TEXT_ARRAY: number = 1009;

const asItIs: Parser = (text) => text;

/**
 * `2019-03-15 01:30:00.123456+00` → the Instant `2019-03-15T01:30:00.123Z`. Microseconds are cut off, not rounded, so
 * that a moment never moves into the next millisecond. `infinity` and years outside 0000–9999 stay as they are.
 */
export function toInstant(text: string): string {
  if (text.endsWith('+00') && text.length >= 22 && text.length <= 29 && text[4] === '-' && text[0] !== '-') {
    const millis = text.slice(20, -3).slice(0, 3).padEnd(3, '0');
    return `${text.slice(0, 10)}T${text.slice(11, 19)}.${millis}Z`;
  }
  const ms = Date.parse(text.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00'));
  return Number.isNaN(ms) ? text : new Date(ms).toISOString();
}

/** Counts, sums and sequence numbers: a number, and an error rather than a rounded one. */
function toSafeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`a bigint that no number holds exactly: ${text}`);
  return value;
}

const one = new Map<number, Parser>([
  [TIMESTAMPTZ, toInstant],
  [INT8, toSafeNumber],
  [DATE, asItIs],
  [TIMESTAMP, asItIs],
]);
/** array type → the type of its elements */
const arrays = new Map([
  [1185, TIMESTAMPTZ],
  [1016, INT8],
  [1182, DATE],
  [1115, TIMESTAMP],
]);

function deep(value: unknown, parse: Parser): unknown {
  if (Array.isArray(value)) return value.map((item) => deep(item, parse));
  return typeof value === 'string' ? parse(value) : value;
}

/**
 * How values come back: `timestamptz` as an Instant, `date` as `YYYY-MM-DD`, `bigint` as a number, `numeric` and `xid8`
 * as text (xid8 is compared by the server, never here: "10" < "9"). Given to each connection; the driver's own table,
 * which belongs to the whole process, stays untouched.
 */
export const readTypes = {
  getTypeParser(oid: number, format?: 'text' | 'binary'): Parser {
    if (format !== 'binary') {
      const parser = one.get(oid);
      if (parser) return parser;
      const element = arrays.get(oid);
      if (element) {
        const split = pg.types.getTypeParser(TEXT_ARRAY, 'text') as Parser;
        return (text) => deep(split(text), one.get(element)!);
      }
    }
    return pg.types.getTypeParser(oid, format ?? 'text') as Parser;
  },
};
