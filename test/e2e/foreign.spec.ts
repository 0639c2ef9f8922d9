import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { InjectOptions } from 'light-my-request';
import { DEMO_PASSWORD } from '#libs/identity';
import { COUNTER, assertProblem, filing, startBench, type Answer, type Bench } from './support.js';

const PUBLIC = 'https://motcua.example.vn';
const PORTAL = 'https://portal.example.vn';
/** Whoever it was: that it names a session is enough to be asked where one comes from. */
const COOKIE = 'theme=dark; __Host-motcua=c2Vzc2lvbg';

/** The cookie of the commune's counter, signed in by password. */
async function signedIn(bench: Bench): Promise<string> {
  const body = { login: COUNTER, password: DEMO_PASSWORD };
  const answer = await bench.call('POST', '/api/v1/session', { officer: null, body });
  assert.equal(answer.status, 200, answer.text);
  return answer.headers.getSetCookie()[0]!.split(';')[0]!;
}

describe('requests that a page of another site could have sent', () => {
  let bench: Bench;
  let open: Bench;
  /** of somebody who is signed in */
  let cookie: string;
  before(async () => {
    bench = await startBench();
    cookie = `theme=dark; ${await signedIn(bench)}`;
    open = await bench.another({
      config: { host: '127.0.0.1', publicUrl: PUBLIC, allowedOrigins: [PORTAL] },
    });
  });
  after(async () => {
    await open.close();
    await bench.close();
  });
  const file = (headers: Record<string, string>): Promise<Answer> =>
    bench.call('POST', '/api/v1/dossiers', { cookie, body: filing(), headers });
  /** As fetch cannot send it: with any header. */
  const raw = async (on: Bench, options: InjectOptions) => {
    const { statusCode, headers, body } = await on.app.inject(options);
    return {
      status: statusCode,
      headers,
      code: body === '' ? '' : (JSON.parse(body) as { code: string }).code,
    };
  };
  const post = (on: Bench, url: string, headers: Record<string, string>, payload = '{}') =>
    raw(on, { method: 'POST', url, headers: { host: 'localhost:3000', ...headers }, payload });

  it('known by the cookie, a change must come from a page of ours', async () => {
    const own = new URL(bench.url).origin;
    const ours: Record<string, string>[] = [
      { 'sec-fetch-site': 'same-origin' },
      { 'sec-fetch-site': 'none' },
      { origin: own },
    ];
    for (const headers of ours) {
      assert.equal((await file(headers)).status, 201, JSON.stringify(headers));
    }
    for (const [headers, field] of [
      [{}, 'Origin'],
      [{ origin: 'null' }, 'Origin'],
      [{ origin: 'https://evil.example' }, 'Origin'],
      [{ origin: `${own}0` }, 'Origin'],
      [{ origin: own.replace('http:', 'https:') }, 'Origin'],
      [{ 'sec-fetch-site': 'cross-site' }, 'Sec-Fetch-Site'],
      [{ 'sec-fetch-site': 'same-site' }, 'Sec-Fetch-Site'],
      [{ 'sec-fetch-site': 'cross-site', origin: own }, 'Sec-Fetch-Site'],
    ] as const) {
      assertProblem(await file(headers), 403, 'foreign_origin', field);
    }
  });

  it('known by the cookie, a change must be JSON: a form cannot send that', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonx']) {
      const headers = { 'sec-fetch-site': 'same-origin', 'content-type': type };
      assertProblem(await file(headers), 403, 'foreign_origin', 'Content-Type');
    }
    const charset = { 'sec-fetch-site': 'same-origin', 'content-type': 'application/json; charset=utf-8' };
    assert.equal((await file(charset)).status, 201);
    // A command without a body is none that a form could send: a form always names a type.
    const code = await bench.file();
    const receive = { cookie, headers: { 'sec-fetch-site': 'same-origin' } };
    assert.equal(
      (await bench.call('POST', `/api/v1/dossiers/${code}/commands/receive`, receive)).status,
      200,
    );
  });

  it('who reads, who brings a token, and who has no session is not asked', async () => {
    const evil = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
    assert.equal((await bench.call('GET', '/api/v1/dossiers', { cookie, headers: evil })).status, 200);
    const file = (headers: Record<string, string>, officer: string | null): Promise<Answer> =>
      bench.call('POST', '/api/v1/dossiers', { officer, body: filing(), headers: { ...evil, ...headers } });
    assert.equal((await file({ cookie }, COUNTER)).status, 201, 'the token is what counts');
    assert.equal((await file({ cookie: '__Host-motcua-x=1' }, COUNTER)).status, 201);
    assertProblem(await file({ cookie: '__Host-motcua-x=1' }, null), 401, 'not_signed_in');
  });

  it('a public name counts as ours, and only with its scheme and port', async () => {
    const host = 'motcua.example.vn';
    const send = (origin: string) =>
      post(
        open,
        '/api/v1/commands',
        { host, origin, cookie: COOKIE, 'content-type': 'application/json' },
        '[]',
      );
    assert.notEqual((await send(PUBLIC)).code, 'foreign_origin');
    for (const origin of [
      'http://motcua.example.vn',
      `${PUBLIC}:8443`,
      'https://x.motcua.example.vn',
      'https://motcua.example.vn.evil.example',
      // May read with a token of its own; it never acts with our cookie.
      PORTAL,
    ]) {
      assert.deepEqual(
        [(await send(origin)).status, (await send(origin)).code],
        [403, 'foreign_origin'],
        origin,
      );
    }
  });

  it('the Host must be a name of ours: the public one, or one of this machine', async () => {
    const ask = async (on: Bench, host: string) =>
      (await raw(on, { method: 'GET', url: '/api/v1/units', headers: { host } })).status;
    for (const host of ['motcua.example.vn', 'MOTCUA.example.vn:443', 'localhost:3000']) {
      assert.equal(await ask(open, host), 200, host);
    }
    for (const host of [
      'motcua.example.vn:80',
      'a.motcua.example.vn',
      'motcua.example.vn.',
      'evil.example',
    ]) {
      assert.equal(await ask(open, host), 421, host);
    }
    assert.equal(await ask(bench, 'motcua.example.vn'), 421);
  });

  it('nobody else’s page may read, unless it is named, and none with our cookies', async () => {
    const ask = (on: Bench, origin: string) => on.call('GET', '/api/v1/units', { headers: { origin } });
    const told = await ask(open, PORTAL);
    assert.equal(told.headers.get('access-control-allow-origin'), PORTAL);
    assert.match(told.headers.get('access-control-expose-headers')!, /Retry-After/);
    assert.match(told.headers.get('vary')!, /Origin/);
    for (const [on, origin] of [
      [open, 'https://evil.example'],
      [open, `${PORTAL}.evil.example`],
      [open, 'null'],
      [bench, PORTAL],
    ] as const) {
      const { headers } = await ask(on, origin);
      for (const [name] of headers) assert.doesNotMatch(name, /^access-control/, origin);
    }
    assert.match((await ask(open, 'https://evil.example')).headers.get('vary')!, /Origin/);
    assert.equal(told.headers.get('access-control-allow-credentials'), null);
  });

  it('a browser that asks beforehand is told what a named origin may send', async () => {
    const preflight = (origin: string) =>
      raw(open, {
        method: 'OPTIONS',
        url: '/api/v1/dossiers',
        headers: { host: 'localhost', origin, 'access-control-request-method': 'POST' },
      });
    const { status, headers } = await preflight(PORTAL);
    assert.equal(status, 204);
    assert.equal(headers['access-control-allow-origin'], PORTAL);
    assert.match(String(headers['access-control-allow-headers']), /Authorization.*Idempotency-Key/);
    assert.match(String(headers['access-control-allow-methods']), /POST/);
    const foreign = await preflight('https://evil.example');
    assert.deepEqual([foreign.status, foreign.headers['access-control-allow-origin']], [405, undefined]);
  });

  it('every answer is for nobody’s cache, frame or guess of its kind; https is remembered', async () => {
    const plain = await bench.call('GET', '/api/v1/units');
    const under = await open.call('GET', '/api/v1/nowhere');
    for (const { headers } of [plain, under]) {
      for (const [name, value] of [
        ['x-content-type-options', 'nosniff'],
        ['x-frame-options', 'DENY'],
        ['referrer-policy', 'no-referrer'],
        ['cross-origin-resource-policy', 'same-origin'],
        ['cross-origin-opener-policy', 'same-origin'],
        ['cache-control', 'no-store'],
      ] as const) {
        assert.equal(headers.get(name), value);
      }
      assert.match(headers.get('permissions-policy')!, /camera=\(\)/);
      const csp = headers.get('content-security-policy')!;
      assert.match(csp, /default-src 'none'.*frame-ancestors 'none'/);
      assert.doesNotMatch(csp, /unsafe/);
    }
    assert.equal(plain.headers.get('strict-transport-security'), null);
    assert.match(under.headers.get('strict-transport-security')!, /max-age=31536000/);
  });
});

describe('the page that shows the API', () => {
  it('needs nothing but files of this host: no script or style stands in it', async () => {
    const bench = await startBench();
    const page = await bench.call('GET', '/docs', { officer: null });
    assert.equal(page.status, 200);
    const csp = page.headers.get('content-security-policy')!;
    assert.match(csp, /^default-src 'self'/);
    assert.doesNotMatch(csp, /unsafe|https?:|\*/);
    assert.doesNotMatch(page.text, /<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)|javascript:/i);
    const files = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map((found) => found[1]!);
    assert.ok(files.length >= 4);
    for (const file of files) {
      assert.match(file, /^\/docs\//);
      const { status, headers, text } = await bench.call('GET', file, { officer: null });
      assert.deepEqual([status, headers.get('x-content-type-options')], [200, 'nosniff'], file);
      assert.match(
        headers.get('content-type')!,
        file.endsWith('.js') ? /^text\/javascript/ : /^(text\/css|image\/png)/,
      );
      assert.ok(text.length > 0, file);
    }
    await bench.close();
  });
});
