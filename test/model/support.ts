import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { createApi, createMetrics, listen, NO_LIMITS } from '../../apps/api/index.js';
import { verify, type Engine, type EngineOptions } from '#libs/dossier';
import { startProjector, verifyCounts } from '#libs/reporting';
import { TestTokens, testIdentity, testKeys } from '../support/tokens.js';
import { testEngine, type TestEngine } from '../support/engine.js';

/** Everything that the API says of a dossier or a command, as far as these tests look at it. */
export interface Body {
  code: string;
  version: number;
  state: string;
  step: string | null;
  event: string;
  status: number;
  field: string;
  allowed: string[];
  notYet: { command: string; because: string }[];
  occurredAt: string;
  recordedAt: string;
  events: { version: number; type: string; state: string; officer: string; occurredAt: string }[];
}

export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: Body;
}

export interface Given {
  officer: string;
  command: string;
  /** absent for submit */
  code?: string | undefined;
  payload?: object;
  /** the Idempotency-Key; a fresh one unless told */
  key?: string | undefined;
  ifMatch?: number | undefined;
}

/** One API per door, each on an engine of its own, all on one database: processes, as far as the database can tell. */
export interface House extends TestEngine {
  urls: string[];
  /** one command by its own request */
  give(given: Given, door?: number): Promise<Answer>;
  /** many commands by `POST /commands`, as few requests as there are officers; answers in the order given */
  giveAll(all: readonly Given[], door?: number): Promise<Answer[]>;
  get(path: string, officer?: string): Promise<Answer>;
  /** what a client that is not believed can see of a dossier: its version and the length of its history */
  standing(code: string): Promise<{ state: string; version: number; events: number }>;
  /** moves the clock */
  later(minutes: number): void;
  /** asserts that `verify` finds nothing, and that every count is what a recount gives, once the projector is there */
  proveClean(): Promise<void>;
  close(): Promise<void>;
}

/** In one request; four of them at once are within what the door lets in. */
const MOST = 120;
/** Sees all there is, but nobody's name. */
const AUDITOR = 'auditor-1@000.00.00.H59';

/** Who works on the dossier that is asked for: at the counter that received it, whose code its own begins with. */
function readerOf(path: string): string {
  const agency = /^\/dossiers\/([^/-]+)-/.exec(path)?.[1];
  return agency === undefined ? AUDITOR : `counter-1@${agency}`;
}

export async function openHouse(doors = 1, options: Partial<EngineOptions> = {}): Promise<House> {
  const base = await testEngine(options);
  const { pool, clock } = base;
  const { reads } = base.database;
  const reference = () => base.reference;
  const config = { host: '127.0.0.1', port: 0 };
  const apps: Awaited<ReturnType<typeof createApi>>[] = [];
  const urls: string[] = [];
  const keys = testKeys();
  const identity = testIdentity({ pool, clock, units: () => base.reference.units }, keys);
  const tokens = new TestTokens(pool, clock, keys);
  const log = {
    error: (message: string, facts: object, cause: unknown) => console.error(message, facts, cause),
  };
  for (let door = 0; door < doors; door++) {
    const engine: Engine = door === 0 ? base.engine : base.another();
    const common = { engine, pool, reads, clock, config, reference, identity, keys, log };
    const app = await createApi({ ...common, metrics: createMetrics(), limits: NO_LIMITS });
    apps.push(app);
    urls.push(await listen(app, config));
  }

  const get: House['get'] = async (path, officer = readerOf(path)) =>
    send(`${urls[0]!}/api/v1${path}`, 'GET', { authorization: `Bearer ${await tokens.of(officer)}` });

  const house: House = {
    ...base,
    urls,
    get,
    give: async (given, door = 0) => giveOne(urls[door]!, given, await tokens.of(given.officer)),
    giveAll: (all, door = 0) => giveMany(urls[door]!, all, tokens),
    async standing(code) {
      const [view, history] = await Promise.all([get(`/dossiers/${code}`), get(`/dossiers/${code}/history`)]);
      assert.equal(view.status, 200);
      return { state: view.body.state, version: view.body.version, events: history.body.events.length };
    },
    later(minutes) {
      clock.moveTo(new Date(Date.parse(clock.now()) + minutes * 60_000).toISOString());
    },
    async proveClean() {
      const { catalogue, units } = base.reference;
      const verified = await verify(pool, { catalogue, units });
      assert.deepEqual(verified.findings, []);
      assert.ok(verified.checks.find((check) => check.name === 'dossiers')!.looked > 0);
      const projector = startProjector({ pool, signal: new AbortController().signal });
      try {
        await projector.caughtUp();
      } finally {
        await projector.stop();
      }
      const counted = await verifyCounts(pool);
      assert.deepEqual(counted.differences, []);
      assert.deepEqual([counted.ok, counted.unread, counted.orphans], [true, 0, 0]);
      assert.ok(counted.compared > 0);
    },
    async close() {
      for (const app of apps) await app.close();
      await base.database.drop();
    },
  };
  return house;
}

