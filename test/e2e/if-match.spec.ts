import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { COUNTER, assertProblem, startBench, type Answer, type Bench } from './support.js';

describe('If-Match and ETag', () => {
  let bench: Bench;
  let code: string;
  const command = (name: string, match?: string, body: object = {}): Promise<Answer> =>
    bench.call('POST', `/api/v1/dossiers/${code}/commands/${name}`, {
      body,
      ...(match === undefined ? {} : { headers: { 'if-match': match } }),
    });
  before(async () => {
    bench = await startBench();
    code = await bench.file();
  });
  after(() => bench.close());

  it('the tag of a dossier, of its actions and of an answer is its version', async () => {
    const got = await bench.call('GET', `/api/v1/dossiers/${code}`);
    const actions = await bench.call('GET', `/api/v1/dossiers/${code}/actions`);
    assert.deepEqual([got.headers.get('etag'), actions.headers.get('etag')], ['"1"', '"1"']);
    const received = await command('receive', got.headers.get('etag')!);
    assert.deepEqual([received.status, received.headers.get('etag')], [200, '"2"']);
  });

  it('a version that has gone is 412, says which one there is, and changes nothing', async () => {
    const problem = assertProblem(await command('startProcessing', '"1"'), 412, 'stale_version', 'If-Match');
    assert.match(problem.detail as string, /2/);
    assert.equal((await bench.call('GET', `/api/v1/dossiers/${code}`)).json.version, 2);
  });

  it('a version that has not come yet is stale as well', async () => {
    assertProblem(await command('startProcessing', '"99"'), 412, 'stale_version');
  });

  it('without it, or with a star, the command is decided on what is there', async () => {
    assert.equal((await command('startProcessing', '*')).status, 200);
    const refused = assertProblem(await command('receive'), 409, 'not_allowed_in_state');
    assert.deepEqual([refused.state, refused.version], ['processing', 3]);
  });

  it('what is no version in quotes is refused', async () => {
    for (const match of ['3', 'W/"3"', '"x"', '"3", "4"']) {
      assertProblem(await command('suspend', match), 400, 'if_match_malformed', 'If-Match');
    }
  });

  it('of fifty callers who saw the same version one is accepted, and the others are told that it has gone', async () => {
    const fresh = await bench.file();
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, i) =>
        bench.call('POST', `/api/v1/dossiers/${fresh}/commands/amend`, {
          officer: COUNTER,
          headers: { 'if-match': '"1"' },
          body: { field: 'phone', value: `0900${i}` },
        }),
      ),
    );
    assert.equal(answers.filter((one) => one.status === 200).length, 1);
    assert.equal(answers.filter((one) => one.status === 412).length, 49);
    assert.equal((await bench.call('GET', `/api/v1/dossiers/${fresh}`)).json.version, 2);
  });

  it('of fifty callers without it each is decided on what the one before left', async () => {
    const fresh = await bench.file();
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => bench.call('POST', `/api/v1/dossiers/${fresh}/commands/receive`)),
    );
    assert.equal(answers.filter((one) => one.status === 200).length, 1);
    for (const one of answers) {
      if (one.status === 200) continue;
      const problem = assertProblem(one, 409, 'not_allowed_in_state');
      assert.deepEqual([problem.state, problem.version], ['received', 2]);
      assert.ok((problem.allowed as string[]).includes('startProcessing'));
    }
  });
});
