import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { projectRoot } from '#libs/config';
import { median, quantile, type BenchDocument } from './document.js';
import { drive } from './row.js';
import { emmettIsInstalled } from './rows/emmett.js';

/** Runs the command as a person would, with a temporary folder of its own, so that what it leaves behind is seen. */
function bench(tmp: string, args: string[], interruptAt?: RegExp) {
  const main = join(projectRoot(), 'dist/apps/cli/main.js');
  const child = spawn(process.execPath, [main, 'bench', ...args], { env: { ...process.env, TMPDIR: tmp } });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
    if (interruptAt?.test(stderr)) {
      interruptAt = undefined;
      child.kill('SIGINT');
    }
  });
  return new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) =>
    child.on('close', (code) => resolve({ code, stdout, stderr })),
  );
}

describe('npm run bench', () => {
  const tmp = mkdtempSync(join(tmpdir(), 'motcua-bench-spec-'));
  after(() => rmSync(tmp, { recursive: true, force: true }));

  it('prints one document with every row and ratio, and leaves nothing behind', async () => {
    const run = await bench(tmp, ['--json', '--rounds', '1', '--seconds', '0.1']);
    assert.equal(run.code, 0, run.stderr);
    const document = JSON.parse(run.stdout) as BenchDocument;
    assert.deepEqual(Object.keys(document), ['fsyncMs', 'rounds', 'rows', 'ratios']);
    assert.ok(document.fsyncMs > 0);
    assert.equal(document.rounds, 1);
    const names = document.rows.map((row) => row.name);
    const rivals = ['textbook', 'dbos', 'pgboss', ...(emmettIsInstalled() ? ['emmett'] : [])];
    assert.deepEqual(names, ['floor', 'engine', 'engine-unkept', 'batched-64', 'batched-256', ...rivals]);
    for (const { name, ...figures } of document.rows) {
      assert.deepEqual(Object.keys(figures), [
        'perSecond',
        'min',
        'max',
        'p50Ms',
        'p99Ms',
        'cpuMsPerCommand',
      ]);
      for (const [key, value] of Object.entries(figures)) assert.ok(value > 0, `${name}: ${key} is ${value}`);
      assert.ok(figures.min <= figures.perSecond && figures.perSecond <= figures.max, name);
      assert.ok(figures.p50Ms <= figures.p99Ms, name);
    }
    assert.deepEqual(
      Object.keys(document.ratios),
      names.slice(1).map((name) => `${name}/floor`),
    );
    assert.deepEqual(readdirSync(tmp), []);
  });

  it('stops its server and removes its folder when it is interrupted', async () => {
    const run = await bench(tmp, ['--seconds', '0.5'], /bench, seconds/);
    assert.equal(run.code, 130, run.stderr);
    assert.equal(run.stdout, '');
    assert.deepEqual(readdirSync(tmp), []);
  });
});

describe('figures', () => {
  it('are medians and nearest ranks', () => {
    assert.equal(median([3, 1, 2]), 2);
    assert.equal(median([4, 1, 2, 3]), 2.5);
    assert.equal(quantile(Float64Array.from([1, 2, 3, 4]), 0.5), 2);
    assert.equal(quantile(Float64Array.from([1, 2, 3, 4]), 0.99), 4);
  });

  it('are of answered commands only: the first failure stops every caller and is told', async () => {
    let calls = 0;
    const failing = drive(3, Infinity, async () => {
      await new Promise((resolve) => setImmediate(resolve));
      if (++calls === 10) throw new Error('refused');
    });
    await assert.rejects(failing, /refused/);
    assert.ok(calls < 20, `${calls} calls`);
  });
});
