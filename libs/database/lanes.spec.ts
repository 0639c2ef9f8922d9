import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type TestDatabase, testDatabase } from '#libs/testing';
import { connectionDefaults } from './connect.js';
import { Lanes } from './lanes.js';
import { ask } from './testing.fixture.js';

let db: TestDatabase;
const opened: Lanes[] = [];
before(async () => {
  db = await testDatabase();
});
after(() => Promise.all(opened.map((lanes) => lanes.end())));

function lanesOf(connections: number): Lanes {
  const lanes = new Lanes(db.appUrl, connections);
  opened.push(lanes);
  return lanes;
}

/** The answer to one number, by one of three statements that are prepared once, or by one that is not. */
async function echo(lanes: Lanes, n: number): Promise<{ n: number; pid: number }> {
  const kind = n % 4;
  const config = { text: `SELECT $1::int AS n, pg_backend_pid() AS pid, ${kind} AS kind`, values: [n] };
  const { rows } = await lanes.query<{ n: number; pid: number; kind: number }>(
    kind === 3 ? config : { ...config, name: `echo-${kind}` },
  );
  assert.equal(rows[0]!.kind, kind);
  return rows[0]!;
}

const pidOf = async (lanes: Lanes): Promise<number> =>
  (await lanes.query<{ pid: number }>({ text: 'SELECT pg_backend_pid() AS pid' })).rows[0]!.pid;

test('many questions at once on few connections get each its own answer', async () => {
  const lanes = lanesOf(3);
  const numbers = Array.from({ length: 600 }, (_, n) => n);
  const answers = await Promise.all(numbers.map((n) => echo(lanes, n)));
  assert.deepEqual(
    answers.map(({ n }) => n),
    numbers,
  );
  assert.equal(new Set(answers.map(({ pid }) => pid)).size, 3);
});

test('an error in the middle hurts nobody else, whatever stage it comes from', async () => {
  const lanes = lanesOf(1);
  const bad = [
    { text: 'SELECT 1 / $1::int', values: [0], name: 'run' },
    { text: 'SELECT $1::int', values: ['x'], name: 'bind' },
    { text: 'SELEC $1::int', values: [1], name: 'parse' },
    { text: 'SELECT FROM nowhere', values: [] },
  ];
  for (let round = 0; round < 3; round++) {
    const codes: unknown[] = [];
    const asked = Array.from({ length: 40 }, async (_, n) => {
      if (n % 10 === 5) {
        const wrong = lanes.query(bad[(n - 5) / 10]!);
        await wrong.catch((error: { code?: unknown }) => codes.push(error.code));
      }
      return (await echo(lanes, n)).n;
    });
    assert.deepEqual(
      await Promise.all(asked),
      asked.map((_, n) => n),
    );
    assert.deepEqual(codes.sort(), ['22012', '22P02', '42601', '42P01']);
  }
});

test('each question is a transaction of its own', async () => {
  const lanes = lanesOf(1);
  await ask(
    db.ownerUrl,
    'CREATE TABLE public.alone (n int PRIMARY KEY); GRANT ALL ON public.alone TO motcua_app',
  );
  const insert = (n: number) => lanes.query({ text: 'INSERT INTO public.alone VALUES ($1)', values: [n] });
  const done = await Promise.allSettled([insert(1), insert(1), insert(2)]);
  assert.deepEqual(
    done.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  );
  assert.deepEqual(await ask(db.ownerUrl, 'SELECT n FROM public.alone ORDER BY n'), [{ n: 1 }, { n: 2 }]);
});

