import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, getSchemaPath, type OpenAPIObject } from '@nestjs/swagger';
import { POSITION_HEADER } from '../access/enter.js';
import { SESSION_COOKIE } from '../access/cookies.js';
import { accessOf, type RouteAccess } from '../access/routes.js';
import { BatchItemDto, MOST_COMMANDS } from '../commands/batch.js';
import { BODY_OF, DOSSIER_COMMANDS } from '../commands/command-table.js';
import { TokenDto } from '../access/session.dto.js';
import { DOSSIER_CODE_PATTERN } from '../http/dossier-code.js';
import { OPERATIONS, type Described } from './operations.js';
import { ANSWER_SCHEMAS, type Schema } from './schemas.js';

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
const positionParameter: Schema = {
  name: POSITION_HEADER,
  in: 'header',
  required: false,
  description: 'Which of one’s positions acts, own or delegated; needed where there are several.',
  schema: { type: 'string', maxLength: 100, examples: ['counter-1@000.01.21.H59'] },
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
      'One-stop-shop administrative procedures. Commands carry an Idempotency-Key; errors are RFC 9457 problem details with a stable code. People sign in by cookie, systems by bearer token; whoever holds several positions names the one that acts in X-Motcua-Position.',
    )
    .setVersion('1')
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' }, 'bearer')
    .addCookieAuth(SESSION_COOKIE, { type: 'apiKey', in: 'cookie' }, 'session')
    .build();
  const document = SwaggerModule.createDocument(app, config, {
    operationIdFactory: (_controller, method) => method,
    extraModels: [...Object.values(BODY_OF), BatchItemDto, ...described().flatMap(({ body }) => body ?? [])],
  });
  document.components ??= {};
  document.components.schemas = { ...document.components.schemas, ...(ANSWER_SCHEMAS as object) };
  const paths = document.paths as Record<string, Record<string, Operation>>;
  for (const operation of Object.values(paths).flatMap((path) => Object.values(path))) complete(operation);
  for (const [path, methods] of Object.entries(commandPaths())) paths[path] = { ...paths[path], ...methods };
  for (const [path, methods] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(methods)) guarded(operation, accessOf(method, path));
  }
  return document;
}

const described = (): Described[] => Object.values(OPERATIONS);

/** Adds what the controllers' signatures do not say: the answer, the problems. */
function complete(operation: Operation): void {
  const told = OPERATIONS[operation.operationId];
  if (!told) throw new TypeError(`no answer is described for ${operation.operationId}`);
  operation.summary = told.about;
  operation.tags = [told.tag];
  operation.parameters = (operation.parameters ?? []).map((one) =>
    one.name === 'code' && told.tag === 'dossiers' ? codeParameter : one,
  );
  delete operation.requestBody;
  if (told.body) operation.requestBody = bodyOf(told.body);
  const { status = 200, schema } = told;
  const answer = schema === undefined ? { description: told.about } : json(told.about, schema);
  if (told.lines) Object.assign(answer, { content: { 'application/jsonl': { schema: { type: 'string' } } } });
  operation.responses = { [status]: answer, default: PROBLEM };
}

/** Adds who may ask, as the table of routes says it. */
function guarded(operation: Operation, { may, onlyWithProvider }: RouteAccess): void {
  operation.security = may === 'public' ? [] : [{ bearer: [] }, { session: [] }];
  const acts = may !== 'public' && may !== 'signedIn';
  const headers = acts ? [positionParameter, languageParameter] : [languageParameter];
  operation.parameters = [...(operation.parameters ?? []), ...headers];
  if (acts) operation['x-capability'] = may;
  if (onlyWithProvider) operation['x-only-with-provider'] = true;
}

function bodyOf(body: new () => object): Schema {
  return {
    required: true,
    content: { 'application/json': { schema: { $ref: getSchemaPath(schemaName(body)) } } },
  };
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
        parameters: [],
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
    parameters,
    requestBody: bodyOf(body),
    responses: { ...responses, default: PROBLEM },
  };
}

/** As their ApiSchema names them. */
function schemaName(body: new () => object): string {
  return body === TokenDto ? 'TokenRequest' : body.name.replace(/Dto$/, '');
}

function batchItem(): Schema {
  const payloads = Object.values(BODY_OF).map((body) => ({ $ref: getSchemaPath(schemaName(body)) }));
  return {
    allOf: [{ $ref: getSchemaPath('BatchItemDto') }],
    type: 'object',
    properties: { payload: { anyOf: payloads } },
  };
}
