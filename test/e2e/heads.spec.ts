import assert from 'node:assert/strict';
import { it } from 'node:test';
import { startSealer } from '#libs/audit';
import { loadKeys } from '#libs/config';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HEAD, UNIT, assertProblem, startBench } from './support.js';

it('auditors, and nobody else, are given the signed heads as lines', async () => {
  const bench = await startBench();
  const folder = mkdtempSync(join(tmpdir(), 'motcua-heads-'));
  const { seal } = loadKeys({ dataDir: folder, keysDir: folder }, { make: true });
  const api = await bench.another({ keys: { ...bench.keys, seal } });
  await bench.file();
  const stop = new AbortController();
  const sealer = startSealer({ pool: bench.database.app, key: seal, signal: stop.signal });
  await sealer.caughtUp();
  await sealer.stop();

  const officer = `auditor-1@${UNIT.province}`;
  const answer = await api.call('GET', '/api/v1/audit/heads', { officer });
  assert.equal(answer.status, 200, answer.text);
  assert.match(answer.headers.get('content-type')!, /^application\/jsonl/);
  const lines = answer.text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  assert.deepEqual([lines[0]!.kind, lines[0]!.content], ['header', 'heads']);
  assert.match(String(lines[0]!.key), /^-----BEGIN PUBLIC KEY-----/);
  assert.ok(
    lines.some((line) => line.kind === 'head' && line.size === 1),
    answer.text,
  );
  assert.equal(lines.at(-1)!.kind, 'end');
  assert.doesNotMatch(answer.text, /PRIVATE|Nguyễn/);

  assertProblem(await api.call('GET', '/api/v1/audit/heads', { officer: HEAD }), 403, 'not_your_role');
  assertProblem(
    await api.call('GET', '/api/v1/audit/heads?fromSize=x', { officer }),
    400,
    'field_not_understood',
    'fromSize',
  );
  await api.close();
  await bench.close();
  rmSync(folder, { recursive: true, force: true });
});