test('a backend that is killed rejects all that was under way on it, and the next question is answered', async () => {
  const lanes = lanesOf(1);
  const pid = await pidOf(lanes);
  const under = [
    lanes.query({ text: 'SELECT pg_sleep(60)' }),
    ...Array.from({ length: 5 }, (_, n) => echo(lanes, n)),
  ];
  const settled = Promise.allSettled(under);
  await ask(db.ownerUrl, `SELECT pg_terminate_backend(${pid})`);
  for (const one of await settled) {
    assert.ok(one.status === 'rejected');
    assert.match(
      String((one.reason as { code?: string }).code ?? one.reason),
      /57P01|connection|ECONNRESET/i,
    );
  }
  assert.notEqual(await pidOf(lanes), pid);
});

test('a connection that dies while nothing is asked is made anew, and so is one that could not be made', async () => {
  const lanes = lanesOf(1);
  const pid = await pidOf(lanes);
  await ask(db.ownerUrl, `SELECT pg_terminate_backend(${pid})`);
  let next: number | undefined;
  // The news of it may still be on its way: one question at most is lost to it.
  while (next === undefined) next = await pidOf(lanes).catch(() => undefined);
  assert.notEqual(next, pid);
  const closed = lanesOf(1);
  await ask(withoutName(db.ownerUrl), `ALTER DATABASE ${db.name} ALLOW_CONNECTIONS false`);
  await assert.rejects(pidOf(closed), { code: '55000' });
  await ask(withoutName(db.ownerUrl), `ALTER DATABASE ${db.name} ALLOW_CONNECTIONS true`);
  assert.ok((await pidOf(closed)) > 0);
});

function withoutName(url: string): string {
  const other = new URL(url);
  other.pathname = '/postgres';
  return other.href;
}

test('a server that takes the call and says nothing is given up in time', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const usual = connectionDefaults.connectionTimeoutMillis;
  connectionDefaults.connectionTimeoutMillis = 100;
  try {
    const lanes = new Lanes(`postgresql://x@127.0.0.1:${(server.address() as AddressInfo).port}/x`, 1);
    // By these words the engine knows that the database is away: the driver gives no code.
    await assert.rejects(lanes.query({ text: 'SELECT 1' }), { message: 'timeout expired' });
    await lanes.end();
  } finally {
    connectionDefaults.connectionTimeoutMillis = usual;
    server.close();
  }
});

test('the end waits for what is under way, and after it nothing is asked', async () => {
  const lanes = new Lanes(db.appUrl, 2);
  const under = [
    lanes.query<{ n: number }>({ text: 'SELECT 1 AS n FROM pg_sleep(0.2)' }),
    ...Array.from({ length: 9 }, (_, n) => echo(lanes, n)),
  ];
  let answered = 0;
  for (const one of under) void one.then(() => answered++);
  await lanes.end();
  assert.equal(answered, 10);
  await assert.rejects(echo(lanes, 1), { message: 'cannot ask lanes after they were ended' });
  await lanes.end();
});

/** Runs `body` in a process of its own, which has `lanes`; resolves with how it ended and what it said. */
async function elsewhere(body: string): Promise<{ code: number | null; said: string }> {
  const file = fileURLToPath(new URL('./lanes.js', import.meta.url));
  const script = `
    const { Lanes } = await import(${JSON.stringify(file)});
    const lanes = new Lanes(${JSON.stringify(db.appUrl)}, 2);
    ${body}`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 60_000,
  });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, said };
}

test('connections with nothing to do let the process end; with something under way they do not', async () => {
  const idle = await elsewhere(`
    await Promise.all([1, 2, 3, 4].map(() => lanes.query({ text: 'SELECT 1' })));
    lanes.query({ text: 'SELECT pg_sleep(0.2)' }).then(() => console.log('answered'));`);
  assert.deepEqual(idle, { code: 0, said: 'answered\n' });
});

test('a process is not over before the end of its lanes is', async () => {
  const ending = await elsewhere(`
    await lanes.query({ text: 'SELECT 1' });
    lanes.query({ text: 'SELECT pg_sleep(0.2)' }).then(() => console.log('answered'));
    await lanes.end();
    console.log('ended');`);
  assert.deepEqual(ending, { code: 0, said: 'answered\nended\n' });
});
