import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { fromMillis, toMillis } from '#libs/kernel';
import {
  COUNTER,
  HEAD,
  PROCEDURE,
  SPECIALIST,
  UNIT,
  assertProblem,
  filing,
  startBench,
  type Answer,
  type Bench,
} from '../e2e/support.js';
import { seat } from './ground.js';

const WEEK = { from: '2019-03-18', until: '2019-03-25' };
const SECOND = `specialist-2@${UNIT.commune}`;
const NEIGHBOUR = `counter-1@${UNIT.otherCommune}`;
const AUDITOR = `auditor-1@${UNIT.province}`;

describe('acting for another', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await startBench();
  });
  afterEach(() => bench.close());

  /** As `officer`, in `position`. */
  const as = (
    officer: string,
    position: string,
    method: string,
    path: string,
    body?: object,
  ): Promise<Answer> =>
    bench.call(method, `/api/v1${path}`, {
      officer,
      headers: { 'x-motcua-position': position },
      ...(body && { body }),
    });
  const command = (
    officer: string,
    position: string,
    code: string,
    name: string,
    body: object = {},
  ): Promise<Answer> => as(officer, position, 'POST', `/dossiers/${code}/commands/${name}`, body);
  const delegate = async (officer: string, to: string, days: object = WEEK): Promise<number> => {
    const made = await as(officer, officer, 'POST', '/delegations', { to, ...days });
    assert.equal(made.status, 201, made.text);
    return made.json.id as number;
  };
  /** Gives a position to the account that holds another. */
  const hold = async (position: string, other: string): Promise<void> => {
    await bench.database.app.query(
      'UPDATE motcua.officer SET account_no = (SELECT account_no FROM motcua.officer WHERE code = $2) WHERE code = $1',
      [position, other],
    );
    later(2);
  };
  const later = (seconds: number): void =>
    bench.clock.moveTo(fromMillis(toMillis(bench.clock.now()) + seconds * 1_000));
  const file = async (officer = COUNTER, position = officer, more: object = {}): Promise<string> => {
    const answer = await as(officer, position, 'POST', '/dossiers', filing(more));
    assert.equal(answer.status, 201, answer.text);
    return answer.json.code as string;
  };
  const atLastStep = async (): Promise<string> => {
    const code = await bench.file();
    await bench.act(code, 'receive');
    await bench.act(code, 'startProcessing');
    for (let step = 0; step < 2; step++) await bench.act(code, 'completeStep', SECOND);
    return code;
  };

  it('names both in every event and in every line of the access log', async () => {
    const code = await atLastStep();
    await delegate(HEAD, SPECIALIST);
    for (const [name, body] of [
      ['suspend', { reason: 'chờ' }],
      ['resume', {}],
      ['amend', { field: 'phone', value: '1' }],
      ['resolve', { outcome: 'approved' }],
    ] as const)
      assert.equal((await command(SPECIALIST, HEAD, code, name, body)).status, 200, name);
    const history = await as(SPECIALIST, HEAD, 'GET', `/dossiers/${code}/history`);
    const events = history.json.events as { officer: string; data: { by?: string } }[];
    for (const { officer, data } of events.slice(-4))
      assert.deepEqual([officer, data.by], [HEAD, SPECIALIST]);
    for (const { officer, data } of events.slice(0, -4))
      assert.deepEqual([officer === HEAD, data.by], [false, undefined]);
    await as(SPECIALIST, HEAD, 'GET', `/dossiers/${code}`);
    await as(SPECIALIST, HEAD, 'GET', '/dossiers');
    const person = bench.reference.units.officer(SPECIALIST)!.accountNo;
    for (const officer of [HEAD, SPECIALIST]) {
      const { json } = await bench.call('GET', `/api/v1/access-log?officer=${officer}`, { officer: AUDITOR });
      const lines = json.items as { officer: string; by: string; person: number; what: string }[];
      assert.deepEqual(
        lines.map(({ what }) => what),
        ['list', 'view', 'history'],
      );
      for (const line of lines)
        assert.deepEqual([line.officer, line.by, line.person], [HEAD, SPECIALIST, person]);
    }
  });

  it('stops at once when it is ended: reads, commands and batches', async () => {
    const code = await atLastStep();
    const id = await delegate(HEAD, SPECIALIST);
    assert.equal((await as(SPECIALIST, HEAD, 'GET', `/dossiers/${code}`)).status, 200);
    assert.equal((await as(HEAD, HEAD, 'POST', `/delegations/${id}/end`, {})).status, 204);
    await actsNoMore(SPECIALIST, HEAD, code, 'position_not_yours');
    assert.equal((await bench.call('GET', `/api/v1/dossiers/${code}`, { officer: SPECIALIST })).status, 200);
  });

  const actsNoMore = async (
    officer: string,
    position: string,
    code: string,
    problem: string,
  ): Promise<void> => {
    const answers = [
      await as(officer, position, 'GET', `/dossiers/${code}`),
      await as(officer, position, 'GET', '/dossiers'),
      await as(officer, position, 'POST', '/dossiers/search', { text: 'a' }),
      await command(officer, position, code, 'resolve', { outcome: 'approved' }),
      await as(officer, position, 'POST', '/commands', []),
      await as(officer, position, 'GET', '/reports/backlog'),
    ];
    for (const answer of answers) assertProblem(answer, 403, problem);
  };

  it('stops with its last day, to the second', async () => {
    const code = await atLastStep();
    await delegate(HEAD, SPECIALIST, { from: '2019-03-18', until: '2019-03-19' });
    bench.clock.moveTo('2019-03-18T16:59:57.000Z');
    assert.equal((await as(SPECIALIST, HEAD, 'GET', `/dossiers/${code}`)).status, 200);
    bench.clock.moveTo('2019-03-18T17:00:00.000Z');
    await actsNoMore(SPECIALIST, HEAD, code, 'position_not_yours');
  });

  it('stops with the position acted for, with the own one, and with the account of who is acted for', async () => {
    const code = await atLastStep();
    const { administration } = bench.identity;
    await delegate(HEAD, SPECIALIST);
    await administration.endPosition(null, HEAD, '2019-03-18');
    await actsNoMore(SPECIALIST, HEAD, code, 'position_not_yours');
    await actsNoMore(HEAD, HEAD, code, 'position_not_yours');

    await delegate(COUNTER, SECOND);
    assert.equal((await as(SECOND, COUNTER, 'GET', `/dossiers/${code}`)).status, 200);
    await administration.endPosition(null, SECOND, '2019-03-18');
    assertProblem(await as(SECOND, COUNTER, 'GET', `/dossiers/${code}`), 403, 'position_not_yours');

    const colleague = `counter-2@${UNIT.commune}`;
    await delegate(colleague, SPECIALIST);
    assert.equal((await as(SPECIALIST, colleague, 'GET', `/dossiers/${code}`)).status, 200);
    await administration.disableAccount(null, colleague);
    assertProblem(await as(SPECIALIST, colleague, 'GET', `/dossiers/${code}`), 403, 'position_not_yours');
    assertProblem(await as(colleague, colleague, 'GET', `/dossiers/${code}`), 401, 'session_ended');
  });

  it('sees what the position sees that is acted for, and not what one’s own does', async () => {
    // One person at two communes, who stands in for the head of the first.
    await hold(NEIGHBOUR, SPECIALIST);
    const here = await bench.file();
    const there = await file(SPECIALIST, NEIGHBOUR);
    await delegate(HEAD, SPECIALIST);
    const sees = async (position: string): Promise<string[]> => {
      const { json } = await as(SPECIALIST, position, 'GET', '/dossiers');
      return (json.items as { code: string }[]).map(({ code }) => code);
    };
    assert.deepEqual(await sees(HEAD), [here]);
    assert.deepEqual(await sees(SPECIALIST), [here]);
    assert.deepEqual(await sees(NEIGHBOUR), [there]);
    assertProblem(await as(SPECIALIST, HEAD, 'GET', `/dossiers/${there}`), 404, 'unknown_dossier');
    assertProblem(await command(SPECIALIST, HEAD, there, 'receive'), 404, 'unknown_dossier');
    assertProblem(await command(SPECIALIST, NEIGHBOUR, here, 'receive'), 404, 'unknown_dossier');
    assertProblem(await as(SPECIALIST, SPECIALIST, 'GET', '/reports/backlog'), 403, 'not_your_role');
    assert.equal((await as(SPECIALIST, HEAD, 'GET', '/reports/backlog')).status, 200);
    // Whoever acts for another has the other's rights then, and no more his own.
    assertProblem(await command(SPECIALIST, HEAD, here, 'receive'), 403, 'not_your_position');
  });

  it('does not resolve what one received oneself, nor what the other received', async () => {
    // Received in a position of one's own, to be resolved for the head.
    await hold(COUNTER, SPECIALIST);
    const code = await file(SPECIALIST, COUNTER);
    assert.equal((await command(SPECIALIST, COUNTER, code, 'receive')).status, 200);
    assert.equal((await command(SPECIALIST, COUNTER, code, 'startProcessing')).status, 200);
    for (let step = 0; step < 2; step++) await bench.act(code, 'completeStep', SECOND);
    await delegate(HEAD, SPECIALIST);
    const resolve = { outcome: 'approved' };
    assertProblem(await command(SPECIALIST, HEAD, code, 'resolve', resolve), 403, 'separation_of_duties');
    const actions = await as(SPECIALIST, HEAD, 'GET', `/dossiers/${code}/actions`);
    const why = (actions.json.notYet as { command: string; because: string }[]).find(
      (one) => one.command === 'resolve',
    );
    assert.equal(why?.because, 'separation_of_duties');
    assert.ok(!(actions.json.allowed as string[]).includes('resolve'));
    const batch = [{ command: 'resolve', code, key: 'k', payload: resolve }];
    const { json } = await as(SPECIALIST, HEAD, 'POST', '/commands', batch);
    assert.equal((json.answers as { status: number }[])[0]!.status, 403);
    assert.equal((await command(HEAD, HEAD, code, 'resolve', resolve)).status, 200);
  });

  it('does not resolve for whom has received it, either', async () => {
    // The head took it in, at the counter; the colleague who stands in for the head is as the head.
    await hold(COUNTER, HEAD);
    const code = await file(HEAD, COUNTER);
    assert.equal((await command(HEAD, COUNTER, code, 'receive')).status, 200);
    assert.equal((await command(HEAD, COUNTER, code, 'startProcessing')).status, 200);
    for (let step = 0; step < 2; step++) await bench.act(code, 'completeStep', SECOND);
    await delegate(HEAD, SPECIALIST);
    assertProblem(
      await command(SPECIALIST, HEAD, code, 'resolve', { outcome: 'approved' }),
      403,
      'separation_of_duties',
    );
    assertProblem(
      await command(HEAD, HEAD, code, 'resolve', { outcome: 'approved' }),
      403,
      'separation_of_duties',
    );
    const second = `head-2@${UNIT.commune}`;
    await bench.identity.administration.createAccount(null, {
      login: 'pho',
      kind: 'person',
      unit: UNIT.commune,
    });
    const given = await bench.identity.administration.givePosition(null, {
      login: 'pho',
      role: 'head',
      unit: UNIT.commune,
    });
    assert.equal(given.code, second);
    await bench.database.app.query(`UPDATE motcua.account SET must_change = false WHERE login = 'pho'`);
    assert.equal((await command(second, second, code, 'resolve', { outcome: 'approved' })).status, 200);
  });

  it('what was received for another was received by who did it: neither then resolves or sends it off in turn', async () => {
    const code = await file(COUNTER, COUNTER, { procedure: PROCEDURE.copy });
    await delegate(COUNTER, SPECIALIST);
    assert.equal((await command(SPECIALIST, COUNTER, code, 'receive')).status, 200);
    assert.equal((await command(SPECIALIST, COUNTER, code, 'startProcessing')).status, 200);
    assertProblem(
      await command(SPECIALIST, SPECIALIST, code, 'resolve', { outcome: 'approved' }),
      403,
      'separation_of_duties',
    );
    await bench.act(code, 'resolve', SECOND, { outcome: 'approved' });
    // Who resolved it stands in for the counter, and would offer it there.
    const colleague = `counter-2@${UNIT.commune}`;
    await delegate(colleague, SECOND);
    assertProblem(await command(SECOND, colleague, code, 'offerAtCounter'), 403, 'separation_of_duties');
    assertProblem(
      await command(SECOND, colleague, code, 'handToPost', { itemNumber: 'RA473124829VN' }),
      403,
      'separation_of_duties',
    );
    assert.equal((await command(colleague, colleague, code, 'offerAtCounter')).status, 200);
  });

  it('is not for administrators, auditors and supervisors: those positions are not handed on, and none is had by handing on', async () => {
    const administrator = await seat(bench, 'administrator', UNIT.commune);
    assertProblem(
      await as(administrator, administrator, 'POST', '/delegations', { to: HEAD, ...WEEK }),
      403,
      'not_your_role',
    );
    await delegate(HEAD, administrator);
    // The administrator acts for the head; as the head nobody is given anything, and to himself nothing as administrator.
    assertProblem(
      await as(administrator, HEAD, 'POST', '/positions', {
        login: SPECIALIST,
        role: 'head',
        unit: UNIT.commune,
      }),
      403,
      'not_your_role',
    );
    assertProblem(
      await as(administrator, administrator, 'POST', '/positions', {
        login: administrator,
        role: 'head',
        unit: UNIT.commune,
      }),
      403,
      'not_for_yourself',
    );
    assertProblem(await as(administrator, administrator, 'GET', '/dossiers'), 403, 'not_your_role');
  });
});
