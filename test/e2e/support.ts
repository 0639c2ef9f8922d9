import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createApi, createMetrics, listen, NO_LIMITS, type ApiDeps } from '../../apps/api/index.js';
import { loadReference } from '../../apps/cli/runtime.js';
import { importReferenceData } from '../../apps/cli/setup.js';
import { Engine, type EngineOptions, type Reference } from '#libs/dossier';
import { ManualClock } from '#libs/kernel';
import { startProjector } from '#libs/reporting';
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
  /** null: no officer at all; default: the commune's counter */
  officer?: string | null;
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
  reference: Reference;
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
  another(more?: Partial<ApiDeps>, options?: Partial<EngineOptions>): Promise<Bench>;
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
  return open(database, clock, reference, {}, options.engine);
}

async function open(
  database: TestDatabase,
  clock: ManualClock,
  reference: Reference,
  more: Partial<ApiDeps>,
  options: Partial<EngineOptions> = {},
): Promise<Bench> {
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
    clock,
    config,
    reference: () => reference,
    metrics,
    log,
    limits: NO_LIMITS,
    ...more,
  };
  const app = await createApi(deps);
  const url = await listen(app, config);
  const bench: Bench = {
    url,
    app,
    engine,
    clock,
    database,
    reference,
    logged,
    call: (method, path, call = {}) => send(url, method, path, call),
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
    another: (other = {}, engineOptions = {}) => open(database, clock, reference, other, engineOptions),
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

async function send(url: string, method: string, path: string, call: CallOptions): Promise<Answer> {
  const headers: Record<string, string> = { ...call.headers };
  if (call.officer !== null) headers['x-motcua-officer'] ??= call.officer ?? COUNTER;
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
