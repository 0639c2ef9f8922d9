import fc from 'fast-check';
import { resolved, type Document, type Operation, type Parameter, type Schema } from './document.js';
import type { Known } from './known.js';
import { anyHost, anyKey, anyText, anyValue, headText } from './payloads.js';
import { shapesOf } from './shapes.js';
import { valueOf } from './values.js';

/** One thing that is wrong with a request. Numbers choose among what there is, so that a case stays one when it shrinks. */
export type Spoil =
  | { in: 'path'; at: number; text: string; written: 'once' | 'twice' | 'raw' }
  | { in: 'query'; at: number; text: string; as: 'instead' | 'again' | 'more' | 'nested' }
  | { in: 'header'; name: string; text: string; as: 'instead' | 'again' }
  | { in: 'body'; at: number; value: unknown; as: 'instead' | 'gone' | 'many' | 'more'; key: string }
  | { in: 'bytes'; at: number; as: 'cut' | 'mark' | 'twice' | 'latin' | 'wide' | 'half' | 'nothing' };

/** Those of one place. */
export type Of<P extends Spoil['in']> = Extract<Spoil, { in: P }>;

/** A request to an operation, before it is known of which dossier it speaks. */
export interface Case {
  /** one who is known to be let in, if anyone is; else anyone */
  fit: boolean;
  who: number;
  target: number;
  path: Record<string, unknown>;
  query: Record<string, unknown>;
  headers: Record<string, unknown>;
  body: unknown;
  spoils: Spoil[];
}

/** Headers that servers, proxies and frameworks listen to, beside those that the document names. */
const HEADERS = [
  ...[
    'Authorization',
    'Cookie',
    'Content-Type',
    'Origin',
    'Host',
    'Accept',
    'Accept-Language',
    'Accept-Encoding',
  ],
  ...['Idempotency-Key', 'If-Match', 'If-None-Match', 'If-Modified-Since', 'Range', 'Referer', 'User-Agent'],
  ...['X-Motcua-Officer', 'X-Motcua-Position', 'X-Forwarded-For', 'X-Forwarded-Host', 'X-Forwarded-Proto'],
  ...[
    'X-HTTP-Method-Override',
    'X-Original-URL',
    'X-Request-Id',
    'Sec-Fetch-Site',
    'Traceparent',
    'Forwarded',
  ],
];
/** `{"alg":"none"}` and a subject. */
const NOT_SIGNED = 'eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIiwiaXNzIjoibW90Y3VhIiwiYXVkIjoibW90Y3VhIn0.';

/** Cases of an operation: nearly half of them right in form, the others with one to three things wrong. */
export function casesOf(operation: Operation, document: Document, known: Known): fc.Arbitrary<Case> {
  const { parameters, body } = operation;
  const candidates = (name: string): readonly unknown[] => known.candidates(operation, name);
  const among = (place: Parameter['in']): fc.Arbitrary<Record<string, unknown>> => {
    const here = parameters.filter((one) => one.in === place);
    const properties = Object.fromEntries(here.map((one) => [one.name, one.schema ?? {}]));
    const required = here.filter((one) => one.required || place === 'path').map((one) => one.name);
    const schema = { type: 'object', properties, required };
    const shapes = place === 'query' ? shapesOf(operation.name, schema) : [];
    return shaped(schema, shapes, (one) => valueOf(one, document, candidates, '')) as fc.Arbitrary<
      Record<string, unknown>
    >;
  };
  return fc.record({
    fit: fc.integer({ min: 0, max: 3 }).map((n) => n > 0),
    who: fc.nat(1_000),
    target: fc.nat(1_000),
    path: among('path'),
    query: among('query'),
    headers: among('header'),
    body: bodyOf(operation, document, known),
    spoils: fc.oneof(
      { weight: 5, arbitrary: fc.constant<Spoil[]>([]) },
      { weight: 6, arbitrary: fc.array(spoil(body !== undefined), { minLength: 1, maxLength: 3 }) },
    ),
  });
}

