import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, it } from 'node:test';
import { provinceOf2019 } from '../../apps/cli/reference-data.js';
import { loadReference } from '../../apps/cli/runtime.js';
import { loadKeys, projectRoot } from '#libs/config';
import { systemClock } from '#libs/kernel';
import { TestTokens } from '../support/tokens.js';
import { verify } from '#libs/dossier';
import { importProvince } from '#libs/organization';
import { testDatabase, type TestDatabase } from '#libs/testing';
import { filing, giveOne, type Answer, type Given } from './support.js';

const DEPARTMENT = '000.00.02.H59';
const COUNTER = `counter-1@${DEPARTMENT}`;
const file: Given = { command: 'submit', officer: COUNTER, payload: filing('1.000047', DEPARTMENT) };
const range = (count: number): number[] => Array.from({ length: count }, (_, at) => at);

const KEYS = mkdtempSync(join(tmpdir(), 'motcua-keys-'));

interface Process {
  child: ChildProcess;
  url: string;
  /** all that it said */
  said: string[];
}

/** Starts a server of its own process; resolves when it says that it serves, rejects when it ends before. */
async function serve(databaseUrl: string): Promise<Process> {
  const env = {
    ...process.env,
    DATABASE_URL: databaseUrl,
    PORT: '0',
    HOST: '127.0.0.1',
    MOTCUA_KEYS: KEYS,
  };
  const child = spawn(process.execPath, [join(projectRoot(), 'dist/apps/cli/main.js'), 'serve'], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const said: string[] = [];
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stderr }).on('line', (line) => {
      said.push(line);
      const address = /serving on (http:\/\/\S+)/.exec(line)?.[1];
      if (address !== undefined) resolve(address);
    });
    child.once('exit', (code) =>
      reject(new Error(`ended with ${code} before it served: ${said.join('\n')}`)),
    );
  });
  return { child, url, said };
}

async function end({ child }: Process): Promise<number | null> {
  if (child.exitCode !== null) return child.exitCode;
  child.kill('SIGTERM');
  const [code] = (await once(child, 'exit')) as [number | null];
  return code;
}

