import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { UNIT, assertProblem, filing, startBench, type Answer, type Bench } from './support.js';

const TOP = `administrator-1@${UNIT.province}`;

describe('accounts and positions', () => {
  let bench: Bench;
  /** administers the commune only */
  let below: string;
  before(async () => {
    bench = await startBench();
    const { administration } = bench.identity;
    await administration.createAccount(null, { login: 'xa.admin', kind: 'person', unit: UNIT.commune });
    below = (
      await administration.givePosition(null, {
        login: 'xa.admin',
        role: 'administrator',
        unit: UNIT.commune,
      })
    ).code;
    await bench.database.app.query('UPDATE motcua.account SET must_change = false');
  });
  after(() => bench.close());

  const post = (path: string, body: object = {}, officer = TOP): Promise<Answer> =>
    bench.call('POST', `/api/v1${path}`, { officer, key: null, body });
  const get = async (path: string, officer = TOP): Promise<Record<string, unknown>[]> => {
    const answer = await bench.call('GET', `/api/v1${path}`, { officer });
    assert.equal(answer.status, 200, answer.text);
    return answer.json.items as Record<string, unknown>[];
  };
  const made = async (
    login: string,
    more: object = {},
    officer = TOP,
  ): Promise<{ no: number; secret: string }> => {
    const answer = await post('/accounts', { login, ...more }, officer);
    assert.equal(answer.status, 201, answer.text);
    const { account, secret } = answer.json as { account: { no: number }; secret: string };
    return { no: account.no, secret };
  };

  it('are made by an administrator, work, and end', async () => {
    const { no, secret } = await made('tva.hoa', { unit: UNIT.commune });
    assert.match(secret, /^[0-9a-z]{5}(-[0-9a-z]{5}){3}$/);
    const given = await post('/positions', { login: 'tva.hoa', role: 'counter', unit: UNIT.commune });
    assert.deepEqual(
      [given.status, given.json.code, given.json.account],
      [201, `counter-3@${UNIT.commune}`, no],
      given.text,
    );
    const position = given.json.code as string;
    await bench.database.app.query('UPDATE motcua.account SET must_change = false WHERE no = $1', [no]);
    const filed = await bench.call('POST', '/api/v1/dossiers', { officer: position, body: filing() });
    assert.equal(filed.status, 201, filed.text);

    assert.ok((await get('/accounts')).some((one) => one.login === 'tva.hoa'));
    assert.ok((await get('/positions')).some((one) => one.code === position && one.account === no));
    const token = await bench.tokens.of(position);
    const ended = await post(`/positions/${position}/end`);
    assert.deepEqual([ended.status, ended.json.until], [200, '2019-03-18'], ended.text);
    assertProblem(
      await bench.call('POST', '/api/v1/dossiers', { token, body: filing() }),
      403,
      'position_required',
    );

    assert.equal((await post(`/accounts/${no}/disable`)).status, 204);
    assertProblem(await bench.call('GET', '/api/v1/session', { token }), 401, 'session_ended');
    assertProblem(await post(`/accounts/${no}/password`), 409, 'account_disabled');
  });

  it('get a new first password, and a system a new secret, told once', async () => {
    const person = await made('tva.lan', { unit: UNIT.commune });
    const again = await post(`/accounts/${person.no}/password`);
    assert.equal(again.status, 200);
    assert.notEqual(again.json.secret, person.secret);
    const system = await made('sys.vnpost', { kind: 'system' });
    assert.ok(system.secret.length >= 43);
    for (const account of await get('/accounts')) assert.ok(!JSON.stringify(account).includes(system.secret));
    const stored = await bench.database.app.query(
      'SELECT t::text AS line FROM motcua.account t UNION SELECT e::text FROM motcua.account_event e',
    );
    for (const { line } of stored.rows as { line: string }[])
      assert.ok(!line.includes(system.secret) && !line.includes(person.secret));
  });

  it('of units that are not one’s own are out of reach, and look like none', async () => {
    const { no } = await made('tva.other', { unit: UNIT.otherCommune });
    for (const officer of [below]) {
      assert.ok(!(await get('/accounts', officer)).some((one) => one.login === 'tva.other'));
      assert.ok(
        !(await get('/positions', officer)).some((one) => (one.code as string).endsWith(UNIT.otherCommune)),
      );
      assertProblem(await post(`/accounts/${no}/disable`, {}, officer), 404, 'account_unknown');
      assertProblem(await post(`/accounts/${no}/password`, {}, officer), 404, 'account_unknown');
      assertProblem(
        await post('/accounts', { login: 'x.y', unit: UNIT.otherCommune }, officer),
        403,
        'unit_out_of_reach',
      );
      assertProblem(
        await post('/positions', { login: 'tva.other', role: 'counter', unit: UNIT.commune }, officer),
        404,
        'account_unknown',
      );
      assertProblem(
        await post(`/positions/head-1@${UNIT.otherCommune}/end`, {}, officer),
        403,
        'unit_out_of_reach',
      );
    }
    assertProblem(await post('/accounts/999999/disable'), 404, 'account_unknown');
    assertProblem(await post('/accounts/1;drop/disable'), 404, 'account_unknown');
  });

  it('cannot be given to oneself, nor a position where it does not fit', async () => {
    const own = (await get('/positions')).find((one) => one.code === TOP)!.account as number;
    assertProblem(
      await post('/positions', { login: TOP, role: 'head', unit: UNIT.commune }),
      403,
      'not_for_yourself',
    );
    assertProblem(await post(`/accounts/${own}/disable`), 403, 'not_for_yourself');
    await made('tva.mai', { unit: UNIT.commune });
    const give = (more: object): Promise<Answer> =>
      post('/positions', { login: 'tva.mai', role: 'counter', unit: UNIT.commune, ...more });
    assertProblem(await give({ role: 'king' }), 422, 'role_unknown', 'role');
    assertProblem(await give({ role: 'citizen' }), 422, 'role_unknown', 'role');
    assertProblem(await give({ role: 'system' }), 422, 'role_not_for_account', 'role');
    assertProblem(await give({ unit: '000.99.99.H59' }), 422, 'unit_unknown', 'unit');
    assertProblem(await give({ from: '2019-01-01' }), 422, 'position_past', 'from');
    assertProblem(await give({ from: '2019-05-01', until: '2019-04-01' }), 422, 'validity_empty', 'until');
    assertProblem(await give({ from: '2019-02-30' }), 400, 'day_not_understood', 'from');
    assertProblem(await post('/accounts', { login: 'tva.mai' }), 409, 'login_taken', 'login');
    assertProblem(await post('/accounts', { login: 'no spaces' }), 422, 'login_not_understood', 'login');
    assertProblem(await post('/accounts', { login: 'x', kind: 'god' }), 422, 'not_one_of', 'kind');
  });

  it('at a unit that has ended is not given', async () => {
    await bench.database.app.query(
      `UPDATE motcua.unit SET valid_until = '2019-06-01' WHERE agency_code = $1`,
      [UNIT.otherCommune],
    );
    await bench.identity.administration.givePosition(null, {
      login: 'tva.mai',
      role: 'counter',
      unit: UNIT.commune,
    });
    const answer = await post('/positions', {
      login: 'tva.other',
      role: 'counter',
      unit: UNIT.otherCommune,
      until: '2019-12-01',
    });
    assertProblem(answer, 422, 'unit_ended', 'unit');
  });
});