/** The body by its schema; a list of commands gets commands, each with what its own operation takes. */
function bodyOf(operation: Operation, document: Document, known: Known): fc.Arbitrary<unknown> {
  if (operation.body === undefined) return fc.constant(undefined);
  const body = resolved(operation.body, document);
  const plain = shaped(body, shapesOf(operation.name, body), (one) =>
    valueOf(one, document, (name) => known.candidates(operation, name), ''),
  );
  if (!operation.path.endsWith('/v1/commands')) return plain;
  const items = Object.entries(document.paths).flatMap(([path, methods]) => {
    const command =
      /\/commands\/(\w+)$/.exec(path)?.[1] ?? (path.endsWith('/dossiers') ? 'submit' : undefined);
    const post = methods.post as
      { requestBody?: { content: Record<string, { schema: object }> } } | undefined;
    const schema = post?.requestBody?.content['application/json']?.schema;
    if (command === undefined || schema === undefined) return [];
    const payload = valueOf(schema, document, (name) => known.candidates({ path }, name), '');
    const about = fc.nat(30).map((n) => `⟨code:${n}⟩`);
    const code = command === 'submit' ? {} : { code: about };
    return [fc.record({ command: fc.constant(command), key: fc.constant('⟨fresh⟩'), payload, ...code })];
  });
  return fc.oneof(
    { weight: 4, arbitrary: fc.array(fc.oneof(...items), { maxLength: 6 }) },
    { weight: 1, arbitrary: plain },
  );
}

/** Mostly of one of the shapes, where there are any. */
function shaped(
  schema: Schema,
  shapes: readonly Schema[],
  arbitrary: (one: Schema) => fc.Arbitrary<unknown>,
): fc.Arbitrary<unknown> {
  const plain = arbitrary(schema);
  if (shapes.length === 0) return plain;
  return fc.oneof(
    { weight: 1, arbitrary: plain },
    ...shapes.map((one) => ({ weight: 2, arbitrary: arbitrary(one) })),
  );
}

const at = fc.nat(1_000);

function spoil(hasBody: boolean): fc.Arbitrary<Spoil> {
  const path = fc.record<Of<'path'>>({
    in: fc.constant('path'),
    at,
    text: headText,
    written: fc.constantFrom('once', 'once', 'twice', 'raw'),
  });
  const query = fc.record<Of<'query'>>({
    in: fc.constant('query'),
    at,
    text: headText,
    as: fc.constantFrom('instead', 'instead', 'again', 'more', 'nested'),
  });
  const header = fc.constantFrom(...HEADERS).chain((name) =>
    fc.record<Of<'header'>>({
      in: fc.constant('header'),
      name: fc.constant(name),
      text: headerText(name),
      as: fc.constantFrom('instead', 'instead', 'instead', 'again'),
    }),
  );
  const body = fc.record<Of<'body'>>({
    in: fc.constant('body'),
    at,
    value: anyValue,
    as: fc.constantFrom('instead', 'instead', 'instead', 'gone', 'many', 'more', 'more'),
    key: anyKey,
  });
  const bytes = fc.record<Of<'bytes'>>({
    in: fc.constant('bytes'),
    at,
    as: fc.constantFrom('cut', 'mark', 'twice', 'latin', 'wide', 'half', 'nothing'),
  });
  return fc.oneof(
    { weight: 2, arbitrary: path },
    { weight: hasBody ? 1 : 4, arbitrary: query },
    { weight: 2, arbitrary: header },
    { weight: hasBody ? 6 : 1, arbitrary: hasBody ? body : bytes },
    { weight: 1, arbitrary: bytes },
  );
}

function headerText(name: string): fc.Arbitrary<string> {
  if (name === 'Host') return anyHost;
  const plain = name === 'Content-Type' ? contentType : headText;
  const prefix = { Authorization: 'Bearer ', Cookie: '__Host-motcua=' }[name];
  if (prefix === undefined) return plain;
  return fc.oneof(
    plain,
    headText.map((text) => prefix + text),
    fc.constant(`${prefix}${NOT_SIGNED}`),
  );
}

const contentType = fc.oneof(
  fc.constantFrom(
    'application/json; charset=utf-16',
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/json, text/plain',
    'APPLICATION/JSON',
  ),
  anyText.map((text) => `application/json; ${text.slice(0, 300)}`),
  headText,
);
