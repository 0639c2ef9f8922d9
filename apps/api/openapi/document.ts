import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, getSchemaPath, type OpenAPIObject } from '@nestjs/swagger';
import { RevealDto, SearchQuery } from '../casework/dossiers.query.js';
import { BatchItemDto, MOST_COMMANDS } from '../commands/batch.js';
import { BODY_OF, DOSSIER_COMMANDS } from '../commands/command-table.js';
import { DOSSIER_CODE_PATTERN } from '../http/dossier-code.js';
import { OFFICER_HEADER } from '../http/officer.js';
import { ANSWER_SCHEMAS, type Schema } from './schemas.js';

/** What each operation answers when all goes well: named part of the document, by the controller's method. */
const ANSWERS: Readonly<Record<string, { schema: string; about: string }>> = {
  list: {
    schema: 'DossierPage',
    about:
      'A page of the dossiers within one’s scope, the newest filed first. Names are masked for whoever does not work on them.',
  },
  search: {
    schema: 'DossierPage',
    about:
      'The same, searched for by text too, in the order of names or of codes. By POST: names are in no address.',
  },
  applicant: { schema: 'Applicant', about: 'The applicant’s data unmasked, for a reason. Recorded.' },
  access: { schema: 'AccessPage', about: 'Who looked at whose data, the newest first. It holds no names.' },
  get: {
    schema: 'Dossier',
    about:
      'The dossier, with its version as ETag. The applicant is masked for whoever may not read it; a reading is recorded.',
  },
  actions: { schema: 'Actions', about: 'What this officer may do now, and why not the rest.' },
  history: { schema: 'History', about: 'What happened, in order.' },
  deadline: { schema: 'Deadline', about: 'When the result is due, and why.' },
  quarterly: { schema: 'QuarterReport', about: 'The columns of form II.06a for a period.' },
  backlog: { schema: 'Backlog', about: 'What is in process just now.' },
  procedures: { schema: 'Procedures', about: 'A page of procedures, in the order of their names.' },
  procedure: { schema: 'Procedure', about: 'A procedure with its papers and its steps.' },
  units: { schema: 'Units', about: 'Units, highest level first.' },
};
/** Bodies of what is asked by POST and is no command. */
const QUESTIONS: Readonly<Record<string, new () => object>> = { search: SearchQuery, applicant: RevealDto };
/** Operations that ask for no officer. */
const PUBLIC: ReadonlySet<string> = new Set(['procedures', 'procedure', 'units']);

const TAGS: Readonly<Record<string, string>> = {
  list: 'dossiers', get: 'dossiers', actions: 'dossiers', history: 'dossiers', deadline: 'dossiers',
  search: 'dossiers', applicant: 'dossiers', access: 'audit',
  quarterly: 'reports', backlog: 'reports', procedures: 'catalogue', procedure: 'catalogue', units: 'catalogue',
}; // prettier-ignore

const codeParameter: Schema = {
  name: 'code',
  in: 'path',
  required: true,
  description: 'dossier code',
  schema: { type: 'string', pattern: DOSSIER_CODE_PATTERN, examples: ['000.00.14.H20-200703-0002'] },
};
const keyParameter: Schema = {
  name: 'Idempotency-Key',
  in: 'header',
  required: true,
  description:
    'Names this command, once and for all: asked again with the same key and body, the first answer is given again (Idempotent-Replayed: true). In double quotes or without.',
  schema: { type: 'string', minLength: 1, maxLength: 600 },
};
const versionParameter: Schema = {
  name: 'If-Match',
  in: 'header',
  required: false,
  description: 'The version that was seen, as in ETag. When the dossier has moved on: 412.',
  schema: { type: 'string', examples: ['"7"'] },
};
const languageParameter: Schema = {
  name: 'Accept-Language',
  in: 'header',
  required: false,
  description: 'Language of titles and details: vi (default), en, km.',
  schema: { type: 'string', examples: ['en'] },
};

interface Operation {
  operationId: string;
  tags?: string[];
  security?: Record<string, string[]>[];
  parameters?: Schema[];
  responses: Record<string, unknown>;
  [more: string]: unknown;
}

