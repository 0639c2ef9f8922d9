import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createApi, listen } from '../../apps/api/index.js';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import {
  asApp,
  migrate,
  openPool,
  startEmbedded,
  type EmbeddedServer,
  type Pool,
  openReads,
  Reads,
} from '#libs/database';
import { Engine } from '#libs/dossier';
import { ManualClock } from '#libs/kernel';
import { smallProvince } from '#libs/testing';
import { TestTokens, testIdentity, testKeys } from '../support/tokens.js';
import { COUNTER, HEAD, MORNING, filing, startBench } from './support.js';

describe('a database that goes and comes back, seen from outside', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'motcua-outage-'));
  let server: EmbeddedServer;
  let pool: Pool;
  let app: NestFastifyApplication;
  let url: string;
  let token: string;
  let head: string;
  let reads: Reads;
  const logged: string[] = [];

  before(async () => {
    server = await startEmbedded({ dataDir, durable: false });
    await migrate(server.url('postgres'));
    pool = openPool(asApp(server.url('postgres')));
    reads = openReads(server.url('postgres'));
    const province = await smallProvince(pool);
    const clock = new ManualClock(MORNING);
    const engine = new Engine({ pool, reference: () => province, clock, options: { patienceMs: 1_000 } });
    const log = { error: (message: string) => void logged.push(message) };
    const config = { host: '127.0.0.1', port: 0 };
    const keys = testKeys();
    const identity = testIdentity({ pool, clock, units: () => province.units }, keys);
    token = await new TestTokens(pool, clock, keys).of(COUNTER);
    head = await new TestTokens(pool, clock, keys).of(HEAD);
    app = await createApi({
      ...{ engine, pool, reads, clock, config, log, identity, keys },
      reference: () => province,
    });
    url = await listen(app, config);
  });
  after(async () => {
    await app.close();
    await reads.end();
    await pool.end();
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });
  const call = (method: string, path: string, body?: object, key = 'outage'): Promise<Response> =>
    fetch(`${url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${path.includes('/reports/') ? head : token}`,
        'accept-language': 'en',
        ...(body ? { 'content-type': 'application/json', 'idempotency-key': key } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
  const file = (key: string): Promise<Response> => call('POST', '/api/v1/dossiers', filing(), key);

  it('is told as 503 with Retry-After, never as 500, and afterwards everything works as before', async () => {
    const first = await file('before');
    assert.equal(first.status, 201);
    const { code } = (await first.json()) as { code: string };
    assert.equal((await call('GET', '/readyz')).status, 200);

    const { port } = server;
    await server.stop();
    const away: [string, Promise<Response>][] = [
      ['a command', file('during')],
      ['a query', call('GET', `/api/v1/dossiers/${code}`)],
      ['a list', call('GET', '/api/v1/dossiers')],
      ['a report', call('GET', '/api/v1/reports/backlog')],
    ];
    for (const [what, answer] of away) {
      const { status, headers } = await answer;
      assert.deepEqual([status, headers.get('retry-after')], [503, '5'], what);
    }
    assert.equal((await call('GET', '/readyz')).status, 503);
    assert.equal((await call('GET', '/healthz')).status, 200);
    assert.equal((await call('GET', '/metrics')).status, 200);
    assert.equal((await call('GET', '/api/v1/units')).status, 200, 'what is known by heart is still told');

    server = await startEmbedded({ dataDir, port, durable: false });
    const during = await file('during');
    assert.equal(during.status, 201);
    assert.equal(during.headers.get('idempotent-replayed'), null, 'a 503 was not stored');
    const again = await file('before');
    assert.equal(((await again.json()) as { code: string }).code, code);
    assert.equal(again.headers.get('idempotent-replayed'), 'true');
    assert.equal((await call('GET', '/readyz')).status, 200);
    assert.deepEqual(logged, []);
  });
});

describe('a database whose connections are all taken', () => {
  it('is told as 503 as well: to the caller it is away', async () => {
    const bench = await startBench();
    const pool = openPool(bench.database.appUrl, { max: 1, connectionTimeoutMillis: 200 });
    const busy = await bench.another({ pool, reads: new Reads(pool) });
    const taken = await pool.connect();
    const answer = await busy.call('GET', '/api/v1/dossiers');
    assert.deepEqual([answer.status, answer.json.code], [503, 'database_unavailable']);
    taken.release();
    assert.equal((await busy.call('GET', '/api/v1/dossiers')).status, 200);
    assert.deepEqual(busy.logged, []);
    await busy.close();
    await pool.end();
    await bench.close();
  });
});
