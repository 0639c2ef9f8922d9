import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { filing, startBench, type Answer, type Bench } from './support.js';

describe('healthz, readyz and metrics', () => {
  let bench: Bench;
  const open = (path: string): Promise<Answer> => bench.call('GET', path, { officer: null });
  before(async () => {
    bench = await startBench();
  });
  after(() => bench.close());

  it('is alive as long as the process answers', async () => {
    const answer = await open('/healthz');
    assert.deepEqual([answer.status, answer.json], [200, { alive: true }]);
  });

  it('is ready when the database answers, and tells how far each follower is', async () => {
    await bench.file();
    await bench.project();
    await bench.file();
    const { status, json } = await open('/readyz');
    assert.deepEqual([status, json.ready, json.database], [200, true, 'ok']);
    const [follower] = json.followers as { name: string; events: number }[];
    assert.deepEqual([follower!.name, follower!.events], ['reporting', 1]);
  });

  it('counts commands by outcome, batches, the queue and the lag', async () => {
    const code = await bench.file();
    await bench.call('POST', `/api/v1/dossiers/${code}/commands/resolve`, { body: { outcome: 'approved' } });
    await bench.call('POST', '/api/v1/dossiers', { key: 'twice', body: filing() });
    await bench.call('POST', '/api/v1/dossiers', { key: 'twice', body: filing() });
    const answer = await open('/metrics');
    assert.match(answer.headers.get('content-type')!, /^text\/plain; version=0\.0\.4/);
    const value = (line: string): number => {
      const found = answer.text.split('\n').find((one) => one.startsWith(`${line} `));
      assert.ok(found, `${line} in\n${answer.text}`);
      return Number(found.split(' ').at(-1));
    };
    assert.equal(value('motcua_commands_total{command="submit",outcome="accepted"}'), 4);
    assert.equal(value('motcua_commands_total{command="submit",outcome="replayed"}'), 1);
    assert.equal(value('motcua_commands_total{command="resolve",outcome="not_allowed_in_state"}'), 1);
    assert.equal(value('motcua_command_duration_seconds_count{command="submit",outcome="accepted"}'), 4);
    assert.ok(value('motcua_batch_size_count') >= 5);
    assert.equal(value('motcua_queue_depth'), 0);
    assert.ok(value('motcua_follower_lag_events{follower="reporting"}') >= 1);
    assert.ok(value('motcua_follower_lag_seconds{follower="reporting"}') >= 0);
  });

  it('tells nobody a name or a code', async () => {
    const code = await bench.file();
    for (const path of ['/healthz', '/readyz', '/metrics']) {
      assert.doesNotMatch((await open(path)).text, new RegExp(`Nguyễn|${code}`));
    }
  });
});
