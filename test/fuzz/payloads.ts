import fc from 'fast-check';

/** What must never stand in the head of an answer: whoever sent it would have written a header. */
export const CANARY = 'motcua-canary';
export const CANARY_HEADER = 'x-injected';

/*
 * Words that the answers are searched for (`pg_`, names of tables with their schema) stand in capitals here: PostgreSQL
 * reads them alike, and what is found in an answer then comes from the database and not from us.
 */
const SQL = [
  `'`,
  `''`,
  `"`,
  `\\'`,
  `\\`,
  `;`,
  `--`,
  `/*`,
  `*/`,
  `$$`,
  `$1`,
  `:name`,
  `?`,
  `%`,
  `_`,
  `' OR '1'='1`,
  `' OR 1=1 --`,
  `x'); DROP TABLE MOTCUA.DOSSIER; --`,
  `x'; UPDATE MOTCUA.DOSSIER SET STATE='delivered'; --`,
  `x'; DELETE FROM MOTCUA.EVENT; COMMIT; --`,
  `' UNION SELECT LOGIN, PASSWORD_HASH FROM MOTCUA.ACCOUNT --`,
  `1; SELECT PG_SLEEP(20)`,
  `'||(SELECT PG_SLEEP(20))||'`,
  `'||(SELECT VERSION())||'`,
  `x'; SET ROLE POSTGRES; --`,
  `x'; SELECT SET_CONFIG('MOTCUA.SCOPE','*',FALSE); --`,
  `{1,2}`,
  `{"a","b"}`,
  `{NULL}`,
  `{`,
  `(1,2)`,
  `NULL`,
  `infinity`,
  `-infinity`,
  `now`,
  `\\x00`,
  `E'\\x27'`,
  `U&'\\0027'`,
  `ʼ OR 1=1`,
  `＇ OR 1=1`,
] as const;
const OTHER_LANGUAGES = [
  `*)(uid=*))(|(uid=*`,
  `*()|&'`,
  `' or count(/*)=1 or 'a'='b`,
  `']|//*|//*['`,
  `{{7*7}}`,
  `\${7*7}`,
  `<%= 7*7 %>`,
  `#{7*7}`,
  `{{constructor.constructor("return process")()}}`,
  `\${jndi:ldap://localhost/x}`,
  `$t(title)`,
  `{{field}}`,
  `<script>alert(1)</script>`,
  `<!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]>`,
  `$(id)`,
  '`id`',
  `| id`,
  `{"$ne":null}`,
  `[object Object]`,
  `=1+1`,
  `%s%s%n`,
] as const;
const PATHS = [
  `..`,
  `.`,
  `../`,
  `../../../../etc/passwd`,
  `..\\..\\windows\\win.ini`,
  `..%2f..%2fetc%2fpasswd`,
  `%2e%2e%2f`,
  `..;/`,
  `....//`,
  `/etc/passwd`,
  `//localhost/x`,
  `file:///etc/passwd`,
  `x/../actions`,
  `a/b`,
  `a?b=c`,
  `a#b`,
  `a;b=c`,
  `%`,
  `%zz`,
  `%c0%af`,
  `%ed%a0%80`,
  `%00`,
  `:code`,
  `*`,
] as const;
/** What begins a header, or a whole answer, of its own where it is copied into one. */
const HEADER_LINES = [
  `x\r\n${CANARY_HEADER}: ${CANARY}`,
  `x\n${CANARY_HEADER}: ${CANARY}`,
  `x\r${CANARY_HEADER}: ${CANARY}`,
  `\r\n\r\nHTTP/1.1 200 OK\r\n${CANARY_HEADER}: ${CANARY}\r\n\r\n`,
  `%0d%0a${CANARY_HEADER}: ${CANARY}`,
  `\u560d\u560a${CANARY_HEADER}: ${CANARY}`,
  `"; ${CANARY}="1`,
] as const;
const ODD_CHARACTERS = [
  '\u0000',
  'a\u0000b',
  '\u0001\u001b[31m\u007f',
  'a\tb',
  'a\nb',
  '\u0085',
  '\ud800',
  'a\udfff',
  '\udc00\ud800',
  '\uffff',
  '\ufeff',
  '\u202e\u202dabc',
  '\u2067x\u2069',
  '\u200f\u200e',
  '\u200d\u200b',
  '\u2028\u2029',
  'e\u0301'.repeat(20),
  'Z\u0351\u036b\u0343',
  '😀👩‍👩‍👧‍👦',
  'ỆẾỮĐ',
  'ខ្មែរ',
  'İıſK',
  '１２３',
  '',
  ' ',
  '\u00a0',
] as const;
const NAMES_OF_OBJECTS = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'then',
  'length',
  'null',
  'undefined',
  'true',
  'NaN',
  '0',
  '-1',
  '1e309',
] as const;

