import fc from 'fast-check';
import { resolved, type Document, type Schema } from './document.js';
import { anyValue, validText } from './payloads.js';

/** What gives good values for a field, by its name. */
export type Candidates = (name: string) => readonly unknown[];

/**
 * Values that a schema accepts, with hostile text wherever it leaves room for text: what passes the first check is what
 * reaches the database. Names of fields that something is known of mostly get a known value, so that requests get deep.
 */
export function valueOf(
  schema: Schema,
  document: Document,
  candidates: Candidates,
  name: string,
): fc.Arbitrary<unknown> {
  const one = resolved(schema, document);
  if (one.const !== undefined) return fc.constant(one.const);
  if (one.enum) return fc.constantFrom(...one.enum);
  const choice = one.oneOf ?? one.anyOf;
  if (choice) return fc.oneof(...choice.map((each) => valueOf(each, document, candidates, name)));
  const types = Array.isArray(one.type) ? one.type : [one.type ?? (one.properties ? 'object' : '')];
  const kinds = types.map((type) => ofType(type, one, document, candidates, name));
  return kinds.length === 1 ? kinds[0]! : fc.oneof(...kinds);
}

function ofType(
  type: string,
  schema: Schema,
  document: Document,
  candidates: Candidates,
  name: string,
): fc.Arbitrary<unknown> {
  switch (type) {
    case 'object':
      return objectOf(schema, document, candidates);
    case 'array':
      return fc.array(valueOf(schema.items ?? {}, document, candidates, name), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.min(schema.maxItems ?? 4, Math.max(4, schema.minItems ?? 0)),
      });
    case 'string':
      return stringOf(
        schema,
        candidates(name).filter((one) => fits(one, schema)),
      );
    case 'integer':
      return numberOf(schema, candidates(name), (min, max) => fc.integer({ min, max }));
    case 'number':
      return numberOf(schema, candidates(name), (min, max) => fc.double({ min, max, noNaN: true }));
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    default:
      return anyValue;
  }
}

function objectOf(schema: Schema, document: Document, candidates: Candidates): fc.Arbitrary<object> {
  const fields = Object.entries(schema.properties ?? {}).map(
    ([name, inner]) => [name, valueOf(inner, document, candidates, name)] as const,
  );
  return fieldsOf(fields, schema.required ?? []);
}

/** Of many fields that are not required each is there more seldom: each may be what the whole is refused for. */
const FEW = 5;

/** An object of fields, in which those that are not required are there now and then. */
export function fieldsOf(
  fields: readonly (readonly [name: string, value: fc.Arbitrary<unknown>])[],
  required: readonly string[],
): fc.Arbitrary<Record<string, unknown>> {
  const absent = fields.length <= FEW ? 1 : 2;
  const each = fields.map(([name, value]) => [
    name,
    required.includes(name)
      ? value
      : fc.oneof({ weight: absent, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value }),
  ]);
  return fc
    .record(Object.fromEntries(each) as Record<string, fc.Arbitrary<unknown>>)
    .map((all) => Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)));
}

function stringOf(schema: Schema, known: readonly unknown[]): fc.Arbitrary<unknown> {
  const written = [schema.example, ...(schema.examples ?? [])].filter((one) => one !== undefined);
  const form = formOf(schema);
  return fc.oneof(
    { weight: 3, arbitrary: validText(schema.minLength ?? 0, schema.maxLength ?? 300) },
    ...(known.length > 0 ? [{ weight: 14, arbitrary: fc.constantFrom(...known) }] : []),
    ...(written.length > 0 ? [{ weight: 1, arbitrary: fc.constantFrom(...written) }] : []),
    ...(form ? [{ weight: 2, arbitrary: form }] : []),
  );
}

/** A name may mean something else elsewhere: what is no text, or too long, is not of this field. */
function fits(one: unknown, { minLength = 0, maxLength = Infinity }: Schema): boolean {
  return typeof one === 'string' && one.length >= minLength && one.length <= maxLength;
}

function formOf({ pattern, format }: Schema): fc.Arbitrary<string> | undefined {
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern));
  if (format === 'uuid') return fc.uuid();
  if (format === 'date') return fc.constantFrom('2019-03-18', '2019-02-29', '9999-12-31');
  if (format === 'date-time') return fc.constantFrom('2019-03-18T02:00:00.000Z', '2019-03-18T09:00:00+07:00');
  return undefined;
}

function numberOf(
  { minimum = -1_000_000, maximum = 1_000_000 }: Schema,
  known: readonly unknown[],
  between: (min: number, max: number) => fc.Arbitrary<number>,
): fc.Arbitrary<unknown> {
  const within = known.filter((one) => typeof one === 'number' && one >= minimum && one <= maximum);
  return fc.oneof(
    {
      weight: 2,
      arbitrary: within.length > 0 ? fc.constantFrom(...within) : fc.constantFrom(minimum, maximum),
    },
    { weight: 1, arbitrary: fc.constantFrom(minimum, maximum) },
    { weight: 2, arbitrary: between(Math.max(minimum, -2_147_483_648), Math.min(maximum, 2_147_483_647)) },
  );
}
