import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { COUNTER, UNIT, assertProblem, startBench, type Bench } from './support.js';

interface Entry {
  version: number;
  type: string;
  label: Record<string, string>;
  state: string;
  officer: string;
  unit: { code: string };
  occurredAt: string;
  recordedAt: string;
}

describe('GET /dossiers/:code/history', () => {
  let bench: Bench;
  let code: string;
  before(async () => {
    bench = await startBench();
    code = await bench.file();
    bench.clock.moveTo('2019-03-18T03:00:00.000Z');
    await bench.act(code, 'receive');
    await bench.call('POST', `/api/v1/dossiers/${code}/commands/resolve`, { body: { outcome: 'approved' } });
    await bench.act(code, 'amend', COUNTER, { field: 'phone', value: '0900' });
  });
  after(() => bench.close());

  it('tells what happened, who did it where, and both times; a refusal is nothing that happened', async () => {
    const { json } = await bench.call('GET', `/api/v1/dossiers/${code}/history`);
    const events = json.events as Entry[];
    assert.deepEqual(
      events.map((one) => [one.version, one.type, one.state, one.occurredAt]),
      [
        [1, 'submitted', 'submitted', '2019-03-18T02:00:00.000Z'],
        [2, 'received', 'received', '2019-03-18T03:00:00.000Z'],
        [3, 'amended', 'received', '2019-03-18T03:00:00.000Z'],
      ],
    );
    for (const one of events) {
      assert.deepEqual([one.officer, one.unit.code], [COUNTER, UNIT.commune]);
      assert.ok(one.label.vi && one.label.en && one.label.km);
      assert.ok(one.recordedAt > '2026');
    }
  });

  it('leaves out what was written down later than asked for', async () => {
    const { json } = await bench.call('GET', `/api/v1/dossiers/${code}/history?knownAt=2020-01-01T00:00:00Z`);
    assert.deepEqual(json.events, []);
  });

  it('refuses what it does not understand', async () => {
    const at = `/api/v1/dossiers/${code}/history`;
    assertProblem(await bench.call('GET', `${at}?knownAt=soon`), 400, 'moment_not_understood', 'knownAt');
    assertProblem(await bench.call('GET', `${at}?asOf=soon`), 400, 'unknown_field', 'asOf');
    assertProblem(await bench.call('GET', '/api/v1/dossiers/-/history'), 400, 'code_not_understood');
  });
});
