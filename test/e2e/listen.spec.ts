import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { CannotListen, createApi, listen } from '../../apps/api/index.js';
import { connect } from '#libs/database';
import { DomainError } from '#libs/kernel';
import { filing, startBench, type Bench } from './support.js';

describe('listening', () => {
  let bench: Bench;
  before(async () => {
    bench = await startBench();
  });
  after(() => bench.close());
  const fresh = () => {
    const { engine, clock, reference, database, identity, keys } = bench;
    return createApi({
      engine,
      clock,
      pool: database.app,
      reads: database.reads,
      identity,
      keys,
      config: { host: '127.0.0.1' },
      reference: () => reference,
    });
  };

  it('on a port that is taken ends with a clear sentence', async () => {
    const port = Number(new URL(bench.url).port);
    const app = await fresh();
    await assert.rejects(listen(app, { host: '127.0.0.1', port }), (error: unknown) => {
      assert.ok(error instanceof CannotListen && error.code === 'port_taken');
      assert.match(
        error.message,
        new RegExp(`^Port ${port} on 127\\.0\\.0\\.1 is taken: .*PORT=${port + 1}\\.$`),
      );
      return true;
    });
    await app.close();
  });

  it('is refused on every address but this machine’s own while there is no public name, before anything is opened', async () => {
    const app = await fresh();
    for (const host of ['0.0.0.0', '::', '192.168.1.7', 'example.com', '', '127.0.0.1.example.com']) {
      await assert.rejects(listen(app, { host, port: 0 }), (error: unknown) => {
        assert.ok(error instanceof CannotListen && error.code === 'host_not_loopback', host);
        return true;
      });
    }
    assert.equal(app.getHttpServer().listening, false);
    await app.close();
  });

  it('works on other addresses under a public name', async () => {
    const app = await fresh();
    const url = await listen(app, { host: '0.0.0.0', port: 0, publicUrl: 'https://motcua.example.vn' });
    assert.equal((await fetch(`http://127.0.0.1:${new URL(url).port}/healthz`)).status, 200);
    await app.close();
  });

  it('works on the loopback addresses of both kinds', async () => {
    for (const host of ['127.0.0.1', 'localhost']) {
      const app = await fresh();
      const url = await listen(app, { host, port: 0 });
      assert.equal((await fetch(`${url}/healthz`)).status, 200);
      await app.close();
    }
  });
});

describe('closing', () => {
  it('answers what was taken in, refuses what comes later, and waits for the engine', async () => {
    const bench = await startBench();
    // The table is locked, so that the command is under way until the test lets it go.
    const client = await connect(bench.database.ownerUrl);
    await client.query('BEGIN');
    await client.query('LOCK TABLE motcua.event IN SHARE MODE');
    const underWay = bench.call('POST', '/api/v1/dossiers', { body: filing() });
    while (bench.engine.depth === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    let closed = false;
    const closing = bench.close().then(() => (closed = true));
    await new Promise((resolve) => setTimeout(resolve, 100));
    await assert.rejects(fetch(`${bench.url}/healthz`), 'no new connection is taken');
    assert.equal(closed, false);
    await client.query('COMMIT');
    await client.end();
    assert.equal((await underWay).status, 201);
    await closing;
    assert.equal(bench.engine.depth, 0);
  });
});

describe('what nobody expected', () => {
  it('is answered with an id that is in the log, and with nothing else', async () => {
    const bench = await startBench();
    const broken = await bench.another({
      queries: {
        as: () => ({
          get: () => Promise.reject(new TypeError('secret at /home/someone/motcua.js:7')),
          list: () => Promise.reject(new DomainError('no_such_code_yet')),
          actions: () => Promise.reject(new DomainError('snapshot_unfit', { field: 'snapshot' })),
          history: () => Promise.reject(Object.assign(new Error('relation'), { code: '42P01' })),
          deadline: () => Promise.reject(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' })),
          reveal: () => Promise.reject(new TypeError('broken')),
          access: () => Promise.reject(new TypeError('broken')),
        }),
      },
    });
    const at = '/api/v1/dossiers/000.31.01.H59-190318-0001';
    for (const [path, code] of [
      [at, 'unexpected'],
      ['/api/v1/dossiers', 'unexpected'],
      [`${at}/actions`, 'snapshot_unfit'],
      [`${at}/history`, 'unexpected'],
    ] as const) {
      const answer = await broken.call('GET', path);
      assert.deepEqual([answer.status, answer.json.code], [500, code]);
      const { errorId, ...rest } = answer.json;
      assert.ok(typeof errorId === 'string' && broken.logged.at(-1)!.includes(errorId));
      assert.doesNotMatch(JSON.stringify(rest), /secret|home|relation|42P01|no_such/);
    }
    assert.match(broken.logged[0]!, /secret/);
    const away = await broken.call('GET', `${at}/deadline`);
    assert.deepEqual(
      [away.status, away.json.code, away.headers.get('retry-after')],
      [503, 'database_unavailable', '5'],
    );
    assert.equal(broken.logged.length, 4);
    await broken.close();
    await bench.close();
  });
});

describe('the log', () => {
  it('has a line for each answer when it is asked for, without the query, in which a name may stand', async () => {
    const bench = await startBench();
    const lines: [string, object][] = [];
    const log = {
      error: () => undefined,
      debug: (message: string, facts: object) => void lines.push([message, facts]),
    };
    const told = await bench.another({ config: { host: '127.0.0.1', logLevel: 'debug' }, log });
    await told.call('GET', '/api/v1/procedures?text=Nguyen');
    await told.call('GET', '/api/v1/dossiers/x');
    // The line is written once the answer is out, so the caller may be a little earlier.
    while (lines.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    assert.deepEqual(
      lines.map(([message, facts]) => [message, { ...facts, milliseconds: 0 }]),
      [
        ['answered', { method: 'GET', path: '/api/v1/procedures', status: 200, milliseconds: 0 }],
        ['answered', { method: 'GET', path: '/api/v1/dossiers/:code', status: 400, milliseconds: 0 }],
      ],
    );
    const quiet = await bench.another({ config: { host: '127.0.0.1', logLevel: 'info' }, log });
    await quiet.call('GET', '/api/v1/dossiers');
    assert.equal(lines.length, 2);
    await Promise.all([told.close(), quiet.close()]);
    await bench.close();
  });
});
