import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { DEFAULT_LIMITS, NO_LIMITS } from '../../apps/api/index.js';
import { findRedis, startRedis } from '../support/redis.js';
import { assertProblem, startBench, type Answer, type Bench } from './support.js';

describe('who asks too often', () => {
  let bench: Bench;
  let now = 0;
  const limits = (more: object) => ({ limits: { ...NO_LIMITS, now: () => now, ...more } });
  const ask = (on: Bench, headers: Record<string, string> = {}): Promise<Answer> =>
    on.call('GET', '/api/v1/units', { officer: null, headers });
  const told = ({ headers }: Answer): (string | null)[] =>
    ['limit', 'remaining', 'reset'].map((name) => headers.get(`ratelimit-${name}`));
  before(async () => {
    bench = await startBench();
  });
  after(() => bench.close());

  it('is told to wait, and how long, in the reader’s language; waiting so long is enough', async () => {
    const strict = await bench.another(limits({ address: { burst: 2, perSecond: 0.1 } }));
    assert.deepEqual(told(await ask(strict)), ['2', '1', '10']);
    assert.deepEqual(told(await ask(strict)), ['2', '0', '20']);
    for (const [language, words] of [
      ['en', /again in 10 seconds/],
      ['vi', /sau 10 giây/],
      ['km', /10 វិនាទី/],
    ] as const) {
      const answer = await ask(strict, { 'accept-language': language });
      const problem = assertProblem(answer, 429, 'rate_limited');
      assert.match(String(problem.detail), words);
      assert.equal(answer.headers.get('retry-after'), '10');
      assert.deepEqual(told(answer), ['2', '0', '10']);
    }
    // An address that does not exist is no way around it.
    assertProblem(await strict.call('GET', '/nowhere'), 429, 'rate_limited');
    now += 10_000;
    assert.equal((await ask(strict)).status, 200);
    await strict.close();
  });

  it('is counted by token or session, whatever the address; one does not use up another’s', async () => {
    const strict = await bench.another(limits({ account: { burst: 1, perSecond: 1 } }));
    const bearer = (token: string) => ask(strict, { authorization: `Bearer ${token}` });
    const session = (token: string) => ask(strict, { cookie: `__Host-motcua=${token}` });
    assert.equal((await bearer('one')).status, 200);
    assertProblem(await bearer('one'), 429, 'rate_limited');
    assert.equal((await session('two')).status, 200);
    assertProblem(await session('two'), 429, 'rate_limited');
    assert.equal((await bearer('three')).status, 200);
    assert.equal((await ask(strict)).status, 200);
    await strict.close();
  });

  it('is counted by the key that sign-in gives, when it gives one', async () => {
    const accountOf = ({ headers }: { headers: Record<string, unknown> }) => headers['x-account'] as string;
    const strict = await bench.another(limits({ account: { burst: 1, perSecond: 1 }, accountOf }));
    assert.equal((await ask(strict, { 'x-account': '7', authorization: 'Bearer a' })).status, 200);
    assertProblem(await ask(strict, { 'x-account': '7', authorization: 'Bearer b' }), 429, 'rate_limited');
    await strict.close();
  });

  it('is who connects: another address is believed only of a proxy that is named', async () => {
    const one = { address: { burst: 1, perSecond: 1 } };
    const from = (on: Bench, address: string) => ask(on, { 'x-forwarded-for': address });
    const open = await bench.another(limits(one));
    assert.equal((await from(open, '203.0.113.1')).status, 200);
    assertProblem(await from(open, '203.0.113.2'), 429, 'rate_limited');
    await open.close();
    const config = { host: '127.0.0.1', trustProxy: ['127.0.0.0/8', '10.0.0.1'] };
    const behind = await bench.another({ ...limits(one), config });
    assert.equal((await from(behind, '203.0.113.1')).status, 200);
    assert.equal((await from(behind, '203.0.113.2')).status, 200);
    assertProblem(await from(behind, '203.0.113.2, 10.0.0.1'), 429, 'rate_limited');
    // What the client itself wrote stands before what the proxy added, and is not believed.
    assertProblem(await from(behind, '198.51.100.9, 203.0.113.2'), 429, 'rate_limited');
    await behind.close();
  });

  it('by default an officer’s day is far below, and a script that runs wild is not', () => {
    const { address, account, signIn, lookup } = DEFAULT_LIMITS;
    assert.ok(account.perSecond >= 10 && address.burst > account.burst);
    assert.ok(signIn.perSecond <= 1 && lookup.perSecond <= 1);
  });
});

const redisServer = findRedis();
describe('with Redis', { skip: redisServer === null && !process.env.MOTCUA_DEMAND_REDIS }, () => {
  it('several processes count attempts to guess together, and each alone when it is away', async () => {
    const redis = await startRedis(redisServer!);
    const { SharedRates } = await import('../../apps/api/http/rate-shared.js');
    const [a, b] = [1, 2].map(() => new SharedRates(redis.url, () => {}));
    const rate = { burst: 2, perSecond: 0.01 };
    try {
      await Promise.all([a!, b!].map((one) => new Promise<void>((resolve) => one.onReady(resolve))));
      const first = await a!.take('signIn', '203.0.113.1', rate);
      assert.deepEqual([first.allowed, first.limit, first.remaining], [true, 2, 1]);
      assert.equal((await b!.take('signIn', '203.0.113.1', rate)).allowed, true);
      const third = await a!.take('signIn', '203.0.113.1', rate);
      assert.equal(third.allowed, false);
      assert.ok(third.seconds > 90 && third.seconds <= 100);
      assert.equal((await b!.take('lookup', '203.0.113.1', rate)).allowed, true);
      assert.equal((await b!.take('signIn', '203.0.113.2', rate)).allowed, true);
      await redis.stop();
      await assert.rejects(a!.take('signIn', '203.0.113.3', rate));
    } finally {
      a!.close();
      b!.close();
      await redis.stop();
    }
  });
});

describe('a connection that does not finish what it began', () => {
  it('is answered 408 and closed: headers and bodies that drip are not waited for', async () => {
    const bench = await startBench();
    const hasty = await bench.another({ limits: { ...NO_LIMITS, headersMs: 50, requestMs: 100 } });
    const port = Number(new URL(hasty.url).port);
    for (const begun of [
      'GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Slow: ',
      'POST /api/v1/lookup HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{',
    ]) {
      const socket = connect(port, '127.0.0.1', () => socket.write(begun));
      let answer = '';
      socket.on('data', (data) => (answer += data.toString()));
      await once(socket, 'close');
      assert.match(answer, /^HTTP\/1\.1 408 .*request_timeout/s, begun);
    }
    await hasty.close();
    await bench.close();
  });
});
