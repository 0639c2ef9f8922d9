import assert from 'node:assert/strict';
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { CAPABILITIES } from '#libs/workflow';
import { ROUTES } from '../../apps/api/access/routes.js';
import { signed } from '../support/tokens.js';
import {
  COUNTER,
  CARRIER,
  HEAD,
  PORTAL,
  UNIT,
  assertProblem,
  filing,
  startBench,
  type Answer,
  type Bench,
} from './support.js';

const LIST = '/api/v1/dossiers';
const AUDITOR = `auditor-1@${UNIT.province}`;
const ADMINISTRATOR = `administrator-1@${UNIT.province}`;
const CATALOGUE = `catalogueManager-1@${UNIT.province}`;

describe('who asks', () => {
  let bench: Bench;
  before(async () => {
    bench = await startBench();
  });
  after(() => bench.close());

  const as = (token: string): Promise<Answer> => bench.call('GET', LIST, { token });
  const claims = async (): Promise<{ accountNo: number; sessionId: string }> => {
    const [, payload] = (await bench.tokens.of(COUNTER)).split('.');
    const { sub, sid } = JSON.parse(Buffer.from(payload!, 'base64url').toString()) as {
      sub: string;
      sid: string;
    };
    return { accountNo: Number(sub), sessionId: sid };
  };

  it('is asked of every route that is not for anyone, before its body is read', async () => {
    for (const [route, { may }] of Object.entries(ROUTES)) {
      const [method, path] = route.split(' ') as [string, string];
      const filled = path.replace(/:(\w+)/g, '1');
      const answer = await bench.call(method, filled, {
        officer: null,
        ...(method === 'POST' && { raw: '{' }),
      });
      if (may === 'public') assert.notEqual(answer.json.code, 'not_signed_in', route);
      else {
        assertProblem(answer, 401, 'not_signed_in');
        assert.equal(answer.headers.get('www-authenticate'), 'Bearer', route);
      }
    }
  });

  it('is one answer for a token that is forged, old, for others, unsigned or no token at all', async () => {
    const key = bench.keys.token;
    const mine = await claims();
    const right = await signed(key, bench.clock, mine);
    assert.equal((await as(right)).status, 200);
    const [head, body, signature] = right.split('.') as [string, string, string];
    const none = Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url');
    const hs256 = Buffer.from('{"alg":"HS256","typ":"at+jwt"}').toString('base64url');
    const other = Buffer.from(body, 'base64url')
      .toString()
      .replace(/"sub":"\d+"/, '"sub":"1"');
    const stranger = generateKeyPairSync('ed25519').privateKey;
    const bad: Record<string, string> = {
      expired: await signed(key, bench.clock, { ...mine, lives: -1 }),
      'of another audience': await signed(key, bench.clock, { ...mine, audience: 'elsewhere' }),
      'of another issuer': await signed(key, bench.clock, { ...mine, issuer: 'elsewhere' }),
      'of another key': await signed(stranger, bench.clock, mine),
      'of no session': await signed(key, bench.clock, { ...mine, sessionId: randomUUID() }),
      'of another’s session': await signed(key, bench.clock, { ...mine, accountNo: mine.accountNo + 1 }),
      'alg=none': `${none}.${body}.`,
      'alg=none, signature kept': `${none}.${body}.${signature}`,
      'alg=HS256': `${hs256}.${body}.${signature}`,
      'changed content': `${head}.${Buffer.from(other).toString('base64url')}.${signature}`,
      'signature cut': `${head}.${body}.${signature.slice(0, -2)}`,
      'no token': 'x',
      'a session id': mine.sessionId,
    };
    for (const [what, token] of Object.entries(bad)) {
      const answer = await as(token);
      assert.deepEqual([answer.status, answer.json.code], [401, 'session_ended'], what);
      assert.equal(answer.headers.get('www-authenticate'), 'Bearer error="invalid_token"', what);
    }
    assert.equal((await as(right)).status, 200);
  });

  it('is told by one header: what cannot be read there is no reason to look for a cookie', async () => {
    const token = await bench.tokens.of(COUNTER);
    for (const authorization of [
      '',
      'Basic Zm9vOmJhcg==',
      'Bearer',
      'Bearer a b',
      `Token ${token}`,
      `Bearer ${'x'.repeat(9000)}`,
    ]) {
      const headers = { authorization, cookie: `__Host-motcua=${token}` };
      assertProblem(await bench.call('GET', LIST, { officer: null, headers }), 401, 'not_signed_in');
    }
    assert.equal(
      (await bench.call('GET', LIST, { officer: null, headers: { authorization: `bearer ${token}` } }))
        .status,
      200,
    );
  });

  it('has at every unit at least three', () => {
    const { units } = bench.reference;
    for (const unit of units.all()) assert.ok(units.officersAt(unit.id).length >= 3, unit.agencyCode);
  });
});

