/** As much of a JSON schema as OpenAPI 3.1 documents use. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  format?: string;
  pattern?: string;
  example?: unknown;
  examples?: unknown[];
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  allOf?: Schema[];
  anyOf?: Schema[];
  oneOf?: Schema[];
}

export interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header' | 'cookie';
  required?: boolean;
  schema?: Schema;
}

type Content = Record<string, { schema?: Schema }>;

/** One method of one path, with all references to its own level followed. */
export interface Operation {
  /** e.g. `POST /api/v1/dossiers` */
  name: string;
  method: string;
  path: string;
  parameters: Parameter[];
  /** the schema of its JSON body; undefined: it takes none */
  body: Schema | undefined;
  /** asks who is there */
  secured: boolean;
  /** status → media types; `default` is every other status */
  promised: ReadonlyMap<string, readonly string[]>;
  /** its good answer is that of a command: one event in the log */
  isCommand: boolean;
}

interface Written {
  parameters?: (Parameter & { $ref?: string })[];
  requestBody?: { content: Content };
  responses: Record<string, { content?: Content }>;
  security?: unknown[];
}

export interface Document {
  paths: Record<string, Record<string, unknown>>;
  components: { schemas: Record<string, Schema>; parameters?: Record<string, Parameter> };
}

const METHODS = new Set(['get', 'post', 'put', 'patch', 'delete', 'head', 'options']);

/** Every operation of a document. Throws when it describes none. */
export function operationsOf(document: Document): Operation[] {
  const found = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([method]) => METHODS.has(method))
      .map(([method, written]) => operation(document, path, method.toUpperCase(), written as Written)),
  );
  if (found.length === 0) throw new TypeError('the document describes no operation');
  return found;
}

function operation(document: Document, path: string, method: string, written: Written): Operation {
  const parameters = (written.parameters ?? []).map((one) =>
    one.$ref === undefined ? one : document.components.parameters![lastOf(one.$ref)]!,
  );
  const good = Object.entries(written.responses).filter(([status]) => status.startsWith('2'));
  return {
    name: `${method} ${path}`,
    method,
    path,
    parameters,
    body: Object.values(written.requestBody?.content ?? {})[0]?.schema,
    secured: (written.security ?? []).length > 0,
    promised: new Map(
      Object.entries(written.responses).map(([status, { content }]) => [status, Object.keys(content ?? {})]),
    ),
    isCommand: good.some(([, { content }]) =>
      Object.values(content ?? {}).some(({ schema }) => schema?.$ref?.endsWith('/Accepted')),
    ),
  };
}

/** A schema without its references and `allOf`s at this level. Throws for a reference that leads nowhere. */
export function resolved(schema: Schema, document: Document): Schema {
  if (schema.$ref !== undefined) {
    const { $ref, ...beside } = schema;
    const found = document.components.schemas[lastOf($ref)];
    if (!found) throw new TypeError(`${$ref} leads nowhere`);
    return merged([resolved(found, document), beside]);
  }
  if (schema.allOf === undefined) return schema;
  const { allOf, ...beside } = schema;
  return merged([...allOf.map((one) => resolved(one, document)), beside]);
}

function merged(schemas: Schema[]): Schema {
  return schemas.reduce((all, one) => {
    const properties = { ...all.properties, ...one.properties };
    const required = [...(all.required ?? []), ...(one.required ?? [])];
    return {
      ...all,
      ...one,
      ...(Object.keys(properties).length > 0 && { properties }),
      ...(required.length > 0 && { required }),
    };
  }, {});
}

function lastOf(reference: string): string {
  return reference.slice(reference.lastIndexOf('/') + 1);
}
