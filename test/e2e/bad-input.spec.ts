import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, describe, it } from 'node:test';
import {
  CARRIER,
  COUNTER,
  HEAD,
  ITEM,
  SPECIALIST,
  assertProblem,
  filing,
  startBench,
  type Answer,
  type Bench,
} from './support.js';

describe('bad input', () => {
  let bench: Bench;
  const post = (
    raw: string | Uint8Array<ArrayBuffer>,
    headers: Record<string, string> = {},
  ): Promise<Answer> => bench.call('POST', '/api/v1/dossiers', { raw, headers });
  const command = (code: string, name: string, body: object = {}, officer = COUNTER): Promise<Answer> =>
    bench.call('POST', `/api/v1/dossiers/${code}/commands/${name}`, { officer, body });
  before(async () => {
    bench = await startBench();
  });
  // Whatever was sent: nothing was unexpected, and the service still works.
  after(async () => {
    assert.deepEqual(bench.logged, []);
    await bench.file();
    await bench.close();
  });

  it('a body that is not JSON', async () => {
    for (const raw of [
      '{',
      'null x',
      '{"a":}',
      "{'a':1}",
      'procedure=1',
      '\u0000',
      '{"a":1}{"b":2}',
      '[1,]',
      'NaN',
    ]) {
      assertProblem(await post(raw), 400, 'malformed_json');
    }
    assertProblem(await post(new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d])), 400, 'malformed_json');
  });

  it('JSON that is no object', async () => {
    for (const raw of ['null', '7', '"text"', '[]', 'true']) {
      assertProblem(await post(raw), 422, 'field_not_understood');
    }
  });

  it('a body of another kind', async () => {
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'text/xml',
    ]) {
      assertProblem(await post('x', { 'content-type': type }), 415, 'media_type_not_supported');
    }
    assert.equal(
      (await post(JSON.stringify(filing()), { 'content-type': 'application/json; charset=utf-8' })).status,
      201,
    );
  });

  it('a packed body, which nothing here unpacks', async () => {
    for (const encoding of ['gzip', 'br', 'deflate, gzip']) {
      const answer = await post(JSON.stringify(filing()), { 'content-encoding': encoding });
      assertProblem(answer, 415, 'encoding_not_supported', 'Content-Encoding');
      assert.equal(answer.headers.get('accept-encoding'), 'identity');
    }
    assert.equal((await post(JSON.stringify(filing()), { 'content-encoding': 'identity' })).status, 201);
  });

  it('no body at all', async () => {
    assertProblem(await bench.call('POST', '/api/v1/dossiers'), 422, 'field_required');
    assertProblem(await post(''), 422, 'field_required');
  });

  it('ten megabytes', async () => {
    assertProblem(await post(`{"procedure":"${'x'.repeat(10 * 1024 * 1024)}"}`), 413, 'body_too_large');
  });

  it('a body just within the limit is read, whatever it is', async () => {
    assertProblem(await post(`{"procedure":"${'x'.repeat(1_000_000)}"}`), 422, 'text_too_long', 'procedure');
    assertProblem(await post(`{"documents":[${'1,'.repeat(400_000)}1]}`), 422, 'unknown_field', 'documents');
  });

  it('a list may be longer than one command, and no longer than ten megabytes', async () => {
    const list = (bytes: number): Promise<Answer> =>
      bench.call('POST', '/api/v1/commands', { raw: `["${'x'.repeat(bytes)}"]` });
    assert.equal((await list(2 * 1024 * 1024)).status, 200);
    const problem = assertProblem(await list(10 * 1024 * 1024), 413, 'body_too_large');
    assert.match(String(problem.detail), /10485760/);
  });

  it('deep nesting', async () => {
    const deep = (levels: number): string => `{"applicant":${'['.repeat(levels)}${']'.repeat(levels)}}`;
    for (const levels of [17, 1_000, 500_000]) assertProblem(await post(deep(levels)), 400, 'too_deep');
    assertProblem(await bench.call('POST', '/api/v1/commands', { raw: deep(100_000) }), 400, 'too_deep');
  });

  it('keys that would reach the prototype', async () => {
    for (const raw of ['{"__proto__":{"x":1}}', '{"constructor":{"prototype":{"x":1}}}']) {
      assertProblem(await post(raw), 400, 'malformed_json');
    }
    assertProblem(await post('{"constructor":1}'), 422, 'unknown_field', 'constructor');
    assertProblem(await post('{"toString":1}'), 422, 'unknown_field', 'toString');
    assert.equal(({} as Record<string, unknown>).x, undefined);
  });

  it('commands that do not exist, and the statechart’s own events', async () => {
    const code = await bench.file();
    for (const name of [
      'fly',
      'Receive',
      'xstate.init',
      'xstate.done.state.dossier',
      'xstate.stop',
      '*',
      'toString',
      '__proto__',
      'received',
    ]) {
      assertProblem(await command(code, encodeURIComponent(name)), 404, 'unknown_command', 'command');
    }
    assert.equal((await bench.call('GET', `/api/v1/dossiers/${code}`)).json.version, 1);
  });

  it('a dossier that exists filed again', async () => {
    const code = await bench.file();
    const problem = assertProblem(await command(code, 'submit', filing()), 409, 'not_allowed_in_state');
    assert.deepEqual([problem.state, problem.version], ['submitted', 1]);
  });

  it('codes that do not parse, and one that nobody was given', async () => {
    for (const code of ['1', 'abc', '%00', '000.31.01.H59-190318', '..%2f..%2fetc', 'x'.repeat(150)]) {
      assertProblem(await command(code, 'receive'), 400, 'code_not_understood', 'code');
    }
    assertProblem(await command('x'.repeat(300), 'receive'), 414, 'url_too_long');
    assertProblem(await command('000.31.01.H59-190318-9999', 'receive'), 404, 'unknown_dossier');
  });

  it('addresses that cannot be read, or lead nowhere', async () => {
    const unreadable = await bench.call('GET', '/api/v1/dossiers/%zz');
    assertProblem(unreadable, 400, 'url_malformed');
    const ordinary = await bench.call('GET', '/healthz');
    for (const name of ['x-content-type-options', 'cache-control', 'content-security-policy']) {
      assert.equal(unreadable.headers.get(name), ordinary.headers.get(name), name);
    }
    for (const path of [
      '/api/v1',
      '/api/v2/dossiers',
      '/api/v1/dossier',
      '/admin',
      '/.env',
      '/api/v1/dossiers/',
    ]) {
      const answer = await bench.call('GET', path);
      assert.ok([400, 404].includes(answer.status), path);
      assertProblem(answer, answer.status, answer.json.code as string);
    }
    const wrongWay = await bench.call('DELETE', '/api/v1/dossiers');
    assertProblem(wrongWay, 405, 'method_not_allowed');
    assert.equal(wrongWay.headers.get('allow'), 'GET, HEAD, POST');
    assertProblem(await bench.call('PUT', '/api/v1/dossiers/x/commands/receive'), 405, 'method_not_allowed');
  });

  it('an item number with a wrong check digit, of a wrong form, or used already', async () => {
    const code = await resolved(bench);
    for (const itemNumber of [
      'RA473124828VN',
      'RA473124829V',
      'ra473124829vn',
      '473124829',
      'RA47312482９VN',
    ]) {
      assertProblem(
        await command(code, 'handToPost', { itemNumber }),
        422,
        'invalid_item_number',
        'itemNumber',
      );
    }
    assert.equal((await command(code, 'handToPost', { itemNumber: ITEM })).status, 200);
    const unknown = { itemNumber: 'RA123456785VN', event: 'EMI' };
    assertProblem(
      await command(code, 'recordPostEvent', unknown, CARRIER),
      422,
      'unknown_item_number',
      'itemNumber',
    );
    const odd = { itemNumber: ITEM, event: 'XXX' };
    assertProblem(await command(code, 'recordPostEvent', odd, CARRIER), 422, 'unknown_post_event', 'event');
    const action = { itemNumber: ITEM, event: 'EMH', action: 'burn' };
    assertProblem(
      await command(code, 'recordPostEvent', action, CARRIER),
      422,
      'unknown_post_action',
      'action',
    );
  });

  it('a supplement that came already, comes again, or was never asked for', async () => {
    const code = await bench.file();
    assertProblem(await command(code, 'supplement'), 409, 'not_allowed_in_state');
    await bench.act(code, 'requestSupplement', COUNTER, { reason: 'thiếu giấy' });
    assertProblem(
      await command(code, 'requestSupplement', { reason: 'thiếu giấy' }),
      409,
      'not_allowed_in_state',
    );
    await bench.act(code, 'supplement');
    const again = assertProblem(await command(code, 'supplement'), 409, 'not_allowed_in_state');
    assert.deepEqual([again.state, again.version], ['submitted', 3]);
  });

  it('a decision before the last step, and by whom it is not for', async () => {
    const code = await bench.file();
    await bench.act(code, 'receive');
    await bench.act(code, 'startProcessing');
    const early = assertProblem(
      await command(code, 'resolve', { outcome: 'approved' }, HEAD),
      409,
      'not_allowed_in_state',
    );
    const why = (early.notYet as { command: string; because: string }[]).find(
      (one) => one.command === 'resolve',
    );
    assert.equal(why?.because, 'last_step_not_reached');
    await bench.act(code, 'completeStep', SPECIALIST);
    await bench.act(code, 'completeStep', SPECIALIST);
    assertProblem(
      await command(code, 'resolve', { outcome: 'approved' }, SPECIALIST),
      403,
      'not_your_position',
    );
    assertProblem(await command(code, 'completeStep', { next: 'sky' }, HEAD), 409, 'not_allowed_in_state');
  });

  it('steps that the procedure does not have', async () => {
    const code = await bench.file();
    await bench.act(code, 'receive');
    await bench.act(code, 'startProcessing');
    assertProblem(
      await command(code, 'completeStep', { next: 'sky' }, SPECIALIST),
      422,
      'unknown_next_step',
      'next',
    );
    assertProblem(
      await command(code, 'completeStep', { step: 'sign' }, SPECIALIST),
      422,
      'step_not_in_hand',
      'step',
    );
    await bench.act(code, 'completeStep', SPECIALIST);
    const back = (step: string): Promise<Answer> =>
      command(code, 'returnToStep', { step, reason: 'x' }, SPECIALIST);
    assertProblem(await back('sky'), 422, 'unknown_step', 'step');
    assertProblem(await back('sign'), 422, 'step_not_earlier', 'step');
  });

  it('headers beyond all measure, and what is no HTTP', async () => {
    const trace =
      'TRACE /api/v1/dossiers HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nCookie: a=1\r\n\r\n';
    assert.match(await rawly(bench.url, trace), /^HTTP\/1\.1 405 .*method_not_allowed/s);
    assert.match(await rawly(bench.url, 'HELLO\r\n\r\n'), /^HTTP\/1\.1 400 .*request_malformed/s);
    const long = `GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Long: ${'x'.repeat(100_000)}\r\n\r\n`;
    assert.match(await rawly(bench.url, long), /^HTTP\/1\.1 431 .*headers_too_large/s);
  });

  it('a text of a hundred thousand characters in a field', async () => {
    const long = 'ừ'.repeat(100_000);
    const code = await bench.file();
    const tooLong = (answer: Answer, field: string): void => {
      assertProblem(answer, 422, 'text_too_long', field);
      assert.ok(answer.text.length < 2_000, 'what was sent is not sent back');
    };
    for (const [field, more] of [
      ['applicant.name', { applicant: { name: long } }],
      ['procedure', { procedure: long }],
      ['competentUnit', { competentUnit: long }],
    ] as const) {
      tooLong(await bench.call('POST', '/api/v1/dossiers', { body: filing(more) }), field);
    }
    tooLong(await command(code, 'requestSupplement', { reason: long }), 'reason');
    assert.equal((await bench.call('GET', `/api/v1/dossiers/${code}`)).json.version, 1);
  });

  it('an officer’s name, a key or a version of five thousand characters, as long as headers may be', async () => {
    const long = 'x'.repeat(5_000);
    assertProblem(await bench.call('GET', '/api/v1/dossiers', { token: long }), 401, 'session_ended');
    assertProblem(
      await bench.call('POST', '/api/v1/dossiers', { key: long, body: filing() }),
      400,
      'idempotency_key_malformed',
    );
    const code = await bench.file();
    const answer = await bench.call('POST', `/api/v1/dossiers/${code}/commands/receive`, {
      headers: { 'if-match': long },
    });
    assertProblem(answer, 400, 'if_match_malformed');
  });

  it('a year that no calendar and no database has', async () => {
    const ask = (path: string): Promise<Answer> => bench.call('GET', `/api/v1/${path}`, { officer: HEAD });
    const zero = '0000-01-01T00:00:00Z';
    for (const path of [
      `dossiers?dueBefore=${zero}`,
      `reports/quarterly?period=2019Q2&by=level&knownAt=${zero}`,
    ]) {
      assertProblem(await ask(path), 400, 'moment_not_understood');
    }
    const days = 'reports/quarterly?from=0000-01-01&until=2019-01-01&by=level';
    assertProblem(await ask(days), 400, 'day_not_understood');
  });

  it('a name with half a character, or with signs that turn the direction of writing', async () => {
    for (const name of ['A\ud800B', 'A\u202eB', 'A\uffffB', 'A\u2028B']) {
      const raw = JSON.stringify(filing({ applicant: { name } }));
      assertProblem(await post(raw), 422, 'control_characters', 'applicant.name');
    }
  });
});

/** A dossier with its decision made. */
async function resolved(bench: Bench): Promise<string> {
  const code = await bench.file();
  await bench.act(code, 'receive');
  await bench.act(code, 'startProcessing');
  await bench.act(code, 'completeStep', SPECIALIST);
  await bench.act(code, 'completeStep', SPECIALIST);
  await bench.act(code, 'resolve', HEAD, { outcome: 'approved' });
  return code;
}

/** Sends bytes as they are and gives what comes back. */
function rawly(url: string, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(bytes));
    let answer = '';
    socket.on('data', (data) => (answer += data.toString('utf8')));
    socket.on('error', (error: Error & { code?: string }) =>
      error.code === 'ECONNRESET' || error.code === 'EPIPE' ? resolve(answer) : reject(error),
    );
    socket.on('close', () => resolve(answer));
  });
}
