import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { projectRoot } from '#libs/config';

// The real npm asks a registry of the test's own: what it answers is what changes.
let registry: Server;
let answer: (response: ServerResponse) => void;
before(async () => {
  registry = createServer((request, response) => {
    request.resume();
    if (request.method === 'POST') return answer(response);
    const version = { name: 'xstate', version: '5.33.3', dependencies: {} };
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify({ name: 'xstate', 'dist-tags': {}, versions: { '5.33.3': version } }));
  }).listen(0, '127.0.0.1');
  await once(registry, 'listening');
});
after(() => registry.close());

async function audit(
  port = (registry.address() as AddressInfo).port,
): Promise<{ code: number; said: string }> {
  const child = spawn(process.execPath, [join(projectRoot(), 'scripts', 'audit.mjs')], {
    env: {
      ...process.env,
      npm_config_registry: `http://127.0.0.1:${port}/`,
      npm_config_fetch_retries: '0',
      npm_config_cache: join(process.env.TMPDIR ?? '/tmp', `motcua-audit-${process.pid}-${port}`),
      NO_PROXY: '127.0.0.1',
      no_proxy: '127.0.0.1',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number];
  return { code, said };
}

const json = (status: number, body: unknown) => (response: ServerResponse) =>
  void response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
const advisory = (severity: string) => ({
  xstate: [
    {
      // npm remembers what it was told of a number.
      id: severity.length,
      url: 'https://example.org/1',
      title: 'x',
      severity,
      vulnerable_versions: '>=0',
      cwe: [],
      cvss: {},
    },
  ],
});

test('nothing found is said, and everything that is shipped has a licence of the list', async () => {
  answer = json(200, {});
  const { code, said } = await audit();
  assert.match(said, /^audited: nothing high or critical \(0 in all\)\nlicences: all on the list\n$/);
  assert.equal(code, 0);
});

test('a high weakness in what is shipped fails, a low one does not', async () => {
  answer = json(200, advisory('high'));
  const high = await audit();
  assert.match(high.said, /weaknesses in what is shipped: xstate .*\(high\)/);
  assert.equal(high.code, 1);
  answer = json(200, advisory('low'));
  const low = await audit();
  assert.match(low.said, /nothing high or critical \(1 in all\)/);
  assert.equal(low.code, 0);
});

test('a registry without an audit is said to be one, and is no failure', async () => {
  for (const status of [404, 405]) {
    answer = json(status, {});
    const { code, said } = await audit();
    assert.match(said, /^not audited: /);
    assert.equal(code, 0);
  }
});

test('whatever else goes wrong fails', async () => {
  for (const broken of [
    json(500, {}),
    json(403, {}),
    (response: ServerResponse) => void response.destroy(),
  ]) {
    answer = broken;
    const { code, said } = await audit();
    assert.match(said, /^npm audit /);
    assert.equal(code, 1);
  }
});

test('a licence is taken when one side of an “or”, and all of an “and”, is on the list', async () => {
  const path = join(projectRoot(), 'scripts', 'audit.mjs');
  const { isAllowed, strangeLicences } = (await import(path)) as {
    isAllowed(expression?: string): boolean;
    strangeLicences(lock: object): string[];
  };
  for (const one of ['MIT', '(MIT OR GPL-3.0)', 'MIT AND ISC', 'GPL-2.0 OR Apache-2.0'])
    assert.ok(isAllowed(one), one);
  for (const one of [
    'GPL-3.0',
    'MIT AND GPL-3.0',
    'SEE LICENSE IN x',
    'AGPL-3.0 OR SSPL-1.0',
    '',
    undefined,
  ]) {
    assert.ok(!isAllowed(one), one);
  }
  const packages = {
    '': {},
    'node_modules/a': { license: 'GPL-3.0' },
    'node_modules/b': { dev: true },
    'node_modules/c': {},
  };
  assert.deepEqual(strangeLicences({ packages }), ['a (GPL-3.0)', 'c (no licence)']);
});
