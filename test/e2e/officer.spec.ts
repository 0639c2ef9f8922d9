import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { UNIT, assertProblem, filing, startBench, type Answer, type Bench } from './support.js';

describe('X-Motcua-Officer', () => {
  let bench: Bench;
  before(async () => {
    bench = await startBench();
  });
  after(() => bench.close());

  it('is asked for everywhere but at what anyone may read', async () => {
    const code = await bench.file();
    const guarded: [string, string][] = [
      ['GET', '/dossiers'],
      ['GET', `/dossiers/${code}`],
      ['GET', `/dossiers/${code}/actions`],
      ['GET', `/dossiers/${code}/history`],
      ['GET', `/dossiers/${code}/deadline`],
      ['GET', '/reports/quarterly?period=2019Q2'],
      ['GET', '/reports/backlog'],
      ['POST', '/dossiers'],
      ['POST', `/dossiers/${code}/commands/receive`],
      ['POST', '/commands'],
    ];
    for (const [method, path] of guarded) {
      const answer = await bench.call(method, `/api/v1${path}`, { officer: null });
      assertProblem(answer, 401, 'officer_unknown', 'X-Motcua-Officer');
    }
    for (const path of ['/procedures', '/procedures/1.000001', '/units', '/openapi.json']) {
      assert.equal((await bench.call('GET', `/api/v1${path}`, { officer: null })).status, 200, path);
    }
  });

  it('is one of those that the organization knows', async () => {
    for (const officer of [
      '',
      'nobody',
      `counter-9@${UNIT.commune}`,
      'counter-1@000.99.99.H59',
      '__proto__',
      "' OR 1=1",
    ]) {
      assertProblem(await bench.call('GET', '/api/v1/dossiers', { officer }), 401, 'officer_unknown');
    }
  });

  it('has at every unit at least three', () => {
    const units = bench.reference.units.all();
    for (const unit of units)
      assert.ok(bench.reference.units.officersAt(unit.id).length >= 3, unit.agencyCode);
  });
});

describe('who may speak to the API at all', () => {
  let bench: Bench;
  before(async () => {
    bench = await startBench();
  });
  after(() => bench.close());

  it('a request under a foreign name is refused: a page elsewhere cannot pass itself off as ours', async () => {
    for (const host of ['evil.example', 'localhost.evil.example', '192.168.1.7:3000', '0.0.0.0']) {
      const answer = await bench.app.inject({ method: 'GET', url: '/api/v1/units', headers: { host } });
      assert.equal(answer.statusCode, 421, host);
      assert.equal(answer.json<{ code: string }>().code, 'host_not_local');
    }
    for (const host of ['localhost:3000', '127.0.0.1', '[::1]:3000']) {
      const answer = await bench.app.inject({ method: 'GET', url: '/api/v1/units', headers: { host } });
      assert.equal(answer.statusCode, 200, host);
    }
  });

  it('gives other origins no permission, and says nothing of what it runs on', async () => {
    const origin = { origin: 'https://evil.example' };
    const answers: Answer[] = [
      await bench.call('GET', '/api/v1/units', { headers: origin }),
      await bench.call('OPTIONS', '/api/v1/dossiers', {
        headers: {
          ...origin,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'x-motcua-officer',
        },
      }),
      await bench.call('POST', '/api/v1/dossiers', { body: filing() }),
    ];
    for (const { headers } of answers) {
      for (const [name] of headers) assert.doesNotMatch(name, /^(access-control|server$|x-powered-by)/);
      assert.equal(headers.get('x-content-type-options'), 'nosniff');
      assert.equal(headers.get('cache-control'), 'no-store');
      assert.match(headers.get('content-security-policy')!, /^default-src 'none';/);
    }
    assert.ok(answers[1]!.status >= 400);
  });
});
