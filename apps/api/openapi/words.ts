/*
 * The words that answers are described in, as JSON Schema (2020-12, as OpenAPI 3.1 takes it).
 */

export type Schema = { [keyword: string]: unknown };

export const text: Schema = { type: 'string' };
export const whole: Schema = { type: 'integer' };
export const yesNo: Schema = { type: 'boolean' };
export const moment: Schema = { type: 'string', format: 'date-time' };
export const day: Schema = { type: 'string', format: 'date' };
export const orNull = (schema: Schema): Schema => ({ anyOf: [schema, { type: 'null' }] });
export const list = (items: Schema): Schema => ({ type: 'array', items });
export const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });

/** Marks what tells who somebody is: masked where a role does not need it, and never in a log. */
export const personal = (schema: Schema): Schema => ({ ...schema, 'x-personal': true });

/** An object of which every field is there, but those named optional. */
export function object(properties: Record<string, Schema>, optional: string[] = []): Schema {
  return {
    type: 'object',
    properties,
    required: Object.keys(properties).filter((name) => !optional.includes(name)),
  };
}
