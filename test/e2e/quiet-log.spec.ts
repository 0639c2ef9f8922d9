import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { logTo } from '../../apps/api/log.js';
import { startWorker, type RunningWorker } from '../../apps/worker/worker.js';
import { connect } from '#libs/database';
import { Alarms } from '#libs/dossier';
import { prepareJobs } from '#libs/jobs';
import { assertProblem, filing, startBench, type Answer, type Bench } from './support.js';

/** What must never be found again where it does not belong. */
const MARK = 'Zyxmarked';
const APPLICANT = {
  name: `Nguyễn ${MARK} An`,
  paperNumber: `084${MARK}0001`,
  address: `12 đường ${MARK}, Trà Vinh`,
  phone: `0912${MARK}`,
  email: `${MARK}@example.vn`,
};
const TOKEN = `eyJhbGciOiJFZERTQSJ9.${MARK}.signature`;
const COOKIE = `__Host-motcua=${MARK}`;
const SECRETS = { cookie: COOKIE };
const CODE = '/api/v1/dossiers/000.31.01.H59-190318-0001';

describe('what nobody may read where it does not belong', () => {
  let bench: Bench;
  let loud: Bench;
  let worker: RunningWorker;
  let stdio: [typeof process.stdout.write, typeof process.stderr.write];
  const lines: string[] = [];
  const answers: Answer[] = [];
  const ask = async (on: Bench, ...call: Parameters<Bench['call']>): Promise<Answer> => {
    const [method, path, options] = call;
    const answer = await on.call(method, path, {
      ...options,
      headers: { ...SECRETS, 'sec-fetch-site': 'same-origin', ...options?.headers },
    });
    answers.push(answer);
    return answer;
  };
  /** Errors as the database's driver really makes them, with values in their words. */
  const brokenQueries = () => {
    const { app } = bench.database;
    const twice = `WITH one AS (SELECT $1::text AS name) SELECT jsonb_object_agg(name, name)::text::int FROM one`;
    return {
      get: () => app.query('SELECT $1::text::uuid', [APPLICANT.name]) as never,
      list: () => app.query(twice, [APPLICANT.name]) as never,
      actions: () => Promise.reject(new Error(`no such party "${APPLICANT.name}"`)),
      history: () => Promise.resolve(JSON.parse(APPLICANT.name) as never),
      deadline: () => Promise.reject(new Error('outer', { cause: new Error(`inner ${APPLICANT.email}`) })),
    };
  };

  before(async () => {
    stdio = [process.stdout.write.bind(process.stdout), process.stderr.write.bind(process.stderr)];
    [process.stdout, process.stderr].forEach((stream, at) => {
      stream.write = ((chunk: string | Uint8Array, ...rest: []) => {
        lines.push(String(chunk));
        return stdio[at]!(chunk, ...rest);
      }) as typeof stream.write;
    });
    bench = await startBench();
    const log = logTo((line) => void lines.push(line));
    loud = await bench.another({ config: { host: '127.0.0.1', logLevel: 'debug' }, log });
    await prepareJobs(bench.database.ownerUrl);
    worker = await startWorker({
      pool: bench.database.app,
      alarms: new Alarms(bench.database.app),
      clock: bench.clock,
      jobs: { kind: 'postgres', url: bench.database.appUrl },
      catchUp: true,
      onError: (error) => void lines.push(String(error)),
    });
  });
  after(async () => {
    [process.stdout.write, process.stderr.write] = stdio;
    await worker.close();
    await loud.close();
    await bench.close();
  });

  it('dossiers go their way, and what is wrong with a request is told', async () => {
    const filed = await ask(loud, 'POST', '/api/v1/dossiers', { body: filing({ applicant: APPLICANT }) });
    assert.equal(filed.status, 201, filed.text);
    const at = `/api/v1/dossiers/${String(filed.json.code)}`;
    assert.equal((await ask(loud, 'POST', `${at}/commands/receive`)).status, 200);
    assert.equal((await ask(loud, 'GET', at)).status, 200);
    for (const [method, path, options, status] of [
      ['GET', `/api/v1/dossiers?text=${MARK}&limit=0`, {}, 400],
      ['GET', `/api/v1/dossiers?${MARK}=1`, {}, 400],
      ['GET', `/api/v1/dossiers/${MARK}`, {}, 400],
      ['GET', `/${MARK}`, {}, 404],
      ['GET', `/%zz${MARK}`, {}, 400],
      ['DELETE', `/api/v1/dossiers/${MARK}`, {}, 405],
      ['POST', '/api/v1/dossiers', { raw: `{"applicant":{"name":"${MARK}` }, 400],
      ['POST', '/api/v1/dossiers', { body: filing({ applicant: { ...APPLICANT, [MARK]: 1 } }) }, 422],
      ['POST', '/api/v1/dossiers', { body: filing({ procedure: APPLICANT.name }) }, 422],
      [
        'POST',
        '/api/v1/dossiers',
        {
          body: filing({ applicant: APPLICANT }),
          headers: { 'sec-fetch-site': 'cross-site', authorization: '' },
        },
        403,
      ],
      ['POST', '/api/v1/dossiers', { token: TOKEN, body: {} }, 401],
      ['POST', `${at}/commands/${MARK}`, {}, 404],
      ['POST', '/api/v1/session', { body: { login: MARK, password: MARK } }, undefined],
      ['POST', '/api/v1/lookup', { body: { code: MARK, secret: MARK } }, undefined],
    ] as const) {
      const answer = await ask(loud, method, path, options);
      if (status !== undefined) assert.equal(answer.status, status, `${method} ${path}: ${answer.text}`);
      assert.ok(answer.status < 500, answer.text);
    }
  });

  it('an error of the driver that quotes a name is told to nobody: neither to the caller nor to the log', async () => {
    const log = logTo((line) => void lines.push(line));
    const broken = await bench.another({
      queries: { as: () => brokenQueries() } as never,
      config: { host: '127.0.0.1', logLevel: 'debug' },
      log,
    });
    const from = lines.length;
    for (const path of [CODE, '/api/v1/dossiers', `${CODE}/actions`, `${CODE}/history`, `${CODE}/deadline`]) {
      const answer = await ask(broken, 'GET', path);
      const problem = assertProblem(answer, 500, 'unexpected');
      assert.deepEqual([problem.debug, answer.text.includes(MARK)], [undefined, false]);
      assert.ok(lines.slice(from).some((line) => line.includes(String(problem.errorId))));
    }
    const said = lines.slice(from).join('\n');
    for (const words of [
      /SQLSTATE 22P02/,
      /no such party …/,
      /SyntaxError/,
      /because of Error: inner …/,
      /\.js:\d+/,
    ]) {
      assert.match(said, words, 'enough is told to find the fault');
    }
    await broken.close();
  });

  it('in development the answer of a failure holds its cause; a refusal never does', async () => {
    const dev = await bench.another({
      queries: { as: () => brokenQueries() } as never,
      config: { host: '127.0.0.1', mode: 'development' },
      log: { error: () => undefined },
    });
    const { json } = await dev.call('GET', CODE);
    assert.match(String(json.debug), /invalid input syntax for type uuid.*\n\s+at /s);
    assert.equal((await dev.call('GET', '/api/v1/dossiers/x')).json.debug, undefined);
    const test = await bench.another({
      queries: { as: () => brokenQueries() } as never,
      config: { host: '127.0.0.1', mode: 'test' },
      log: { error: () => undefined },
    });
    assert.equal((await test.call('GET', CODE)).json.debug, undefined);
    await Promise.all([dev.close(), test.close()]);
  });

  it('nothing that was logged holds a name, a number, an address, a password or a token', () => {
    const answered = lines.filter((line) => line.includes('"answered"'));
    assert.ok(answered.length >= 15, 'there was something to look through');
    assert.ok(answered.some((line) => /"path":"\/api\/v1\/dossiers\/[\dH.]+-190318-\d+"/.test(line)));
    assert.deepEqual(
      lines.filter((line) => line.includes(MARK) || line.includes('eyJ')),
      [],
    );
  });

  it('no job holds any of it, waiting, failed or done, and no event of the log either', async () => {
    await Promise.all(worker.followers.map((follower) => follower.caughtUp()));
    const owner = await connect(bench.database.ownerUrl);
    try {
      const { rows: tables } = await owner.query<{ name: string }>(
        `SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables
          WHERE table_type = 'BASE TABLE' AND (table_schema = 'jobs' OR (table_schema, table_name) = ('motcua', 'event'))`,
      );
      let rows = '';
      for (const { name } of tables) {
        const found = await owner.query<{ row: string }>(`SELECT t::text AS row FROM ${name} t`);
        rows += found.rows.map(({ row }) => row).join('\n');
      }
      assert.match(rows, /dossierId/, 'an alarm was set');
      assert.match(rows, /submitted/, 'the log was read');
      assert.ok(!rows.includes(MARK));
    } finally {
      await owner.end();
    }
  });
});
