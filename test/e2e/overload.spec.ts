import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect as dial } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { connect } from '#libs/database';
import { assertProblem, filing, startBench, type Answer, type Bench } from './support.js';

const MANY = 400;
const known = { key: 'known-before', body: filing() };

// The limit is for a door that stays open: whoever came in would wait for ever behind the jam.
describe('when more comes than can be done', { timeout: 60_000 }, () => {
  let bench: Bench;
  let jam: Awaited<ReturnType<typeof connect>>;
  let first: Answer;
  let crowd: Promise<Answer[]>;
  const submit = (key: string): Promise<Answer> =>
    bench.call('POST', '/api/v1/dossiers', { key, body: filing() });
  const dossiers = async (): Promise<number> =>
    (await bench.database.app.query<{ n: number }>('SELECT count(*)::int AS n FROM motcua.dossier')).rows[0]!
      .n;

  before(async () => {
    bench = await startBench();
    first = await bench.call('POST', '/api/v1/dossiers', known);
    // Nothing is committed while somebody holds the table: what is taken in waits.
    jam = await connect(bench.database.ownerUrl);
    await jam.query('BEGIN; LOCK TABLE motcua.dossier IN EXCLUSIVE MODE');
    const list = (from: string) => ({
      key: null,
      body: Array.from({ length: MANY }, (_, at) => ({
        command: 'submit',
        key: `${from}-${at}`,
        payload: filing(),
      })),
    });
    crowd = Promise.all(['a', 'b'].map((from) => bench.call('POST', '/api/v1/commands', list(from))));
    while (bench.engine.depth < 2 * MANY) await new Promise((resolve) => setImmediate(resolve));
  });
  after(async () => {
    await jam.end();
    await bench.close();
  });

  it('a command is told to come back, in the reader’s language', async () => {
    const answer = await bench.call('POST', '/api/v1/dossiers', {
      body: filing(),
      headers: { 'accept-language': 'en' },
    });
    const problem = assertProblem(answer, 429, 'queue_full');
    assert.equal(problem.instance, '/api/v1/dossiers');
    assert.match(problem.detail as string, /too many commands are waiting/i);
    assert.equal(answer.headers.get('retry-after'), '1');
    assert.equal(answer.headers.get('content-language'), 'en');
    assert.equal(answer.headers.get('cache-control'), 'no-store');
    assert.equal(answer.headers.get('x-content-type-options'), 'nosniff');
  });

  it('it is told so before its body has come', async () => {
    const socket = dial(Number(new URL(bench.url).port), '127.0.0.1');
    socket.write(
      'POST /api/v1/dossiers HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n{',
    );
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    assert.match(chunk.toString(), /^HTTP\/1\.1 429 /);
    socket.destroy();
  });

  it('no check is made before: what is wrong with a command is told when there is room', async () => {
    const call = { officer: null, key: null, raw: '{' };
    assertProblem(await bench.call('POST', '/api/v1/commands', call), 429, 'queue_full');
  });

  it('a page of another site learns nothing, not even this', async () => {
    const foreign = dial(Number(new URL(bench.url).port), '127.0.0.1');
    foreign.write('POST /api/v1/dossiers HTTP/1.1\r\nHost: example.com\r\nContent-Length: 0\r\n\r\n');
    const [chunk] = (await once(foreign, 'data')) as [Buffer];
    assert.match(chunk.toString(), /^HTTP\/1\.1 421 /);
    foreign.destroy();
  });

  it('who only reads is answered, and the metrics tell of it', async () => {
    assert.equal((await bench.call('GET', `/api/v1/dossiers/${first.json.code as string}`)).status, 200);
    const { text } = await bench.call('GET', '/metrics', { officer: null });
    assert.match(text, new RegExp(`motcua_queue_depth ${2 * MANY}\n`));
    assert.match(text, /motcua_turned_away_total [1-9]/);
  });

  it('a repeat is turned away like any other; what it repeats stands', async () => {
    assertProblem(await bench.call('POST', '/api/v1/dossiers', known), 429, 'queue_full');
    assertProblem(await submit('a-7'), 429, 'queue_full');
  });

  it('all that was taken in is done once there is room, and nothing of what was turned away', async () => {
    assertProblem(await submit('later'), 429, 'queue_full');
    await jam.query('ROLLBACK');
    for (const { json } of await crowd) {
      const answers = json.answers as { status: number }[];
      assert.deepEqual([answers.length, answers.every((one) => one.status === 201)], [MANY, true]);
    }
    assert.equal(await dossiers(), 1 + 2 * MANY);
  });

  it('then the same keys get their answers: the first one for what was known, a new one for the rest', async () => {
    const repeat = await bench.call('POST', '/api/v1/dossiers', known);
    assert.deepEqual([repeat.status, repeat.text], [201, first.text]);
    assert.equal(repeat.headers.get('idempotent-replayed'), 'true');
    assert.equal((await submit('a-7')).headers.get('idempotent-replayed'), 'true');
    const later = await submit('later');
    assert.deepEqual([later.status, later.headers.get('idempotent-replayed')], [201, null]);
  });
});
