import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  COUNTER,
  HEAD,
  SPECIALIST,
  UNIT,
  assertProblem,
  filing,
  startBench,
  type Answer,
  type Bench,
} from './support.js';

interface NotYet {
  command: string;
  because: string;
  detail: string;
}

describe('GET /dossiers/:code/actions', () => {
  let bench: Bench;
  let code: string;
  const actions = (officer = COUNTER, headers: Record<string, string> = {}): Promise<Answer> =>
    bench.call('GET', `/api/v1/dossiers/${code}/actions`, { officer, headers });
  before(async () => {
    bench = await startBench();
    code = await bench.file();
  });
  after(() => bench.close());

  it('lists what this officer may do, and why not the rest, in words', async () => {
    const { json, headers } = await actions(COUNTER, { 'accept-language': 'en' });
    assert.deepEqual([json.state, json.step, json.version], ['submitted', null, 1]);
    assert.ok((json.allowed as string[]).includes('receive'));
    const why = (json.notYet as NotYet[]).find((one) => one.command === 'resolve');
    assert.deepEqual(why, {
      command: 'resolve',
      because: 'not_received_yet',
      detail: 'The dossier has not been received yet.',
    });
    assert.equal(headers.get('etag'), '"1"');
  });

  it('differs by position and by unit', async () => {
    const notYet = async (officer: string): Promise<string | undefined> =>
      ((await actions(officer)).json.notYet as NotYet[]).find((one) => one.command === 'receive')?.because;
    assert.equal(await notYet(SPECIALIST), 'not_your_position');
    assert.equal(await notYet(HEAD), 'not_your_position');
  });

  it('differs by unit, for those who see the dossier; to the others it is not there', async () => {
    const elsewhere = `counter-1@${UNIT.otherCommune}`;
    assertProblem(await actions(elsewhere), 404, 'unknown_dossier');
    const filed = await bench.call('POST', '/api/v1/dossiers', {
      officer: elsewhere,
      body: filing({ competentUnit: UNIT.commune }),
    });
    const path = `/api/v1/dossiers/${String(filed.json.code)}/actions`;
    const { json } = await bench.call('GET', path, { officer: COUNTER });
    const why = (json.notYet as NotYet[]).find((one) => one.command === 'receive');
    assert.equal(
      why?.because,
      'not_your_unit',
      'whoever answers for it does not receive what another counter took in',
    );
    assert.ok((json.allowed as string[]).includes('amend'));
  });

  it('promises nothing that the server would then refuse', async () => {
    const allowed = (await actions()).json.allowed as string[];
    assert.ok(allowed.length > 3);
    const bodies: Record<string, object> = {
      refuse: { reason: 'x' },
      amend: { field: 'phone', value: '1' },
      requestSupplement: { reason: 'x' },
    };
    for (const command of allowed) {
      const fresh = await bench.file();
      await bench.act(fresh, command, COUNTER, bodies[command] ?? {});
    }
  });

  it('refuses what it does not understand', async () => {
    assertProblem(await bench.call('GET', '/api/v1/dossiers/x/actions'), 400, 'code_not_understood');
    assertProblem(await bench.call('GET', `/api/v1/dossiers/${code}/actions?a=1`), 400, 'unknown_field', 'a');
    const nobody = '/api/v1/dossiers/000.31.01.H59-190318-9999/actions';
    assertProblem(await bench.call('GET', nobody), 404, 'unknown_dossier');
  });
});
