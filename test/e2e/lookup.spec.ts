import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { fromMillis, toMillis } from '#libs/kernel';
import {
  PORTAL,
  SPECIALIST,
  UNIT,
  assertProblem,
  filing,
  startBench,
  type Answer,
  type Bench,
} from './support.js';

/** What must never come out: nobody else is called so. */
const MARKED = {
  name: 'Thạch Thị Bí Mật',
  paperNumber: '084199777001',
  address: 'số 1 đường Không Ai Biết',
  phone: '0912777001',
  email: 'bi.mat@example.vn',
};

describe('POST /lookup', () => {
  let bench: Bench;
  let code: string;
  let secret: string;
  before(async () => {
    bench = await startBench();
    const filed = await bench.call('POST', '/api/v1/dossiers', { body: filing({ applicant: MARKED }) });
    assert.equal(filed.status, 201, filed.text);
    ({ code, receiptSecret: secret } = filed.json as { code: string; receiptSecret: string });
  });
  after(() => bench.close());

  const ask = (body: unknown, on = bench): Promise<Answer> =>
    on.call('POST', '/api/v1/lookup', { officer: null, key: null, body });
  const later = (ms: number): void => bench.clock.moveTo(fromMillis(toMillis(bench.clock.now()) + ms));

  it('tells whoever has the receipt what became of the dossier', async () => {
    assert.match(secret, /^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{5}$/);
    const { status, json, text } = await ask({ code, secret });
    assert.equal(status, 200, text);
    assert.deepEqual(
      [json.code, json.state, json.nationalStatus, json.dueAt, json.overdue, json.nextAction],
      [code, 'submitted', 1, null, false, null],
    );
    assert.deepEqual(json.currentUnit, { code: UNIT.commune, name: 'Xã Đầm Sen' });
    assert.deepEqual(Object.keys(json.procedure as object), ['code', 'name']);
    await bench.act(code, 'receive');
    const received = (await ask({ code, secret })).json;
    assert.deepEqual([received.state, typeof received.dueAt], ['received', 'string']);
    await bench.act(code, 'requestSupplement', SPECIALIST, { reason: 'thiếu ảnh' });
    const waiting = (await ask({ code, secret })).json;
    assert.deepEqual(
      [waiting.state, waiting.nextAction, waiting.dueAt],
      ['awaitingSupplement', 'supplement', null],
    );
  });

  it('reads the secret however a person copies it', async () => {
    for (const copy of [
      secret.toLowerCase(),
      secret.replaceAll('-', ''),
      secret.replaceAll('-', ' '),
      ` ${secret} `,
      secret.replaceAll('0', 'O').replaceAll('1', 'l'),
    ]) {
      assert.equal((await ask({ code: ` ${code.toLowerCase()} `, secret: copy })).status, 200, copy);
    }
  });

  it('has one answer for a wrong code, a wrong secret and what is neither', async () => {
    const other = await bench.call('POST', '/api/v1/dossiers', { body: filing() });
    const wrong = [
      { code, secret: other.json.receiptSecret },
      { code: other.json.code, secret },
      { code, secret: secret.slice(0, -1) },
      { code, secret: `${secret}0` },
      { code, secret: '?' },
      { code: '000.31.01.H59-190318-9999', secret },
      { code: 'nothing', secret },
      { code: "' OR 1=1 --", secret: "' OR 1=1 --" },
    ];
    const answers = [];
    for (const body of wrong) answers.push(await ask(body));
    for (const answer of answers) {
      assertProblem(answer, 404, 'lookup_unknown');
      assert.equal(answer.text, answers[0]!.text);
    }
  });

  it('asks the database the same, whatever is wrong', async () => {
    const asked: string[] = [];
    const spied = await bench.another({
      pool: new Proxy(bench.database.app, {
        get: (pool, name) => {
          if (name !== 'query') return Reflect.get(pool, name) as unknown;
          return (config: { text: string }) => {
            asked.push(config.text);
            return pool.query(config);
          };
        },
      }),
    });
    await ask({ code, secret: 'wrong' }, spied);
    await ask({ code: '000.31.01.H59-190318-9999', secret }, spied);
    await ask({ code, secret }, spied);
    assert.equal(asked.length, 3);
    assert.equal(new Set(asked).size, 1);
    assert.doesNotMatch(asked[0]!, /party/);
    await spied.close();
  });

  it('never tells personal data, not even the applicant’s own', async () => {
    for (const answer of [
      await ask({ code, secret }),
      await ask({ code, secret: MARKED.name }),
      await ask({ code: MARKED.paperNumber, secret }),
    ]) {
      for (const value of Object.values(MARKED)) assert.ok(!answer.text.includes(value), value);
      assert.doesNotMatch(answer.text, /applicant|officer|@/);
    }
  });

  it('names what is missing in the form', async () => {
    assertProblem(await ask({ code }), 422, 'field_required', 'secret');
    assertProblem(await ask({ code, secret, more: 1 }), 422, 'unknown_field', 'more');
    assertProblem(await ask({ code, secret: 'x'.repeat(61) }), 422, 'text_too_long', 'secret');
  });

  it('gets slow for one code that is guessed at again and again, wherever from; never for who has the receipt', async () => {
    const filed = await bench.call('POST', '/api/v1/dossiers', { body: filing() });
    const own = { code: filed.json.code, secret: filed.json.receiptSecret };
    const nobodys = { code: '000.31.01.H59-190318-9998', secret: 'x' };
    for (const tried of [{ ...own, secret: 'x' }, nobodys]) {
      let answer = await ask(tried);
      let times = 1;
      for (; answer.status === 404 && times < 100; times += 1) answer = await ask(tried);
      assertProblem(answer, 429, 'rate_limited');
      assert.equal(times, 31);
      assert.ok(Number(answer.headers.get('retry-after')) >= 1);
    }
    assert.equal((await ask(own)).status, 200, 'the right secret is not held up');
    assertProblem(await ask({ ...own, secret: 'y' }), 429, 'rate_limited');
    later(20_000);
    assertProblem(await ask({ ...own, secret: 'y' }), 404, 'lookup_unknown');
  });
});

