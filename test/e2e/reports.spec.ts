import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { importPeriods } from '#libs/organization';
import { startProjector } from '#libs/reporting';
import { HEAD, SPECIALIST, assertProblem, startBench, type Bench } from './support.js';

interface Line {
  key: string;
  received: number;
  resolved: number;
  inProcess: number;
  identity: { holds: boolean };
}

describe('reports', () => {
  let bench: Bench;
  const get = async (path: string): Promise<Record<string, unknown>> => {
    const answer = await bench.call('GET', `/api/v1/reports/${path}`, { officer: HEAD });
    assert.equal(answer.status, 200, answer.text);
    return answer.json;
  };
  before(async () => {
    bench = await startBench();
    const quarter = { code: '2019Q2', rule: 'from-15th', from: '2019-03-15', until: '2019-06-15' };
    await importPeriods(bench.database.app, [quarter]);
    for (let n = 0; n < 4; n++) {
      const code = await bench.file();
      if (n === 0) continue;
      await bench.act(code, 'receive');
      if (n === 1) continue;
      await bench.act(code, 'startProcessing');
      await bench.act(code, 'completeStep', SPECIALIST);
      await bench.act(code, 'completeStep', SPECIALIST);
      await bench.act(code, 'resolve', HEAD, { outcome: 'approved' });
    }
    await bench.project();
  });
  after(() => bench.close());

  it('GET /reports/quarterly counts a period by what it is asked for, and its identity holds', async () => {
    for (const by of ['level', 'unit', 'sector', 'procedure', 'channel']) {
      const report = await get(`quarterly?period=2019Q2&by=${by}`);
      const total = report.total as Line;
      assert.deepEqual([report.by, total.received, total.resolved, total.inProcess], [by, 3, 2, 1]);
      assert.equal(report.identityHolds, true);
    }
    assert.equal((await get('quarterly?period=2019Q2')).by, 'level');
  });

  it('holds what was accepted just before it was asked for, when the projector runs in the same process', async () => {
    const stop = new AbortController();
    const projector = startProjector({ pool: bench.database.app, signal: stop.signal });
    const live = await bench.another({ followers: [projector] });
    const received = async (): Promise<number> =>
      (
        (await live.call('GET', '/api/v1/reports/quarterly?period=2019Q2', { officer: HEAD })).json
          .total as Line
      ).received;
    const before = await received();
    for (let n = 1; n <= 3; n++) {
      await live.act(await live.file(), 'receive');
      assert.equal(await received(), before + n);
    }
    await projector.stop();
    assert.equal(await received(), before + 3, 'a follower that has stopped keeps no report waiting');
    await live.close();
  });

  it('takes the bounds of a period as days as well', async () => {
    const report = await get('quarterly?from=2019-03-15&until=2019-06-15');
    assert.ok((report.total as Line).received >= 3);
    assert.equal(((await get('quarterly?from=2019-01-01&until=2019-03-15')).total as Line).received, 0);
  });

  it('marks a running period as provisional', async () => {
    const report = await get('quarterly?period=2019Q2');
    assert.equal(report.provisional, true);
    assert.ok((report.provisionalBecause as string[]).includes('periodRuns'));
  });

  it('counts what was known at a moment', async () => {
    const report = await get('quarterly?from=2019-03-15&until=2019-06-15&knownAt=2019-03-16T00:00:00Z');
    assert.equal((report.total as Line).received, 0);
  });

  it('GET /reports/backlog shows what is in process by what it is asked for', async () => {
    for (const by of ['level', 'unit', 'sector', 'procedure', 'state']) {
      const report = await get(`backlog?by=${by}`);
      const total = report.total as { inProcess: number; notAccepted: number };
      assert.deepEqual([report.by, total.inProcess, total.notAccepted], [by, 4, 1]);
    }
  });

  it('refuses what it does not understand', async () => {
    const refused: [string, number, string, string][] = [
      ['quarterly', 400, 'period_missing', 'period'],
      ['quarterly?period=2019Q2&from=2019-03-15', 400, 'period_missing', 'period'],
      ['quarterly?from=2019-03-15', 400, 'period_missing', 'period'],
      ['quarterly?period=1066Q1', 404, 'unknown_period', 'period'],
      ['quarterly?period=2019Q2&by=colour', 400, 'unknown_report_key', 'by'],
      ['quarterly?from=2019-02-30&until=2019-06-15', 400, 'day_not_understood', 'from'],
      ['quarterly?from=2019-06-15&until=2019-03-15', 400, 'period_empty', 'until'],
      ['quarterly?period=2019Q2&knownAt=soon', 400, 'moment_not_understood', 'knownAt'],
      ['quarterly?period=2019Q2&colour=red', 400, 'unknown_field', 'colour'],
      ['backlog?by=channel', 400, 'unknown_report_key', 'by'],
      ['backlog?on=today', 400, 'unknown_field', 'on'],
    ];
    for (const [path, status, code, field] of refused) {
      assertProblem(
        await bench.call('GET', `/api/v1/reports/${path}`, { officer: HEAD }),
        status,
        code,
        field,
      );
    }
    assertProblem(
      await bench.call('GET', '/api/v1/reports/backlog', { officer: null }),
      401,
      'not_signed_in',
    );
  });

  it('shows an officer nothing personal', async () => {
    const answer = await bench.call('GET', '/api/v1/reports/quarterly?period=2019Q2&by=unit', {
      officer: HEAD,
    });
    assert.doesNotMatch(answer.text, /Nguyễn Văn/);
  });
});
