import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { COUNTER, assertProblem, filing, startBench, type Bench } from './support.js';

interface One {
  index: number;
  status: number;
  headers: Record<string, string>;
  body: Record<string, unknown>;
}

describe('POST /commands', () => {
  let bench: Bench;
  const many = async (items: unknown, headers: Record<string, string> = {}): Promise<One[]> => {
    const answer = await bench.call('POST', '/api/v1/commands', { key: null, body: items, headers });
    assert.equal(answer.status, 200, answer.text);
    return answer.json.answers as One[];
  };
  before(async () => {
    bench = await startBench();
  });
  after(() => bench.close());

  it('files five hundred dossiers at once, with codes without gaps', async () => {
    const answers = await many(
      Array.from({ length: 500 }, (_, i) => ({ command: 'submit', key: `s-${i}`, payload: filing() })),
    );
    assert.ok(answers.every((one, i) => one.status === 201 && one.index === i));
    const numbers = answers
      .map((one) => Number((one.body.code as string).split('-')[2]))
      .sort((a, b) => a - b);
    assert.deepEqual(
      numbers,
      Array.from({ length: 500 }, (_, i) => i + 1),
    );
    const received = await many(
      answers.map((one, i) => ({ command: 'receive', code: one.body.code, key: `r-${i}`, ifMatch: '"1"' })),
    );
    assert.ok(received.every((one) => one.status === 200 && one.headers.ETag === '"2"'));
  });

  it('answers each on its own: one that is refused keeps no other back', async () => {
    const code = await bench.file();
    const answers = await many([
      { command: 'receive', code, key: 'b-0' },
      { command: 'resolve', code, key: 'b-1', payload: { outcome: 'approved' } },
      { command: 'receive', code: '000.31.01.H59-190318-9999', key: 'b-2' },
      { command: 'receive', code: 'nonsense', key: 'b-3' },
      { command: 'xstate.init', code, key: 'b-4' },
      { command: 'startProcessing', code, key: 'b-5', ifMatch: 1 },
      { command: 'refuse', code, key: 'b-6' },
      { command: 'receive', code },
      'receive',
      null,
      { command: 'submit', key: 'b-7', payload: { ...filing(), applicant: { name: 'A\u0000' } } },
      { command: 'submit', key: 'b-8', code, payload: filing() },
      { command: 'startProcessing', key: 'b-9' },
      { command: 'startProcessing', code, key: 'b-10', colour: 'red' },
      { command: 'startProcessing', code, key: 'b-11', occurredAt: '2019-01-01T00:00:00Z' },
      { command: 'startProcessing', code, key: 'b-12' },
      { command: 'submit', key: 'b-13', payload: filing({ procedure: 'x' }) },
      { command: 'startProcessing', code, key: 'b-0' },
    ]);
    assert.deepEqual(
      answers.map((one) => [one.status, one.body.code, one.body.field]),
      [
        [200, code, undefined],
        [409, 'not_allowed_in_state', undefined],
        [404, 'unknown_dossier', 'code'],
        [400, 'code_not_understood', 'code'],
        [404, 'unknown_command', 'command'],
        [412, 'stale_version', 'ifMatch'],
        [422, 'field_required', 'payload.reason'],
        [400, 'idempotency_key_missing', 'key'],
        [422, 'field_not_understood', ''],
        [422, 'field_not_understood', ''],
        [422, 'control_characters', 'payload.applicant.name'],
        [422, 'unknown_field', 'code'],
        [422, 'field_required', 'code'],
        [422, 'unknown_field', 'colour'],
        [422, 'occurred_at_not_yours', 'occurredAt'],
        [200, code, undefined],
        [422, 'unknown_procedure', 'payload.procedure'],
        [409, 'key_in_flight', 'key'],
      ],
    );
  });

  it('does several commands of one dossier in the order in which they stand', async () => {
    const code = await bench.file();
    const answers = await many([
      { command: 'receive', code, key: 'o-0' },
      { command: 'requestSupplement', code, key: 'o-1', payload: { reason: 'thiếu giấy' } },
      { command: 'supplement', code, key: 'o-2' },
      { command: 'startProcessing', code, key: 'o-3' },
    ]);
    assert.deepEqual(
      answers.map((one) => [one.status, one.body.state, one.body.version]),
      [
        [200, 'received', 2],
        [200, 'awaitingSupplement', 3],
        [200, 'received', 4],
        [200, 'processing', 5],
      ],
    );
  });

  it('sent again gives the same answers again, each marked', async () => {
    const items = [
      { command: 'submit', key: 'again', payload: filing() },
      { command: 'submit', key: 'again-bad', payload: filing({ procedure: 'x' }) },
    ];
    const [first, again] = [await many(items), await many(items)];
    assert.deepEqual(
      again.map((one) => one.body),
      first.map((one) => one.body),
    );
    assert.ok(again.every((one) => one.headers['Idempotent-Replayed'] === 'true'));
    assert.ok(first.every((one) => one.headers['Idempotent-Replayed'] === undefined));
  });

  it('speaks the reader’s language in each answer', async () => {
    const [vi] = await many([{ command: 'fly', key: 'l' }]);
    const [en] = await many([{ command: 'fly', key: 'l' }], { 'accept-language': 'en' });
    assert.equal(vi!.body.title, 'Không có lệnh này.');
    assert.equal(en!.body.title, 'There is no such command.');
  });

  it('takes no more than five hundred, and nothing but a list', async () => {
    const tooMany = Array.from({ length: 501 }, (_, i) => ({
      command: 'submit',
      key: `t-${i}`,
      payload: filing(),
    }));
    const call = (body: unknown, officer: string | null = COUNTER) =>
      bench.call('POST', '/api/v1/commands', { key: null, officer, body });
    assertProblem(await call(tooMany), 422, 'list_too_long');
    assertProblem(await call({ command: 'submit' }), 422, 'field_not_understood');
    assertProblem(await call([], null), 401, 'not_signed_in');
    assert.deepEqual(await many([]), []);
  });

  it('tells those that found no room to come back, and takes the rest', async () => {
    const small = await bench.another({}, { maxWaiting: 50 });
    const items = Array.from({ length: 200 }, (_, i) => ({
      command: 'submit',
      key: `q-${i}`,
      payload: filing(),
    }));
    const answer = await small.call('POST', '/api/v1/commands', { key: null, body: items });
    const answers = answer.json.answers as One[];
    const turnedAway = answers.filter((one) => one.status === 429);
    assert.ok(turnedAway.length > 0 && turnedAway.length < 200);
    assert.ok(
      turnedAway.every((one) => one.body.code === 'queue_full' && one.headers['Retry-After'] === '1'),
    );
    assert.equal(answers.filter((one) => one.status === 201).length, 200 - turnedAway.length);
    const rest = turnedAway.slice(0, 40).map((one) => items[one.index]);
    const second = (await small.call('POST', '/api/v1/commands', { key: null, body: rest })).json
      .answers as One[];
    assert.ok(second.every((one) => one.status === 201 && one.headers['Idempotent-Replayed'] === undefined));
    await small.close();
  });
});
