import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  COUNTER,
  HEAD,
  SPECIALIST,
  UNIT,
  assertProblem,
  startBench,
  type Answer,
  type Bench,
} from './support.js';

const OTHER = `counter-2@${UNIT.commune}`;
const SECOND = `specialist-2@${UNIT.commune}`;
const WEEK = { from: '2019-03-18', until: '2019-03-25' };

describe('delegation', () => {
  let bench: Bench;
  before(async () => {
    bench = await startBench();
  });
  after(() => bench.close());

  const delegate = (officer: string, to: string, days: object = WEEK): Promise<Answer> =>
    bench.call('POST', '/api/v1/delegations', { officer, key: null, body: { to, ...days } });
  const end = (officer: string, id: unknown): Promise<Answer> =>
    bench.call('POST', `/api/v1/delegations/${String(id)}/end`, { officer, key: null, body: {} });
  const as = (position: string): Record<string, string> => ({
    'x-motcua-position': position,
  });
  const sees = async (
    officer: string,
  ): Promise<{ delegation: number; position: { code: string }; by: string }[]> =>
    (await bench.call('GET', '/api/v1/session', { officer })).json.actsFor as never;

  it('lets a colleague act in one’s position, names both in the history, and ends early', async () => {
    const made = await delegate(HEAD, SPECIALIST);
    assert.deepEqual([made.status, made.json.position], [201, HEAD], made.text);
    const [own] = await sees(SPECIALIST);
    assert.deepEqual([own!.position.code, own!.by], [HEAD, SPECIALIST]);
    const headers = as(HEAD);
    assertProblem(
      await bench.call('GET', '/api/v1/dossiers', { officer: SPECIALIST }),
      403,
      'position_required',
    );
    assert.equal(
      (await bench.call('GET', '/api/v1/reports/backlog', { officer: SPECIALIST, headers })).status,
      200,
    );

    const code = await bench.file();
    await bench.act(code, 'receive');
    const started = await bench.call('POST', `/api/v1/dossiers/${code}/commands/startProcessing`, {
      officer: SPECIALIST,
      headers: as(HEAD),
      body: {},
    });
    assert.equal(started.status, 200, started.text);
    const history = await bench.call('GET', `/api/v1/dossiers/${code}/history`, { officer: HEAD });
    const [event] = (history.json.events as { officer: string; data: { by?: string } }[]).slice(-1);
    assert.deepEqual([event!.officer, event!.data.by], [HEAD, SPECIALIST]);

    assertProblem(await end(COUNTER, made.json.id), 404, 'delegation_unknown');
    assertProblem(await end(SPECIALIST, made.json.id), 403, 'position_required');
    assert.equal((await end(HEAD, made.json.id)).status, 204);
    assert.deepEqual(await sees(SPECIALIST), []);
    assertProblem(
      await bench.call('GET', '/api/v1/reports/backlog', { officer: SPECIALIST, headers }),
      403,
      'position_not_yours',
    );
    const [past] = (await bench.call('GET', '/api/v1/delegations', { officer: HEAD })).json.items as {
      endedAt: string;
    }[];
    assert.ok(past!.endedAt);
  });

  it('is refused in a circle, overlapping, to oneself, to nobody, and beyond what one has', async () => {
    assertProblem(await delegate(COUNTER, COUNTER), 422, 'delegation_to_oneself', 'to');
    assertProblem(await delegate(COUNTER, 'nobody'), 404, 'account_unknown', 'to');
    assertProblem(
      await delegate(COUNTER, `counter-1@${UNIT.otherCommune}`),
      422,
      'delegate_not_at_unit',
      'to',
    );
    assertProblem(
      await delegate(COUNTER, OTHER, { from: '2019-03-01', until: '2019-03-25' }),
      422,
      'delegation_past',
      'from',
    );
    assertProblem(
      await delegate(COUNTER, OTHER, { from: '2019-03-25', until: '2019-03-25' }),
      422,
      'validity_empty',
      'until',
    );
    assertProblem(
      await delegate(COUNTER, OTHER, { from: 'soon', until: '2019-03-25' }),
      400,
      'day_not_understood',
      'from',
    );
    assert.equal((await delegate(COUNTER, OTHER)).status, 201);
    assertProblem(
      await delegate(COUNTER, SECOND, { from: '2019-03-24', until: '2019-04-01' }),
      409,
      'delegation_overlaps',
      'from',
    );
    const circle = await bench.call('POST', '/api/v1/delegations', {
      officer: OTHER,
      headers: as(OTHER),
      body: { to: COUNTER, ...WEEK },
    });
    assertProblem(circle, 409, 'delegation_in_circle', 'to');
    const handedOn = await bench.call('POST', '/api/v1/delegations', {
      officer: OTHER,
      headers: as(COUNTER),
      body: { to: SECOND, from: '2019-04-01', until: '2019-04-08' },
    });
    assertProblem(handedOn, 403, 'position_not_yours', 'X-Motcua-Position');
    for (const id of ['0', '-1', 'x', '99999999999', '7'])
      assertProblem(await end(COUNTER, id), 404, 'delegation_unknown');
  });

  it('ends with its last day, and with the position', async () => {
    const officer = `head-1@${UNIT.district}`;
    const colleague = `specialist-1@${UNIT.district}`;
    assert.equal((await delegate(officer, colleague)).status, 201);
    assert.equal((await sees(colleague)).length, 1);
    await bench.identity.administration.endPosition(null, officer, '2019-03-20');
    bench.clock.moveTo('2019-03-19T16:59:00.000Z');
    assert.equal((await sees(colleague)).length, 1);
    bench.clock.moveTo('2019-03-19T17:00:00.000Z');
    assert.deepEqual(await sees(colleague), [], 'the position ended on this day');
    assert.equal((await sees(OTHER)).length, 1);
    bench.clock.moveTo('2019-03-24T17:00:00.000Z');
    assert.deepEqual(await sees(OTHER), [], 'its last day is over');
  });
});