describe('the secret of a receipt', () => {
  let bench: Bench;
  before(async () => {
    bench = await startBench();
  });
  after(() => bench.close());

  it('is told to whoever files, also again and in a list, and to nobody else', async () => {
    const body = filing();
    const first = await bench.call('POST', '/api/v1/dossiers', { key: 'receipt', body });
    const again = await bench.call('POST', '/api/v1/dossiers', { key: 'receipt', body });
    assert.equal(again.headers.get('idempotent-replayed'), 'true');
    assert.ok(first.json.receiptSecret);
    assert.equal(again.json.receiptSecret, first.json.receiptSecret);
    const items = [{ command: 'submit', key: 'in-a-list', payload: filing() }];
    const many = (await bench.call('POST', '/api/v1/commands', { body: items })).json;
    const [filed] = many.answers as { status: number; body: { code: string; receiptSecret: string } }[];
    assert.equal(filed!.status, 201);
    const looked = await bench.call('POST', '/api/v1/lookup', {
      officer: null,
      body: { code: filed!.body.code, secret: filed!.body.receiptSecret },
    });
    assert.equal(looked.status, 200);

    const code = first.json.code as string;
    for (const answer of [
      await bench.act(code, 'receive'),
      await bench.call('GET', `/api/v1/dossiers/${code}`),
      await bench.call('GET', `/api/v1/dossiers/${code}/history`),
      await bench.call('GET', '/api/v1/dossiers'),
      await bench.call('GET', `/api/v1/dossiers/${code}`, { officer: PORTAL }),
    ]) {
      assert.ok(
        !answer.text.includes(first.json.receiptSecret as string) && !answer.text.includes('receiptSecret'),
      );
    }
    const other = await bench.call('POST', '/api/v1/dossiers', {
      key: 'receipt',
      body,
      officer: `counter-2@${UNIT.commune}`,
    });
    assert.notEqual(
      other.json.receiptSecret,
      first.json.receiptSecret,
      'another officer’s key is another command',
    );
  });
});
