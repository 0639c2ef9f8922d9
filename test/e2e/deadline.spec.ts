import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { COUNTER, PROCEDURE, assertProblem, filing, startBench, type Bench } from './support.js';

describe('GET /dossiers/:code/deadline', () => {
  let bench: Bench;
  before(async () => {
    bench = await startBench();
  });
  after(() => bench.close());
  const deadline = async (code: string): Promise<Record<string, unknown>> => {
    const answer = await bench.call('GET', `/api/v1/dossiers/${code}/deadline`);
    assert.equal(answer.status, 200, answer.text);
    return answer.json;
  };

  it('has not started before the dossier is received', async () => {
    const view = await deadline(await bench.file());
    assert.deepEqual([view.status, view.dueAt, view.startedAt], ['notStarted', null, null]);
  });

  it('explains the due moment day by day', async () => {
    const code = await bench.file();
    const received = await bench.act(code, 'receive');
    const view = await deadline(code);
    // Three working days from Monday 18 March: Thursday, 17:00 at the offices.
    assert.deepEqual([view.status, view.dueAt, view.overdue], ['running', '2019-03-21T10:00:00.000Z', false]);
    assert.equal(received.json.dueAt, view.dueAt);
    const { days } = view.explained as { days: { date: string; counted: boolean }[] };
    assert.deepEqual(
      days.filter((day) => day.counted).map((day) => day.date),
      ['2019-03-19', '2019-03-20', '2019-03-21'],
    );
  });

  it('stands while the applicant owes something, and keeps what was left', async () => {
    const code = await bench.file();
    await bench.act(code, 'receive');
    await bench.act(code, 'requestSupplement', COUNTER, { reason: 'thiếu giấy' });
    const paused = await deadline(code);
    assert.deepEqual([paused.status, paused.dueAt], ['paused', null]);
    assert.ok((paused.remainingMinutes as number) > 0);
    await bench.act(code, 'supplement');
    const running = await deadline(code);
    assert.deepEqual([running.status, running.dueAt], ['running', '2019-03-21T10:00:00.000Z']);
    assert.equal((running.pauses as unknown[]).length, 1);
  });

  it('is unknown, with the reason, where the calendar ends; the dossier is received all the same', async () => {
    const late = await startBench();
    late.clock.moveTo('2026-11-02T03:00:00.000Z');
    const filed = await late.call('POST', '/api/v1/dossiers', {
      body: filing({ procedure: PROCEDURE.long }),
    });
    const code = filed.json.code as string;
    const received = await late.act(code, 'receive');
    assert.equal(received.json.dueAt, null);
    const view = (await late.call('GET', `/api/v1/dossiers/${code}/deadline`)).json;
    assert.deepEqual([view.status, view.dueAt], ['unknown', null]);
    assert.match(view.reason as string, /calendar_year_unknown|20\d\d/);
    await late.close();
  });

  it('refuses what it does not understand', async () => {
    assertProblem(await bench.call('GET', '/api/v1/dossiers/x/deadline'), 400, 'code_not_understood');
    const nobody = '/api/v1/dossiers/000.31.01.H59-190318-9999/deadline';
    assertProblem(await bench.call('GET', nobody), 404, 'unknown_dossier');
  });
});
