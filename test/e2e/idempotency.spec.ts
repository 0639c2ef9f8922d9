import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { COUNTER, UNIT, assertProblem, filing, startBench, type Answer, type Bench } from './support.js';

describe('Idempotency-Key', () => {
  let bench: Bench;
  const submit = (key: string | null, more: object = {}, on = bench, officer = COUNTER): Promise<Answer> =>
    on.call('POST', '/api/v1/dossiers', { key, officer, body: filing(more) });
  const dossiers = async (): Promise<number> => {
    const { rows } = await bench.database.app.query<{ n: number }>(
      'SELECT count(*)::int AS n FROM motcua.dossier',
    );
    return rows[0]!.n;
  };
  before(async () => {
    bench = await startBench();
  });
  after(() => bench.close());

  it('is required on every command', async () => {
    assertProblem(await submit(null), 400, 'idempotency_key_missing', 'Idempotency-Key');
    const code = await bench.file();
    const answer = await bench.call('POST', `/api/v1/dossiers/${code}/commands/receive`, { key: null });
    assertProblem(answer, 400, 'idempotency_key_missing', 'Idempotency-Key');
  });

  it('is refused when it is malformed', async () => {
    for (const key of ['"open', 'two words', 'x'.repeat(256)]) {
      assertProblem(await submit(key), 400, 'idempotency_key_malformed', 'Idempotency-Key');
    }
  });

  it('gives the first answer again, and says so', async () => {
    const first = await submit('"same"');
    const before = await dossiers();
    const again = await submit('same');
    assert.deepEqual([again.status, again.text], [201, first.text]);
    assert.equal(first.headers.get('idempotent-replayed'), null);
    assert.equal(again.headers.get('idempotent-replayed'), 'true');
    assert.equal(again.headers.get('location'), first.headers.get('location'));
    assert.equal(again.headers.get('etag'), first.headers.get('etag'));
    assert.equal(await dossiers(), before);
  });

  it('gives a refusal again as well, even when the command would be accepted by now', async () => {
    const code = await bench.file();
    const start = { key: 'early-start' };
    const path = `/api/v1/dossiers/${code}/commands/startProcessing`;
    const refused = await bench.call('POST', path, start);
    assertProblem(refused, 409, 'not_allowed_in_state');
    await bench.act(code, 'receive');
    const again = await bench.call('POST', path, start);
    assert.deepEqual([again.status, again.text], [409, refused.text]);
    assert.equal(again.headers.get('idempotent-replayed'), 'true');
    await bench.act(code, 'startProcessing');
  });

  it('is refused with another body, another command or another dossier', async () => {
    await submit('once');
    assertProblem(await submit('once', { channel: 'postal' }), 422, 'key_reused', 'Idempotency-Key');
    const [one, other] = [await bench.file(), await bench.file()];
    await bench.call('POST', `/api/v1/dossiers/${one}/commands/receive`, { key: 'k1' });
    for (const path of [`${one}/commands/withdraw`, `${other}/commands/receive`]) {
      assertProblem(await bench.call('POST', `/api/v1/dossiers/${path}`, { key: 'k1' }), 422, 'key_reused');
    }
  });

  it('does not mind the order in which fields are written', async () => {
    const body = filing() as Record<string, unknown>;
    const first = await bench.call('POST', '/api/v1/dossiers', { key: 'order', body });
    const turned = Object.fromEntries(Object.entries(body).reverse());
    const again = await bench.call('POST', '/api/v1/dossiers', { key: 'order', body: turned });
    assert.equal(again.text, first.text);
  });

  it('belongs to one officer: the same key of another is another key', async () => {
    const mine = await submit('shared');
    const theirs = await submit('shared', {}, bench, `counter-2@${UNIT.commune}`);
    assert.equal(theirs.status, 201);
    assert.notEqual(theirs.json.code, mine.json.code);
  });

  it('is known to another process, and after a restart', async () => {
    const first = await submit('everywhere');
    const other = await bench.another();
    const again = await submit('everywhere', {}, other);
    assert.equal(again.text, first.text);
    assert.equal(again.headers.get('idempotent-replayed'), 'true');
    assertProblem(await submit('everywhere', { channel: 'online' }, other), 422, 'key_reused');
    await other.close();
  });

  it('from twenty callers at once files one dossier; whoever comes too early is told to wait', async () => {
    const before = await dossiers();
    const answers = await Promise.all(Array.from({ length: 20 }, () => submit('crowd')));
    assert.equal(await dossiers(), before + 1);
    const codes = new Set(answers.filter((one) => one.status === 201).map((one) => one.json.code));
    assert.equal(codes.size, 1);
    for (const answer of answers) if (answer.status !== 201) assertProblem(answer, 409, 'key_in_flight');
  });

  it('from two processes at once files one dossier, and both are told of it', async () => {
    const other = await bench.another();
    for (let round = 0; round < 20; round++) {
      const [a, b] = await Promise.all([submit(`both-${round}`), submit(`both-${round}`, {}, other)]);
      assert.deepEqual([a.status, b.status, a.text], [201, 201, b.text]);
    }
    await other.close();
  });

  it('is not used up by what was never decided', async () => {
    assertProblem(await submit('later', { colour: 'red' }), 422, 'unknown_field');
    const unknown = '/api/v1/dossiers/000.31.01.H59-190318-9999/commands/receive';
    assertProblem(await bench.call('POST', unknown, { key: 'later' }), 404, 'unknown_dossier');
    assert.equal((await submit('later')).status, 201);
  });
});