describe('X-Motcua-Position', () => {
  let bench: Bench;
  before(async () => {
    bench = await startBench();
  });
  after(() => bench.close());
  const call = (officer: string, position?: string, path = LIST): Promise<Answer> =>
    bench.call('GET', path, {
      officer,
      headers: position === undefined ? {} : { 'x-motcua-position': position },
    });

  it('may be left out by who holds one position, and must be theirs when it is not', async () => {
    assert.equal((await call(COUNTER)).status, 200);
    assert.equal((await call(COUNTER, COUNTER)).status, 200);
    for (const position of [HEAD, 'nobody', '', '__proto__', "' OR 1=1", 'x'.repeat(5_000)]) {
      assertProblem(await call(COUNTER, position), 403, 'position_not_yours', 'X-Motcua-Position');
    }
  });

  it('is asked for, with the choices, where there are several', async () => {
    // The counter's account is given the head's position, too.
    await bench.database.app.query(
      'UPDATE motcua.officer SET account_no = (SELECT account_no FROM motcua.officer WHERE code = $1) WHERE code = $2',
      [COUNTER, HEAD],
    );
    bench.clock.moveTo('2019-03-18T02:00:05.000Z');
    const answer = assertProblem(await call(COUNTER), 403, 'position_required', 'X-Motcua-Position');
    assert.deepEqual([...(answer.choices as string[])].sort(), [COUNTER, HEAD].sort());
    assertProblem(await call(COUNTER, COUNTER, '/api/v1/reports/backlog'), 403, 'not_your_role');
    assert.equal((await call(COUNTER, HEAD, '/api/v1/reports/backlog')).status, 200);
    const session = await call(COUNTER, undefined, '/api/v1/session');
    assert.equal(session.status, 200);
    assert.deepEqual(
      (session.json.positions as { code: string }[]).map(({ code }) => code).sort(),
      [COUNTER, HEAD].sort(),
    );
  });

  it('at a unit that has ended acts no more', async () => {
    await bench.database.app.query(`UPDATE motcua.officer SET demo = false WHERE code = $1`, [
      `head-1@${UNIT.otherCommune}`,
    ]);
    const officer = `head-1@${UNIT.otherCommune}`;
    assert.equal((await call(officer)).status, 200);
    const { units } = bench.reference;
    const gone = units.byCode(UNIT.otherCommune)!;
    const byId = (id: number) => (id === gone.id ? { ...gone, validUntil: '2019-03-01' } : units.byId(id));
    const byCode = (code: string, day?: string) =>
      code === gone.agencyCode && day !== undefined ? undefined : units.byCode(code, day);
    const later = await bench.another({
      reference: () => ({ ...bench.reference, units: { ...units, byId, byCode } }),
    });
    assertProblem(await later.call('GET', LIST, { officer }), 403, 'unit_ended', 'X-Motcua-Position');
    await later.close();
  });
});

describe('roles', () => {
  let bench: Bench;
  before(async () => {
    bench = await startBench();
  });
  after(() => bench.close());

  it('ask what the table gives them, and nothing else', async () => {
    const asked: [string, string, string | null][] = [
      [COUNTER, '/reports/backlog', 'not_your_role'],
      [HEAD, '/reports/backlog', null],
      [AUDITOR, '/reports/backlog', null],
      [AUDITOR, '/access-log', null],
      [HEAD, '/access-log', 'not_your_role'],
      [AUDITOR, '/accounts', 'not_your_role'],
      [ADMINISTRATOR, '/accounts', null],
      [ADMINISTRATOR, '/dossiers', 'not_your_role'],
      [CATALOGUE, '/dossiers', 'not_your_role'],
      [CARRIER, '/dossiers', 'not_your_role'],
      [PORTAL, '/positions', 'not_your_role'],
    ];
    for (const [officer, path, code] of asked) {
      const answer = await bench.call('GET', `/api/v1${path}`, { officer });
      if (code === null) assert.equal(answer.status, 200, `${officer} ${path}: ${answer.text}`);
      else assertProblem(answer, 403, code);
    }
    for (const officer of [AUDITOR, ADMINISTRATOR, CATALOGUE, `supervisor-1@${UNIT.province}`]) {
      assertProblem(
        await bench.call('POST', '/api/v1/dossiers', { officer, body: filing() }),
        403,
        'not_your_role',
      );
    }
  });

  it('are named in the table by capabilities that exist', () => {
    for (const [route, { may }] of Object.entries(ROUTES)) {
      assert.ok(may === 'public' || may === 'signedIn' || Object.hasOwn(CAPABILITIES, may), route);
    }
  });
});

describe('who may speak to the API at all', () => {
  let bench: Bench;
  before(async () => {
    bench = await startBench();
  });
  after(() => bench.close());

  it('a request under a foreign name is refused: a page elsewhere cannot pass itself off as ours', async () => {
    for (const host of ['evil.example', 'localhost.evil.example', '192.168.1.7:3000', '0.0.0.0']) {
      const answer = await bench.app.inject({ method: 'GET', url: '/api/v1/units', headers: { host } });
      assert.equal(answer.statusCode, 421, host);
      assert.equal(answer.json<{ code: string }>().code, 'host_not_local');
    }
    for (const host of ['localhost:3000', '127.0.0.1', '[::1]:3000']) {
      const answer = await bench.app.inject({ method: 'GET', url: '/api/v1/units', headers: { host } });
      assert.equal(answer.statusCode, 200, host);
    }
  });

  it('gives other origins no permission, and says nothing of what it runs on', async () => {
    const origin = { origin: 'https://evil.example' };
    const answers: Answer[] = [
      await bench.call('GET', '/api/v1/units', { headers: origin }),
      await bench.call('OPTIONS', '/api/v1/dossiers', {
        headers: {
          ...origin,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'x-motcua-position',
        },
      }),
      await bench.call('POST', '/api/v1/dossiers', { body: filing() }),
    ];
    for (const { headers } of answers) {
      for (const [name] of headers) assert.doesNotMatch(name, /^(access-control|server$|x-powered-by)/);
      assert.equal(headers.get('x-content-type-options'), 'nosniff');
      assert.equal(headers.get('cache-control'), 'no-store');
      assert.match(headers.get('content-security-policy')!, /^default-src 'none';/);
    }
    assert.ok(answers[1]!.status >= 400);
  });
});
