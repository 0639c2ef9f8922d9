import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { fromMillis, toMillis } from '#libs/kernel';
import { CLIENT, RESOURCE, startProvider, type TestProvider } from '../support/oidc.js';
import { UNIT, assertProblem, startBench, type Answer, type Bench } from './support.js';

/** What the provider knows as our address: nobody calls it, the test is the browser. */
const CALLBACK = 'http://127.0.0.1:9/api/v1/session/oidc/callback';
const LOGIN = 'tva.binh';

describe('sign-in by an OpenID provider', () => {
  let provider: TestProvider;
  let bench: Bench;
  let api: Bench;
  before(async () => {
    provider = await startProvider(CALLBACK);
    bench = await startBench();
    // The provider's clock is the machine's: ours must not be years behind it.
    bench.clock.moveTo(new Date().toISOString());
    api = await bench.another({
      oidc: {
        issuer: provider.issuer,
        clientId: CLIENT.id,
        clientSecret: CLIENT.secret,
        redirectUri: CALLBACK,
        audience: RESOURCE,
      },
    });
    const { administration } = bench.identity;
    await administration.createAccount(null, {
      login: LOGIN,
      kind: 'person',
      unit: UNIT.commune,
      byProvider: true,
    });
    await administration.givePosition(null, { login: LOGIN, role: 'counter', unit: UNIT.commune });
    Object.assign(provider.person, { subject: 'sub-binh', login: LOGIN });
  });
  after(async () => {
    await api?.close();
    await bench?.close();
    await provider?.close();
  });

  const open = (path: string, cookie?: string): Promise<Answer> =>
    api.call('GET', `/api/v1/session/oidc${path}`, { officer: null, ...(cookie && { headers: { cookie } }) });
  /** Goes there: the provider's answer for the callback, and the cookie that was given along. */
  const there = async (path = ''): Promise<{ query: string; cookie: string }> => {
    const answer = await open(path);
    assert.equal(answer.status, 302, answer.text);
    const [line] = answer.headers.getSetCookie();
    assert.match(line!, /^__Host-motcua-oidc=[^;]+; Path=\/; Secure; HttpOnly; SameSite=Lax; Max-Age=600$/);
    return { query: await provider.browse(answer.headers.get('location')!), cookie: line!.split(';')[0]! };
  };
  const sessionOf = (answer: Answer): string =>
    answer.headers
      .getSetCookie()
      .find((line) => line.startsWith('__Host-motcua='))!
      .split(';')[0]!;

  it('leads there with PKCE, state and nonce, and back into a session', async () => {
    const begun = new URL((await open('')).headers.get('location')!);
    assert.equal(begun.origin, provider.issuer);
    for (const name of ['code_challenge', 'state', 'nonce'])
      assert.ok((begun.searchParams.get(name) ?? '').length >= 32, name);
    assert.equal(begun.searchParams.get('code_challenge_method'), 'S256');

    const { query, cookie } = await there('?returnTo=%2Fdossiers%3Fa%3D%22');
    const back = await open(`/callback${query}`, cookie);
    assert.equal(back.status, 200, back.text);
    assert.match(
      back.text,
      /content="0;url=\/dossiers\?a=&#34;"/,
      'a page of ours, so that the strict cookie goes along',
    );
    assert.ok(back.headers.getSetCookie().some((line) => /^__Host-motcua-oidc=; .*Max-Age=0/.test(line)));
    assert.match(
      back.headers.getSetCookie().find((line) => line.startsWith('__Host-motcua='))!,
      /Secure; HttpOnly; SameSite=Strict$/,
    );
    const session = await api.call('GET', '/api/v1/session', { cookie: sessionOf(back) });
    assert.equal((session.json.account as { login: string }).login, LOGIN, session.text);
    assert.equal((await api.call('GET', '/api/v1/dossiers', { cookie: sessionOf(back) })).status, 200);
  });

  it('never leads back to another site', async () => {
    for (const path of ['https://evil.example', '//evil.example', '/\\evil.example', 'javascript:alert(1)']) {
      const { query, cookie } = await there(`?returnTo=${encodeURIComponent(path)}`);
      assert.match((await open(`/callback${query}`, cookie)).text, /content="0;url=\/"/, path);
    }
  });

  it('takes a code once, with its own state, by the browser that asked, and while it is fresh', async () => {
    const one = await there();
    const two = await there();
    assertProblem(await open(`/callback${one.query}`), 401, 'oidc_refused');
    assertProblem(await open(`/callback${one.query}`, two.cookie), 401, 'oidc_refused');
    assertProblem(await open(`/callback${one.query}`, '__Host-motcua-oidc=x.y.z'), 401, 'oidc_refused');
    assertProblem(
      await open(`/callback${one.query.replace(/state=[^&]+/, 'state=mine')}`, one.cookie),
      401,
      'oidc_refused',
    );
    assertProblem(await open('/callback?error=access_denied', one.cookie), 401, 'oidc_refused');
    assertProblem(await open('/callback', one.cookie), 401, 'oidc_refused');
    assert.equal((await open(`/callback${one.query}`, one.cookie)).status, 200);
    assertProblem(await open(`/callback${one.query}`, one.cookie), 401, 'oidc_refused');

    bench.clock.moveTo(fromMillis(toMillis(bench.clock.now()) + 601_000));
    assertProblem(await open(`/callback${two.query}`, two.cookie), 401, 'oidc_refused');
  });

  it('knows nobody whom no administrator has made an account', async () => {
    Object.assign(provider.person, { subject: 'sub-stranger', login: 'stranger' });
    const { query, cookie } = await there();
    assertProblem(await open(`/callback${query}`, cookie), 403, 'oidc_account_unknown');
  });

  it('is not there where no provider is configured', async () => {
    for (const path of ['', '/callback?code=x']) {
      assertProblem(
        await bench.call('GET', `/api/v1/session/oidc${path}`, { officer: null }),
        404,
        'not_found',
      );
    }
  });
});
