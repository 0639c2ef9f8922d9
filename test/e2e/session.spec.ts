import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { DEMO_PASSWORD } from '#libs/identity';
import { fromMillis, toMillis } from '#libs/kernel';
import { COUNTER, HEAD, assertProblem, filing, startBench, type Answer, type Bench } from './support.js';

/** The cookies of an answer, by name: value and attributes. */
function cookiesOf({ headers }: Answer): Map<string, { value: string; attributes: string[] }> {
  return new Map(
    headers.getSetCookie().map((line) => {
      const [pair, ...attributes] = line.split('; ') as [string, ...string[]];
      const at = pair.indexOf('=');
      return [pair.slice(0, at), { value: pair.slice(at + 1), attributes: attributes.sort() }];
    }),
  );
}

describe('a session of the web', () => {
  let bench: Bench;
  before(async () => {
    bench = await startBench();
  });
  after(() => bench.close());

  const signIn = (login: string, password = DEMO_PASSWORD, more = {}): Promise<Answer> =>
    bench.call('POST', '/api/v1/session', { officer: null, key: null, body: { login, password }, ...more });
  const cookieFor = async (login: string): Promise<string> => {
    const answer = await signIn(login);
    assert.equal(answer.status, 200, answer.text);
    return `__Host-motcua=${cookiesOf(answer).get('__Host-motcua')!.value}`;
  };
  const later = (ms: number): void => bench.clock.moveTo(fromMillis(toMillis(bench.clock.now()) + ms));
  const session = (cookie: string, on = bench): Promise<Answer> =>
    on.call('GET', '/api/v1/session', { cookie });
  const ours = (): Record<string, string> => ({ origin: bench.url.replace('127.0.0.1', 'localhost') });

  it('begins with a password, tells who one is, and is in a cookie that no script and no other site gets', async () => {
    const answer = await signIn(COUNTER);
    assert.equal(answer.status, 200, answer.text);
    const { account, positions, actsFor, mustChange } = answer.json;
    assert.equal((account as { login: string }).login, COUNTER);
    const [position] = positions as { code: string; role: string; unit: { code: string }; may: string[] }[];
    assert.deepEqual([position!.code, position!.role, actsFor, mustChange], [COUNTER, 'counter', [], false]);
    assert.ok(position!.may.includes('giveCommands') && !position!.may.includes('manageAccounts'));
    const cookies = cookiesOf(answer);
    assert.deepEqual(cookies.get('__Host-motcua')!.attributes, [
      'HttpOnly',
      'Path=/',
      'SameSite=Strict',
      'Secure',
    ]);
    assert.ok(cookies.get('__Host-motcua')!.value.length >= 43);
    const device = cookies.get('__Host-motcua-device')!.attributes;
    for (const attribute of ['HttpOnly', 'Path=/', 'SameSite=Strict', 'Secure'])
      assert.ok(device.includes(attribute));
    const again = await session(`a=b; __Host-motcua=${cookies.get('__Host-motcua')!.value}`);
    assert.deepEqual(again.json, answer.json);
  });

  it('is found by its exact name only: what a browser would let another host set is none', async () => {
    const cookie = await cookieFor(COUNTER);
    const [name, token] = cookie.split('=') as [string, string];
    for (const other of [`\xa0${name}`, `${name}\xa0`, `${name} `, `x=1; \xa0${name}`, `\xa0${name}\xa0`]) {
      assertProblem(await session(`${other}=${token}`), 401, 'not_signed_in');
      const foreign = { origin: 'http://evil.example' };
      const answer = await bench.call('DELETE', '/api/v1/session', {
        cookie: `${other}=${token}`,
        headers: foreign,
      });
      assert.ok([401, 403].includes(answer.status), answer.text);
    }
    const both = `\xa0${name}=${'x'.repeat(43)}; ${cookie}`;
    assert.equal((await session(both)).status, 200);
  });

  it('does not begin otherwise: one answer for a wrong password, no such login, and a system’s', async () => {
    const answers = [
      await signIn(COUNTER, 'not the password'),
      await signIn('nobody', DEMO_PASSWORD),
      await signIn('carrier@000.00.00.H59', DEMO_PASSWORD),
      await signIn("' OR 1=1 --", DEMO_PASSWORD),
    ];
    for (const answer of answers) {
      assertProblem(answer, 401, 'sign_in_failed');
      assert.equal(answer.text, answers[0]!.text);
      assert.deepEqual(answer.headers.getSetCookie(), []);
    }
    for (const body of [
      {},
      { login: COUNTER },
      { login: COUNTER, password: 7 },
      { login: COUNTER, password: 'x', more: 1 },
      [],
    ]) {
      const answer = await bench.call('POST', '/api/v1/session', { officer: null, body });
      assert.equal(answer.status, 422, answer.text);
    }
  });

  it('gives commands from pages of our own only', async () => {
    const cookie = await cookieFor(COUNTER);
    const file = (headers: Record<string, string>): Promise<Answer> =>
      bench.call('POST', '/api/v1/dossiers', { cookie, body: filing(), headers });
    assert.equal((await file(ours())).status, 201);
    assertProblem(await file({}), 403, 'foreign_origin');
    assertProblem(await file({ origin: 'https://evil.example' }), 403, 'foreign_origin');
    assertProblem(await file({ ...ours(), 'content-type': 'text/plain' }), 403, 'foreign_origin');
  });

  it('of two at once neither ends the other, and signing out ends both, here at once and elsewhere within a second', async () => {
    const other = await bench.another();
    const [one, two] = await Promise.all([cookieFor(HEAD), cookieFor(HEAD)]);
    assert.notEqual(one, two);
    const token = await bench.tokens.of(HEAD);
    for (const cookie of [one, two])
      for (const on of [bench, other]) assert.equal((await session(cookie, on)).status, 200);
    assert.equal((await other.call('GET', '/api/v1/session', { token })).status, 200);

    const out = await bench.call('DELETE', '/api/v1/session', { cookie: one, headers: ours() });
    assert.equal(out.status, 204, out.text);
    assert.match(out.headers.getSetCookie().join(), /^__Host-motcua=; .*Max-Age=0/);
    for (const cookie of [one, two]) assertProblem(await session(cookie), 401, 'session_ended');
    assertProblem(await bench.call('GET', '/api/v1/session', { token }), 401, 'session_ended');
    later(1_001);
    for (const cookie of [one, two]) assertProblem(await session(cookie, other), 401, 'session_ended');
    assertProblem(await other.call('GET', '/api/v1/session', { token }), 401, 'session_ended');
    await other.close();
  });

  it('ends with its account', async () => {
    const login = `specialist-1@000.31.01.H59`;
    const cookie = await cookieFor(login);
    assert.equal((await session(cookie)).status, 200);
    await bench.identity.administration.disableAccount(null, login);
    assertProblem(await session(cookie), 401, 'session_ended');
    assertProblem(await signIn(login), 401, 'sign_in_failed');
  });

  it('ends after half an hour of rest, and after half a day whatever one does', async () => {
    const rests = await cookieFor('counter-2@000.31.01.H59');
    later(31 * 60_000);
    assertProblem(await session(rests), 401, 'session_ended');
    const busy = await cookieFor('counter-2@000.31.01.H59');
    for (let minutes = 0; minutes < 12 * 60 - 20; minutes += 20) {
      later(20 * 60_000);
      if (minutes + 20 < 12 * 60) assert.equal((await session(busy)).status, 200, `after ${minutes} minutes`);
    }
    later(21 * 60_000);
    assertProblem(await session(busy), 401, 'session_ended');
  });

  it('does not begin for a demonstration where the data is not one', async () => {
    const real = await bench.another({ demoAllowed: () => false });
    const answer = await real.call('POST', '/api/v1/session', {
      officer: null,
      body: { login: COUNTER, password: DEMO_PASSWORD },
    });
    assertProblem(answer, 403, 'demo_account_only_on_demo_data');
    await real.close();
  });

  it('is locked after too many wrong passwords, and says for how long', async () => {
    let answer = await signIn('head-1@000.31.02.H59', 'wrong');
    for (let tries = 0; tries < 20 && answer.status === 401; tries += 1)
      answer = await signIn('head-1@000.31.02.H59', 'wrong');
    assertProblem(answer, 429, 'sign_in_locked');
    assert.ok(Number(answer.headers.get('retry-after')) >= 1);
  });
});

