import type { Schema } from './document.js';

/** Fields that go together, and those that are refused beside them. */
interface Shape {
  with: readonly string[];
  without: readonly string[];
  /** the one value that makes it this shape */
  is?: Readonly<Record<string, unknown>>;
}

/** Operations of which a schema cannot say which of their fields go together. */
const SHAPES: Readonly<Record<string, readonly Shape[]>> = {
  'GET /api/v1/reports/quarterly': [
    { with: ['period'], without: ['from', 'until'] },
    { with: ['from', 'until'], without: ['period'] },
  ],
  'POST /api/v1/token': [
    {
      with: ['client_id', 'client_secret'],
      without: ['refresh_token'],
      is: { grant_type: 'client_credentials' },
    },
    {
      with: ['refresh_token'],
      without: ['client_id', 'client_secret'],
      is: { grant_type: 'refresh_token' },
    },
  ],
};

/** An object's schema as each of the operation's shapes has it; none where fields are free. */
export function shapesOf(name: string, schema: Schema): Schema[] {
  return (SHAPES[name] ?? []).map((shape) => ({
    ...schema,
    properties: Object.fromEntries(
      Object.entries(schema.properties ?? {})
        .filter(([field]) => !shape.without.includes(field))
        .map(([field, inner]) => [field, shape.is && field in shape.is ? { const: shape.is[field] } : inner]),
    ),
    required: [...(schema.required ?? []), ...shape.with],
  }));
}
