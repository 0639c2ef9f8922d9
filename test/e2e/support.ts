import { randomUUID } from 'node:crypto';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createApi, createMetrics, listen } from '../../apps/api/index.js';
import { loadReference } from '../../apps/cli/runtime.js';
import { importReferenceData } from '../../apps/cli/setup.js';
import { Engine, type EngineOptions, type Reference } from '#libs/dossier';
import { ManualClock } from '#libs/kernel';
import { testDatabase, type TestDatabase } from '#libs/testing';

/** A commune whose officers file most of what these tests file, and a procedure that it answers for. */
export const COMMUNE = '000.01.21.H59';
export const counter = (unit: string): string => `counter-1@${unit}`;

/** A real API on a real engine on a real database, listening on a free port. */
export interface Bench {
  url: string;
  app: NestFastifyApplication;
  engine: Engine;
  clock: ManualClock;
  database: TestDatabase;
  reference: () => Reference;
  logged: string[];
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
  close(): Promise<void>;
}

export interface CallOptions {
  officer?: string | null;
  /** null: no Idempotency-Key; absent on a POST: a fresh one */
  key?: string | null;
  body?: unknown;
  /** sent as it is, instead of `body` */
  raw?: string | Uint8Array;
  headers?: Record<string, string>;
}

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  /** the parsed body; `undefined` when it is not JSON */
  json: Parsed;
}

/** JSON of any shape, for assertions: each step down is again of any shape. */
export interface Parsed {
  [key: string]: Parsed;
  [index: number]: Parsed;
}

/** Starts a bench: a migrated database of its own with the province, the catalogue and the demonstration's officers. */
export async function startBench(
  options: { now?: string; engine?: Partial<EngineOptions>; port?: number } = {},
): Promise<Bench> {
  const database = await testDatabase();
  const clock = new ManualClock(options.now ?? '2019-04-02T02:00:00.000Z');
  await importReferenceData(database.app, { demoOfficers: true, today: '2019-01-01' });
  const known = await loadReference(database.app);
  const reference = (): Reference => known;
  const metrics = createMetrics();
  const engine = new Engine({
    pool: database.app,
    reference,
    clock,
    onBatch: (size, seconds) => metrics.batch(size, seconds),
    ...(options.engine ? { options: options.engine } : {}),
  });
  const logged: string[] = [];
  const log = {
    error: (message: string, facts: object) => void logged.push(JSON.stringify({ message, ...facts })),
  };
  const config = { host: '127.0.0.1', port: options.port ?? 0 };
  const app = await createApi({ engine, pool: database.app, clock, config, reference, metrics, log });
  const url = await listen(app, config);
  return {
    url,
    app,
    engine,
    clock,
    database,
    reference,
    logged,
    call: (method, path, call = {}) => send(url, method, path, call),
    close: async () => {
      await app.close();
      await database.drop();
    },
  };
}

async function send(url: string, method: string, path: string, call: CallOptions): Promise<Answer> {
  const headers: Record<string, string> = { connection: 'close', ...call.headers };
  if (call.officer !== null) headers['x-motcua-officer'] = call.officer ?? counter(COMMUNE);
  if (method === 'POST' && call.key !== null) headers['idempotency-key'] = call.key ?? randomUUID();
  const body = call.raw ?? (call.body === undefined ? undefined : JSON.stringify(call.body));
  if (body !== undefined) headers['content-type'] ??= 'application/json';
  const response = await fetch(`${url}${path}`, { method, headers, ...(body === undefined ? {} : { body }) });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: parse(text) };
}

function parse(text: string): Parsed {
  try {
    return JSON.parse(text) as Parsed;
  } catch {
    return undefined as unknown as Parsed;
  }
}
