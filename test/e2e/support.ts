import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createApi, createMetrics, listen, NO_LIMITS, type ApiDeps } from '../../apps/api/index.js';
import { loadReference } from '../../apps/cli/runtime.js';
import { importReferenceData } from '../../apps/cli/setup.js';
import { Engine, type EngineOptions, type Reference } from '#libs/dossier';
import { ManualClock } from '#libs/kernel';
import { startProjector } from '#libs/reporting';
import { loadUnits } from '#libs/organization';
import type { Identity, IdentityDeps } from '#libs/identity';
import { TestTokens, testIdentity, testKeys, type TestKeys } from '../support/tokens.js';
import { PROCEDURE, UNIT, smallProvince, testDatabase, type TestDatabase } from '#libs/testing';

export { PROCEDURE, UNIT };

/** A Monday morning of the replayed quarter, 9:00 at the offices. */
export const MORNING = '2019-03-18T02:00:00.000Z';

export const COUNTER = `counter-1@${UNIT.commune}`;
export const SPECIALIST = `specialist-1@${UNIT.commune}`;
export const HEAD = `head-1@${UNIT.commune}`;
export const POST = `post@${UNIT.province}`;
export const CARRIER = `carrier@${UNIT.province}`;
export const PORTAL = `portal@${UNIT.province}`;
/** An S10 item number whose check digit is right. */
export const ITEM = 'RA473124829VN';

export interface CallOptions {
  /** the position whose holder asks; null: nobody signed in; default: the commune's counter */
  officer?: string | null;
  /** a bearer token, sent instead */
  token?: string;
  /** cookies, sent instead: a browser's */
  cookie?: string;
  /** null: no Idempotency-Key; default on a POST: a fresh one */
  key?: string | null;
  body?: unknown;
  /** sent as it is, instead of `body` */
  raw?: string | Uint8Array<ArrayBuffer>;
  headers?: Record<string, string>;
}

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  /** the parsed body; undefined when it is not JSON */
  json: Record<string, unknown>;
}

/** A real API on a real engine on a real database, listening on a free port of this machine. */
export interface Bench {
  url: string;
  app: NestFastifyApplication;
  engine: Engine;
  clock: ManualClock;
  database: TestDatabase;
  /** as it is now: positions change */
  reference: Reference;
  identity: Identity;
  keys: TestKeys;
  tokens: TestTokens;
  /** what the API logged as unexpected */
  logged: string[];
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
  /** files a dossier at the commune's counter and gives its code */
  file(more?: object): Promise<string>;
  /** gives a dossier a command, which must be accepted */
  act(code: string, command: string, officer?: string, body?: object): Promise<Answer>;
  /** lets the reports' projector read all that there is, and stops it again */
  project(): Promise<void>;
  /** one more API on the same database, as another process would be */
  another(more?: More, options?: Partial<EngineOptions>): Promise<Bench>;
  close(): Promise<void>;
}

/** Starts a bench on a database of its own: a small province, or with `full` the whole one with its catalogue. */
export async function startBench(
  options: { full?: boolean; engine?: Partial<EngineOptions> } = {},
): Promise<Bench> {
  const database = await testDatabase();
  const clock = new ManualClock(MORNING);
  if (options.full) await importReferenceData(database.app, { demoOfficers: true, today: '2019-01-01' });
  const reference = options.full ? await loadReference(database.app) : await smallProvince(database.app);
  return open({ database, clock, reference, keys: testKeys() }, {}, options.engine);
}

/** What a process may have of its own. */
export type More = Partial<ApiDeps> & Partial<Pick<IdentityDeps, 'oidc' | 'demoAllowed'>>;

/** What all processes of a bench share. */
interface Common {
  database: TestDatabase;
  clock: ManualClock;
  reference: Reference;
  keys: TestKeys;
}