/** One command by its own request, to whoever listens at the address, with the officer's token. */
export function giveOne(
  url: string,
  { command, code, payload, key, ifMatch }: Omit<Given, 'officer'>,
  token: string,
): Promise<Answer> {
  const path = code === undefined ? '/dossiers' : `/dossiers/${code}/commands/${command}`;
  const headers: Record<string, string> = {
    authorization: `Bearer ${token}`,
    'idempotency-key': key ?? randomUUID(),
    'content-type': 'application/json',
  };
  if (ifMatch !== undefined) headers['if-match'] = `"${ifMatch}"`;
  return send(`${url}/api/v1${path}`, 'POST', headers, JSON.stringify(payload ?? {}));
}

async function giveMany(url: string, all: readonly Given[], tokens: TestTokens): Promise<Answer[]> {
  const answers: Answer[] = [];
  const byOfficer = new Map<string, number[]>();
  all.forEach(({ officer }, index) => byOfficer.set(officer, [...(byOfficer.get(officer) ?? []), index]));
  const requests = [...byOfficer].flatMap(([officer, indexes]) =>
    chunks(indexes, MOST).map((some) => ({ officer, some })),
  );
  for (const together of chunks(requests, 4)) {
    await Promise.all(
      together.map(async ({ officer, some }) => {
        const items = some.map((index) => {
          const { command, code, payload, key, ifMatch } = all[index]!;
          return { command, code, key: key ?? randomUUID(), payload: payload ?? {}, ifMatch };
        });
        const authorization = `Bearer ${await tokens.of(officer)}`;
        const headers = { authorization, 'content-type': 'application/json' };
        const reply = await send(`${url}/api/v1/commands`, 'POST', headers, JSON.stringify(items));
        assert.equal(reply.status, 200, JSON.stringify(reply.body));
        const told = (reply.body as unknown as { answers: Answer[] }).answers;
        some.forEach((index, place) => (answers[index] = told[place]!));
      }),
    );
  }
  return answers;
}

async function send(
  url: string,
  method: string,
  headers: Record<string, string>,
  body?: string,
): Promise<Answer> {
  const response = await fetch(url, { method, headers, ...(body === undefined ? {} : { body }) });
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: (await response.json()) as Body,
  };
}

/** The list in pieces of at most `size`. */
export function chunks<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, at) =>
    list.slice(at * size, (at + 1) * size),
  );
}

/** The payload of a submission; the applicant is nobody. */
export function filing(procedure: string, competentUnit: string, more: object = {}): object {
  return { procedure, competentUnit, channel: 'counter', applicant: { name: 'Thạch Thị Hoa' }, ...more };
}

/** A dossier on its way: the commands that it still has to take, each accepted before the next is given. */
export interface Life {
  /** given with the first answer, that of submit */
  code?: string;
  todo: Given[];
}

/**
 * Brings every dossier through its commands, all of them one command further at a time, a minute apart. Every command
 * must be accepted; `each` is told of every answer.
 */
export async function live<L extends Life>(
  house: House,
  lives: readonly L[],
  each: (life: L, nth: number, answer: Answer) => void = () => undefined,
): Promise<void> {
  const longest = Math.max(0, ...lives.map((life) => life.todo.length));
  for (let nth = 0; nth < longest; nth++) {
    house.later(1);
    const now = lives.filter((life) => life.todo.length > nth);
    const answers = await house.giveAll(now.map((life) => ({ ...life.todo[nth]!, code: life.code })));
    now.forEach((life, index) => {
      const answer = answers[index]!;
      assert.ok(
        answer.status < 300,
        `${JSON.stringify(life.todo.slice(0, nth + 1))} ${JSON.stringify(answer)}`,
      );
      life.code ??= answer.body.code;
      each(life, nth, answer);
    });
  }
}