/** The OpenAPI 3.1 document of the API, made from the classes that check requests and the schemas of the answers. */
export function openApiDocument(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.1')
    .setTitle('Motcua')
    .setDescription(
      'One-stop-shop administrative procedures. Commands carry an Idempotency-Key; errors are RFC 9457 problem details with a stable code. Until sign-in exists, the acting officer is named in X-Motcua-Officer and the API listens on this machine only.',
    )
    .setVersion('1')
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addApiKey({ type: 'apiKey', in: 'header', name: OFFICER_HEADER }, 'officer')
    .build();
  const document = SwaggerModule.createDocument(app, config, {
    operationIdFactory: (_controller, method) => method,
    extraModels: [...Object.values(BODY_OF), ...Object.values(QUESTIONS), BatchItemDto],
  });
  document.components ??= {};
  document.components.schemas = { ...document.components.schemas, ...(ANSWER_SCHEMAS as object) };
  const paths = document.paths as Record<string, Record<string, Operation>>;
  for (const operation of Object.values(paths).flatMap((path) => Object.values(path))) complete(operation);
  for (const [path, methods] of Object.entries(commandPaths())) paths[path] = { ...paths[path], ...methods };
  return document;
}

/** Adds what the controllers' signatures do not say: the answer, the problems, who may ask. */
function complete(operation: Operation): void {
  const answer = ANSWERS[operation.operationId];
  if (!answer) throw new TypeError(`no answer is described for ${operation.operationId}`);
  operation.summary = answer.about;
  operation.tags = [TAGS[operation.operationId]!];
  operation.security = PUBLIC.has(operation.operationId) ? [] : [{ officer: [] }];
  operation.parameters = [...(operation.parameters ?? []), languageParameter].map((one) =>
    one.name === 'code' && operation.tags?.[0] === 'dossiers' ? codeParameter : one,
  );
  operation.responses = { 200: json(answer.about, answer.schema), default: PROBLEM };
  const question = QUESTIONS[operation.operationId];
  if (question) operation.requestBody = bodyOf(question);
}

function json(description: string, schema: string): Schema {
  return {
    description,
    content: { 'application/json': { schema: { $ref: `#/components/schemas/${schema}` } } },
  };
}

const PROBLEM: Schema = {
  description: 'Refused, or not possible now: see `code`.',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
};

/** One path for each command: the router has one for all, but a reader wants each with its own body. */
function commandPaths(): Record<string, { post: Operation }> {
  const paths: Record<string, { post: Operation }> = {};
  for (const name of DOSSIER_COMMANDS) {
    paths[`/api/v1/dossiers/{code}/commands/${name}`] = {
      post: command(name, BODY_OF[name], [codeParameter, keyParameter, versionParameter], {
        200: json('Accepted: where the dossier stands now.', 'Accepted'),
      }),
    };
  }
  return {
    '/api/v1/dossiers': { post: command('submit', BODY_OF.submit, [keyParameter], { 201: FILED }) },
    ...paths,
    '/api/v1/commands': {
      post: {
        operationId: 'many',
        summary: `Up to ${MOST_COMMANDS} commands for many dossiers, each accepted or refused on its own.`,
        tags: ['commands'],
        security: [{ officer: [] }],
        parameters: [languageParameter],
        requestBody: {
          required: true,
          content: {
            'application/json': { schema: { type: 'array', maxItems: MOST_COMMANDS, items: batchItem() } },
          },
        },
        responses: {
          200: json('One answer for each, in the order of the commands.', 'BatchAnswers'),
          default: PROBLEM,
        },
      },
    },
  };
}

const FILED: Schema = {
  ...json('Filed: the new dossier is at Location.', 'Accepted'),
  headers: { Location: { schema: { type: 'string' } }, ETag: { schema: { type: 'string' } } },
};

function command(name: string, body: new () => object, parameters: Schema[], responses: Schema): Operation {
  return {
    operationId: name,
    tags: ['commands'],
    security: [{ officer: [] }],
    parameters: [...parameters, languageParameter],
    requestBody: bodyOf(body),
    responses: { ...responses, default: PROBLEM },
  };
}

function bodyOf(body: new () => object): Schema {
  const schema = { $ref: getSchemaPath(schemaName(body)) };
  return { required: true, content: { 'application/json': { schema } } };
}

function schemaName(body: new () => object): string {
  return body.name.replace(/Dto$/, '');
}

function batchItem(): Schema {
  const payloads = Object.values(BODY_OF).map((body) => ({ $ref: getSchemaPath(schemaName(body)) }));
  return {
    allOf: [{ $ref: getSchemaPath('BatchItemDto') }],
    type: 'object',
    properties: { payload: { anyOf: payloads } },
  };
}
