import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  COUNTER,
  PORTAL,
  PROCEDURE,
  SPECIALIST,
  UNIT,
  assertProblem,
  filing,
  startBench,
  type Answer,
  type Bench,
} from './support.js';

describe('POST /dossiers', () => {
  let bench: Bench;
  const submit = (more: object = {}, officer = COUNTER): Promise<Answer> =>
    bench.call('POST', '/api/v1/dossiers', { officer, body: filing(more) });
  before(async () => {
    bench = await startBench();
  });
  after(() => bench.close());

  it('files a dossier and says where it is and at which version', async () => {
    const answer = await submit();
    assert.equal(answer.status, 201);
    const { code, version, state, step, event, occurredAt, dueAt } = answer.json;
    assert.match(code as string, /^000\.31\.01\.H59-190318-\d{4}$/);
    assert.deepEqual([version, state, step, event, dueAt], [1, 'submitted', null, 'submitted', null]);
    assert.equal(occurredAt, bench.clock.now());
    assert.equal(answer.headers.get('location'), `/api/v1/dossiers/${code as string}`);
    assert.equal(answer.headers.get('etag'), '"1"');
    assert.equal(answer.json.id, undefined);
    assert.equal((await bench.call('GET', answer.headers.get('location')!)).status, 200);
  });

  it('gives codes without gaps, whatever is refused in between', async () => {
    const first = Number((await bench.file()).slice(-4));
    assertProblem(await submit({ procedure: '9.999999' }), 422, 'unknown_procedure', 'procedure');
    assertProblem(await submit({ applicant: {} }), 422, 'field_required', 'applicant.name');
    assert.equal(Number((await bench.file()).slice(-4)), first + 1);
  });

  it('lets the portal file for any unit, and a counter for a unit that answers for the procedure', async () => {
    const online = await submit(
      { channel: 'online', competentUnit: UNIT.commune, receivingUnit: UNIT.otherCommune },
      PORTAL,
    );
    assert.equal(online.status, 201, online.text);
    assert.match(online.json.code as string, /^000\.31\.02\.H59-/, 'the code is the receiving counter’s');
    const joint = await submit({ procedure: PROCEDURE.joint, competentUnit: UNIT.department });
    assert.equal(joint.status, 201, joint.text);
  });

  it('names what it does not know', async () => {
    assertProblem(await submit({ procedure: 'x' }), 422, 'unknown_procedure', 'procedure');
    assertProblem(await submit({ competentUnit: '000.99.99.H59' }), 422, 'unknown_unit', 'competentUnit');
    assertProblem(
      await submit({ competentUnit: UNIT.commune, receivingUnit: '000.99.99.H59' }, PORTAL),
      422,
      'unknown_unit',
      'receivingUnit',
    );
    assertProblem(await submit({ procedure: PROCEDURE.joint }), 422, 'unit_not_competent', 'competentUnit');
    assertProblem(await submit({ channel: 'pigeon' }), 422, 'unknown_channel', 'channel');
    assertProblem(await submit({ returnBy: 'pigeon' }), 422, 'return_by_unknown', 'returnBy');
    assertProblem(await submit({ colour: 'red' }), 422, 'unknown_field', 'colour');
    assertProblem(
      await submit({ applicant: { name: '   ' } }),
      422,
      'applicant_name_missing',
      'applicant.name',
    );
  });

  it('takes the time from its own clock, never from the caller', async () => {
    for (const occurredAt of ['2019-03-01T00:00:00Z', '2099-01-01T00:00:00Z', 'yesterday', 7]) {
      assertProblem(await submit({ occurredAt }), 422, 'occurred_at_not_yours', 'occurredAt');
    }
  });

  it('is for counters, the post and the portal, each for its own', async () => {
    assertProblem(await submit({}, SPECIALIST), 403, 'not_your_position');
  });

  it('takes names as they are written, and only keeps out what nobody can type', async () => {
    for (const name of [
      'Nguyễn Thị Đào',
      'Thạch Sà Khươl',
      'ថាច់ សុខា',
      "O'Brien & Söhne <GmbH>",
      '陈',
      'x'.repeat(200),
    ]) {
      const code = await bench.file({ applicant: { name } });
      const { json } = await bench.call('GET', `/api/v1/dossiers/${code}`);
      assert.equal((json.applicant as { name: string }).name, name.normalize('NFC'));
    }
    for (const name of ['a\u0000', 'a\u0007b', 'a\u009fb', 'a\nb']) {
      assertProblem(await submit({ applicant: { name } }), 422, 'control_characters', 'applicant.name');
    }
    assertProblem(
      await submit({ applicant: { name: 'x'.repeat(100_000) } }),
      422,
      'text_too_long',
      'applicant.name',
    );
  });

  it('writes nothing of the applicant into the log', async () => {
    const code = await bench.file({
      applicant: {
        name: 'Tên Riêng',
        paperNumber: 'P-777',
        address: 'Ấp Riêng',
        phone: '0999',
        email: 'rieng@x.vn',
      },
    });
    const history = await bench.call('GET', `/api/v1/dossiers/${code}/history`);
    assert.doesNotMatch(history.text, /Riêng|P-777|0999|rieng/);
    const { rows } = await bench.database.app.query('SELECT data::text AS data FROM motcua.event');
    assert.ok(rows.length > 0);
    assert.doesNotMatch(JSON.stringify(rows), /Riêng|P-777|0999|rieng|Nguyễn/);
  });
});