const LONG = [1_001, 10_000, 70_000].flatMap((times) =>
  ['x', 'ừ', `'`, '%', '\u0000'].map((c) => c.repeat(times)),
);

const hostile = [...SQL, ...OTHER_LANGUAGES, ...PATHS, ...HEADER_LINES, ...NAMES_OF_OBJECTS];

/** Any text that somebody with bad intent, or a broken program, would send. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom(...hostile) },
  { weight: 4, arbitrary: fc.constantFrom(...ODD_CHARACTERS) },
  { weight: 1, arbitrary: fc.constantFrom(...LONG) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.constantFrom(...hostile), fc.constantFrom(...SQL)).map(([a, b]) => a + b),
  },
);

/** The same for where bytes of a request's head go: nothing so long that the head as a whole is refused. */
export const headText: fc.Arbitrary<string> = anyText.map((text) => text.slice(0, 3_000));

/** What ends no line and passes a check of form: the text that gets as far as the database. */
const plainHostile = hostile.filter((text) => !/[\p{Cc}\p{Cs}]/u.test(text));

/** Hostile text of a length that is asked for, without control characters: valid, and dangerous where it is pasted. */
export function validText(least: number, most: number): fc.Arbitrary<string> {
  const room = Math.min(most, 4_000);
  const fitting = (text: string): string => text.slice(0, room).padEnd(Math.min(least, room), `'`);
  return fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...plainHostile).map(fitting) },
    { weight: 1, arbitrary: fc.constant(`'"`.repeat(room).slice(0, room)) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('ừ', '😀', 'e\u0301').map((one) => fitting(one.repeat(room >> 1))),
    },
  );
}

/** Keys of a body that nobody asked for. */
export const anyKey: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    ...NAMES_OF_OBJECTS,
    'occurredAt',
    'officer',
    'id',
    'scope',
    'role',
    'acting',
    'toJSON',
    '$where',
  ),
  fc.constantFrom(...SQL, ...HEADER_LINES, '', 'x'.repeat(5_000)),
);

/** A number as it is written in JSON, beyond what JavaScript would write itself. */
export class Digits {
  constructor(readonly text: string) {}
}

/** A value of any kind, for where another was meant. */
export const anyValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 6, arbitrary: anyText },
  {
    weight: 3,
    arbitrary: fc
      .constantFrom(
        ...['0', '-0', '-1', '1.5', '1e308', '1e400', '-1e400', '5e-324', '2147483648', '-2147483649'],
        ...['9007199254740993', '9223372036854775808', '123456789012345678901234567890', '1E+2'],
      )
      .map((text) => new Digits(text)),
  },
  { weight: 2, arbitrary: fc.constantFrom(null, true, false, [], {}, [[]], [null], { a: { b: {} } }) },
  { weight: 1, arbitrary: fc.tuple(anyKey, anyText).map(([key, text]) => withKey({}, key, text)) },
  { weight: 1, arbitrary: fc.array(anyText, { maxLength: 4 }) },
  { weight: 1, arbitrary: fc.constantFrom(14, 17, 200).map(nested) },
);

/** An object with one more field, whatever its name: `__proto__` too becomes a field like others. */
export function withKey(object: object, key: string, value: unknown): object {
  return Object.defineProperty({ ...object }, key, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  });
}

function nested(levels: number): unknown {
  let value: unknown = 1;
  for (let i = 0; i < levels; i++) value = i % 2 === 0 ? [value] : { a: value };
  return value;
}

/** Addresses of machines, and what is not one. */
export const anyHost: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '[::1',
    '0.0.0.0',
    '@localhost',
  ),
  headText,
);
