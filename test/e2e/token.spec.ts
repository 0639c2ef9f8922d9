import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { DEMO_PASSWORD } from '#libs/identity';
import { fromMillis, toMillis } from '#libs/kernel';
import {
  CARRIER,
  COUNTER,
  PORTAL,
  assertProblem,
  filing,
  startBench,
  type Answer,
  type Bench,
} from './support.js';

interface Tokens {
  access_token: string;
  refresh_token: string;
  token_type: string;
  expires_in: number;
}

describe('POST /token', () => {
  let bench: Bench;
  before(async () => {
    bench = await startBench();
  });
  after(() => bench.close());

  const ask = (body: object): Promise<Answer> =>
    bench.call('POST', '/api/v1/token', { officer: null, key: null, body });
  const secretOf = (client_id: string, client_secret = DEMO_PASSWORD): Promise<Answer> =>
    ask({ grant_type: 'client_credentials', client_id, client_secret });
  const refresh = (refresh_token: string): Promise<Answer> =>
    ask({ grant_type: 'refresh_token', refresh_token });
  const tokensOf = (answer: Answer): Tokens => {
    assert.equal(answer.status, 200, answer.text);
    return answer.json as unknown as Tokens;
  };
  const later = (ms: number): void => bench.clock.moveTo(fromMillis(toMillis(bench.clock.now()) + ms));
  const status = async (token: string): Promise<number> =>
    (await bench.call('GET', '/api/v1/session', { token })).status;

  it('gives a system a bearer token for ten minutes, and sets no cookie', async () => {
    const answer = await secretOf(PORTAL);
    const { access_token, token_type, expires_in } = tokensOf(answer);
    assert.deepEqual([token_type, expires_in, answer.headers.getSetCookie()], ['Bearer', 600, []]);
    assert.equal(answer.headers.get('cache-control'), 'no-store');
    const filed = await bench.call('POST', '/api/v1/dossiers', {
      token: access_token,
      body: filing({ channel: 'online', competentUnit: '000.31.01.H59' }),
    });
    assert.equal(filed.status, 201, filed.text);
    later(599_000);
    assert.equal(await status(access_token), 200);
    later(2_000);
    assert.equal(await status(access_token), 401);
  });

  it('gives one for a refresh token, which is good once: its second use ends the session and all of it', async () => {
    const first = tokensOf(await secretOf(CARRIER));
    const second = tokensOf(await refresh(first.refresh_token));
    assert.notEqual(second.refresh_token, first.refresh_token);
    assert.equal(await status(second.access_token), 200);
    assertProblem(await refresh(first.refresh_token), 401, 'refresh_refused');
    assert.equal(await status(second.access_token), 401, 'who has the other half may be the thief');
    assertProblem(await refresh(second.refresh_token), 401, 'refresh_refused');
  });

  it('of two uses of one refresh token at once lets one through, and trusts neither', async () => {
    const { refresh_token } = tokensOf(await secretOf(CARRIER));
    const answers = await Promise.all([refresh(refresh_token), refresh(refresh_token)]);
    assert.deepEqual(answers.map((one) => one.status).sort(), [200, 401]);
    const won = answers.find((one) => one.status === 200)!;
    assertProblem(await refresh(tokensOf(won).refresh_token), 401, 'refresh_refused');
  });

  it('gives nothing for a wrong secret, for a person, or for nobody: one answer', async () => {
    const answers = [await secretOf(PORTAL, 'wrong'), await secretOf(COUNTER), await secretOf('nobody')];
    for (const answer of answers) {
      assertProblem(answer, 401, 'sign_in_failed');
      assert.equal(answer.text, answers[0]!.text);
    }
    for (const token of ['', 'x', 'x'.repeat(200)]) {
      const answer = await refresh(token);
      assert.ok([401, 422].includes(answer.status), answer.text);
    }
  });

  it('names what is wrong with the form', async () => {
    assertProblem(await ask({}), 422, 'field_required', 'grant_type');
    assertProblem(await ask({ grant_type: 'password' }), 422, 'not_one_of', 'grant_type');
    assertProblem(
      await ask({ grant_type: 'client_credentials', client_id: PORTAL }),
      422,
      'field_required',
      'client_secret',
    );
    assertProblem(await ask({ grant_type: 'refresh_token' }), 422, 'field_required', 'refresh_token');
    assertProblem(
      await ask({ grant_type: 'refresh_token', refresh_token: 'x', client_id: 'y' }),
      422,
      'unknown_field',
      'client_id',
    );
    const form = await bench.call('POST', '/api/v1/token', {
      officer: null,
      raw: 'grant_type=refresh_token',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    assert.ok([403, 415].includes(form.status), form.text);
  });

  it('ends with everything else when the system signs out', async () => {
    const { access_token, refresh_token } = tokensOf(await secretOf(PORTAL));
    assert.equal((await bench.call('DELETE', '/api/v1/session', { token: access_token })).status, 204);
    assert.equal(await status(access_token), 401);
    assertProblem(await refresh(refresh_token), 401, 'refresh_refused');
  });
});