describe('the first password of an account', () => {
  it('opens nothing but its own change, which ends every other session', async () => {
    const bench = await startBench();
    const { administration } = bench.identity;
    const { secret } = await administration.createAccount(null, {
      login: 'tva.an',
      kind: 'person',
      unit: '000.31.01.H59',
    });
    await administration.givePosition(null, { login: 'tva.an', role: 'counter', unit: '000.31.01.H59' });
    const signIn = (password: string): Promise<Answer> =>
      bench.call('POST', '/api/v1/session', { officer: null, body: { login: 'tva.an', password } });
    const first = await signIn(secret!);
    assert.equal(first.json.mustChange, true, first.text);
    const cookie = `__Host-motcua=${cookiesOf(first).get('__Host-motcua')!.value}`;
    assertProblem(await bench.call('GET', '/api/v1/dossiers', { cookie }), 403, 'password_change_required');
    assert.equal((await bench.call('GET', '/api/v1/session', { cookie })).status, 200);

    const change = (current: string, next: string): Promise<Answer> =>
      bench.call('POST', '/api/v1/session/password', {
        cookie,
        body: { current, next },
        headers: { origin: bench.url },
      });
    assertProblem(await change('wrong', 'vừa đủ dài và khó đoán'), 403, 'password_wrong', 'current');
    assertProblem(await change(secret!, 'short'), 422, 'password_too_short', 'next');
    assertProblem(await change(secret!, secret!), 422, 'password_same', 'next');
    const changed = await change(secret!, 'con trâu đi trước cái cày');
    assert.deepEqual([changed.status, changed.json.mustChange], [200, false], changed.text);
    assertProblem(await bench.call('GET', '/api/v1/session', { cookie }), 401, 'session_ended');
    const fresh = `__Host-motcua=${cookiesOf(changed).get('__Host-motcua')!.value}`;
    assert.equal((await bench.call('GET', '/api/v1/dossiers', { cookie: fresh })).status, 200);
    assertProblem(await signIn(secret!), 401, 'sign_in_failed');
    await bench.close();
  });
});