describe('two processes on one database', () => {
  let database: TestDatabase;
  let processes: Process[] = [];
  let tokens: TestTokens;

  const startBoth = async (): Promise<void> => {
    const started = await Promise.allSettled([serve(database.ownerUrl), serve(database.ownerUrl)]);
    processes = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    for (const one of started) if (one.status === 'rejected') throw one.reason;
  };
  const endBoth = async (): Promise<void> => {
    const ended = await Promise.all(processes.map(end));
    const complaints = processes.flatMap(({ said }) =>
      said.filter((line) => !/^(serving on |nobody can sign in yet: )/.test(line)),
    );
    assert.deepEqual({ ended, complaints }, { ended: [0, 0], complaints: [] });
  };

  before(async () => {
    database = await testDatabase();
    const keys = loadKeys({ dataDir: KEYS, keysDir: KEYS }, { make: true });
    tokens = new TestTokens(database.app, systemClock, { token: keys.token.privateKey });
  });
  after(async () => {
    await Promise.all(processes.map(end));
    await database?.drop();
    rmSync(KEYS, { recursive: true, force: true });
  });

  const atOnce = async (given: readonly Given[]): Promise<Answer[]> => {
    const answers = await Promise.all(
      given.map(async (one, at) => giveOne(processes[at % 2]!.url, one, await tokens.of(one.officer))),
    );
    for (const { status, body } of answers) assert.ok(status < 500, JSON.stringify(body));
    return answers;
  };
  const filed = async (count: number): Promise<string[]> =>
    (await atOnce(range(count).map(() => file))).map(({ status, body }) => {
      assert.equal(status, 201, JSON.stringify(body));
      return body.code;
    });

  it('find it empty at the same moment, and fill it once', async () => {
    await startBoth();
    const counted = await database.app.query(
      `SELECT (SELECT count(*)::int FROM motcua.unit) AS units, (SELECT count(*)::int FROM motcua.procedure_version) AS procedures`,
    );
    assert.deepEqual(counted.rows, [{ units: 134, procedures: 1995 }]);
    await endBoth();
  });

  it('begin again, in a province whose units were never dissolved: for here it is today', async () => {
    const { units, ...province } = await provinceOf2019();
    const lasting = units.map((unit) => ({ ...unit, validUntil: 'infinity' }));
    await importProvince(database.app, { ...province, units: lasting });
    await startBoth();
    assert.equal(new Set(processes.map(({ url }) => url)).size, 2);
  });

  it('files 100 dossiers under 100 codes', async () => {
    assert.equal(new Set(await filed(100)).size, 100);
  });

  it('accepts each of 40 dossiers exactly once, whoever of six asks first, and wherever', async () => {
    const codes = await filed(40);
    const officers = range(6).map((at) => `counter-${1 + (at % 2)}@${DEPARTMENT}`);
    const asked = officers.flatMap((officer) => codes.map((code) => ({ command: 'receive', officer, code })));
    // One place further for each round, so that each dossier is asked for at both processes.
    const answers = await atOnce(asked.map((_, at) => asked[(at + Math.floor(at / 40)) % asked.length]!));
    for (const code of codes) {
      const own = answers.filter((answer) => answer.body.code === code);
      assert.equal(own.length, 1, `${code} was accepted ${own.length} times`);
      assert.deepEqual([own[0]!.status, own[0]!.body.version], [200, 2]);
    }
    const refused = answers.filter((answer) => answer.status !== 200);
    assert.equal(refused.length, 200);
    for (const { status, body } of refused) {
      assert.deepEqual(
        [status, body.code, body.state, body.version],
        [409, 'not_allowed_in_state', 'received', 2],
      );
    }
  });

  it('does once what a key asks of both, and each tells the answer of the other', async () => {
    const codes = await filed(20);
    const asked = codes.flatMap((code) => {
      const given = { command: 'receive', officer: COUNTER, code, key: randomUUID() };
      return [given, given, given, given];
    });
    const answers = await atOnce(asked);
    for (const [at, code] of codes.entries()) {
      const own = answers.slice(at * 4, at * 4 + 4);
      const done = own.filter((answer) => answer.status === 200);
      const first = done.filter((answer) => answer.headers['idempotent-replayed'] === undefined);
      assert.equal(first.length, 1, code);
      for (const answer of done) assert.deepEqual(answer.body, first[0]!.body);
      for (const { status, body } of own) {
        if (status !== 200) assert.deepEqual([status, body.code], [409, 'key_in_flight']);
      }
    }
    for (const again of await atOnce(asked)) {
      if (again.status === 409) assert.equal(again.body.code, 'key_in_flight');
      else assert.equal(again.headers['idempotent-replayed'], 'true');
    }
    const keys = range(10).map(() => randomUUID());
    const submitted = await atOnce(
      keys.flatMap((key) => [
        { ...file, key },
        { ...file, key },
      ]),
    );
    for (const at of range(10)) assert.equal(submitted[2 * at]!.body.code, submitted[2 * at + 1]!.body.code);
  });

  it('gives 30 corrections of one dossier 30 versions', async () => {
    const [code] = (await filed(1)) as [string];
    const answers = await atOnce(
      range(30).map((at) => ({
        command: 'amend',
        officer: COUNTER,
        code,
        payload: { field: 'address', value: `ấp ${at}` },
      })),
    );
    assert.deepEqual(
      answers.map((answer) => answer.body.version).sort((a, b) => a - b),
      range(30).map((at) => at + 2),
    );
  });

  it('leaves a log in which verify finds nothing, and both end when they are told to, having complained of nothing', async () => {
    const { catalogue, units } = await loadReference(database.app);
    const verified = await verify(database.app, { catalogue, units });
    assert.deepEqual(verified.findings, []);
    assert.equal(verified.checks[0]!.looked, 100 + 40 + 20 + 10 + 1);
    await endBoth();
  });
});
