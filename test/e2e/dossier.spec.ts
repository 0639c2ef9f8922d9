import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { COUNTER, assertProblem, startBench, type Answer, type Bench } from './support.js';

describe('GET /dossiers/:code', () => {
  let bench: Bench;
  let code: string;
  const get = (query = '', of = code): Promise<Answer> => bench.call('GET', `/api/v1/dossiers/${of}${query}`);
  before(async () => {
    bench = await startBench();
    code = await bench.file();
    bench.clock.moveTo('2019-03-18T04:00:00.000Z');
    await bench.act(code, 'receive');
    bench.clock.moveTo('2019-03-19T02:00:00.000Z');
    await bench.act(code, 'amend', COUNTER, { field: 'name', value: 'Nguyễn Văn Ân' });
    await bench.act(code, 'startProcessing');
  });
  after(() => bench.close());

  it('shows the dossier as it is now', async () => {
    const { status, json, headers } = await get();
    assert.equal(status, 200);
    assert.equal(headers.get('etag'), '"4"');
    assert.equal(headers.get('cache-control'), 'no-store');
    assert.deepEqual([json.code, json.state, json.nationalStatus, json.version], [code, 'processing', 4, 4]);
    assert.equal((json.applicant as { name: string }).name, 'Nguyễn Văn Ân');
    assert.equal(json.id, undefined);
  });

  it('shows it as it stood at a moment, without a tag to act on', async () => {
    const { json, headers } = await get('?asOf=2019-03-18T12:00:00%2B07:00');
    assert.deepEqual([json.state, json.version], ['received', 2]);
    assert.equal((json.applicant as { name: string }).name, 'Nguyễn Văn An');
    assert.equal(headers.get('etag'), null);
    const forgiving = await get('?asOf=2019-03-18T12:00:00+07:00');
    assert.deepEqual(forgiving.json, json, 'a plus that nobody escaped is understood');
  });

  it('shows what was known at a moment: nothing, before anything was written down', async () => {
    assertProblem(await get('?knownAt=2019-03-18T12:00:00Z'), 404, 'not_yet_filed');
    assert.equal((await get('?knownAt=2099-01-01T00:00:00Z')).json.version, 4);
  });

  it('did not exist before it was filed', async () => {
    assertProblem(await get('?asOf=2019-03-01T00:00:00Z'), 404, 'not_yet_filed', 'asOf');
  });

  it('is not there under a code that nobody was given', async () => {
    assertProblem(await get('', '000.31.01.H59-190318-9999'), 404, 'unknown_dossier');
  });

  it('refuses codes, moments and parameters that it does not understand', async () => {
    for (const bad of [
      '1',
      'abc',
      '000.31.01.H59-190230-0001',
      '%00',
      "'%20OR%201=1",
      '000.31.01.H59-190318-0001%0a',
    ]) {
      assertProblem(await get('', bad), 400, 'code_not_understood', 'code');
    }
    for (const bad of [
      'yesterday',
      '2019-03-18',
      '2019-02-30T00:00:00Z',
      '2019-03-18T12:00:00',
      '1552867200',
    ]) {
      assertProblem(await get(`?asOf=${bad}`), 400, 'moment_not_understood', 'asOf');
    }
    assertProblem(await get('?colour=red'), 400, 'unknown_field', 'colour');
    assertProblem(await get('?__proto__=x'), 400, 'unknown_field');
  });
});