async function open(common: Common, more: More, options: Partial<EngineOptions> = {}): Promise<Bench> {
  const { database, clock, keys } = common;
  let { reference } = common;
  const refresh = async (): Promise<void> => {
    reference = { ...reference, units: await loadUnits(database.app) };
  };
  const { oidc, demoAllowed, ...rest } = more;
  const identity = testIdentity(
    {
      pool: database.app,
      clock,
      units: () => reference.units,
      onPositions: refresh,
      oidc,
      ...(demoAllowed && { demoAllowed }),
    },
    keys,
  );
  const tokens = new TestTokens(database.app, clock, keys);
  const metrics = createMetrics();
  const onBatch = (size: number, seconds: number): void => metrics.batch(size, seconds);
  const engine = new Engine({ pool: database.commands, reference: () => reference, clock, onBatch, options });
  const logged: string[] = [];
  const log = {
    error: (message: string, facts: object, cause: unknown): void =>
      void logged.push(`${message} ${JSON.stringify(facts)} ${String(cause)}`),
  };
  const config = { host: '127.0.0.1', port: 0 };
  const deps = {
    engine,
    pool: database.app,
    reads: database.reads,
    identity,
    keys,
    clock,
    config,
    reference: () => reference,
    metrics,
    log,
    limits: NO_LIMITS,
    ...rest,
  };
  const app = await createApi(deps);
  const url = await listen(app, config);
  const bench: Bench = {
    url,
    app,
    engine,
    clock,
    database,
    get reference() {
      return reference;
    },
    identity,
    keys,
    tokens,
    logged,
    call: async (method, path, call = {}) => send(url, method, path, call, await bearerOf(call, tokens)),
    file: async (body = {}) => {
      const answer = await bench.call('POST', '/api/v1/dossiers', { body: filing(body) });
      assert.equal(answer.status, 201, answer.text);
      return answer.json.code as string;
    },
    act: async (code, command, officer = COUNTER, body = {}) => {
      const answer = await bench.call('POST', `/api/v1/dossiers/${code}/commands/${command}`, {
        officer,
        body,
      });
      assert.equal(answer.status, 200, `${command}: ${answer.text}`);
      return answer;
    },
    project: async () => {
      const stop = new AbortController();
      const projector = startProjector({ pool: database.app, signal: stop.signal });
      await projector.caughtUp();
      await projector.stop();
    },
    another: (other = {}, engineOptions = {}) => open({ ...common, reference }, other, engineOptions),
    close: () => app.close(),
  };
  return bench;
}

/** What a counter of the commune files, unless the test says otherwise. */
export function filing(more: object = {}): object {
  return {
    procedure: PROCEDURE.certificate,
    channel: 'counter',
    applicant: { name: 'Nguyễn Văn An', paperNumber: '084099000001' },
    ...more,
  };
}

/** The token of whoever asks; none for nobody, and for a browser. */
async function bearerOf({ officer, token, cookie }: CallOptions, tokens: TestTokens): Promise<string | null> {
  if (token !== undefined) return token;
  if (officer === null || (cookie !== undefined && officer === undefined)) return null;
  return tokens.of(officer ?? COUNTER);
}

async function send(
  url: string,
  method: string,
  path: string,
  call: CallOptions,
  bearer: string | null,
): Promise<Answer> {
  const headers: Record<string, string> = { ...call.headers };
  if (bearer !== null) headers.authorization ??= `Bearer ${bearer}`;
  if (call.cookie !== undefined) headers.cookie ??= call.cookie;
  if (method === 'POST' && call.key !== null) headers['idempotency-key'] ??= call.key ?? randomUUID();
  const body = call.raw ?? (call.body === undefined ? undefined : JSON.stringify(call.body));
  if (body !== undefined) headers['content-type'] ??= 'application/json';
  const response = await fetch(`${url}${path}`, {
    method,
    headers,
    redirect: 'manual',
    ...(body === undefined ? {} : { body }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: parse(text) };
}

function parse(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}

/** Holds an answer against RFC 9457 and our own promises; returns the document. */
export function assertProblem(
  answer: Answer,
  status: number,
  code: string,
  field?: string,
): Record<string, unknown> {
  const { json } = answer;
  assert.deepEqual([answer.status, json.code], [status, code], answer.text);
  assert.match(answer.headers.get('content-type') ?? '', /^application\/problem\+json/);
  assert.equal(json.type, `urn:motcua:problem:${code}`);
  assert.equal(json.status, status);
  for (const name of ['title', 'detail', 'instance']) assert.equal(typeof json[name], 'string', name);
  assert.ok((json.title as string).length > 0 && (json.detail as string).length > 0);
  assert.doesNotMatch(
    answer.text,
    /\{\{|“”|node_modules|\.js:\d|at \w+ \(/,
    'no gap in a sentence, no stack trace',
  );
  if (field !== undefined) assert.equal(json.field, field, answer.text);
  return json;
}
