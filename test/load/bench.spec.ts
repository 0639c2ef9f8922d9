import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { projectRoot } from '#libs/config';
import { median, quantile, type BenchDocument } from './document.js';
import { ratiosOf } from './ratios.js';
import { check } from './check.js';
import type { OverloadFigures } from './overload/figures.js';
import { drive } from './row.js';
import { ROW_NAMES } from './rows.js';

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
    assert.deepEqual(Object.keys(document), [
      'fsyncMs',
      'rounds',
      'rows',
      'ratios',
      'stepMicros',
      'chainMicros',
    ]);
    assert.ok(document.fsyncMs > 0 && document.stepMicros > 0 && document.chainMicros > 0);
    assert.equal(document.rounds, 1);
    assert.deepEqual(
      document.rows.map((row) => row.name),
      ROW_NAMES,
    );
    for (const { name, clientMsPerCommand, ...figures } of document.rows) {
      for (const key of ['perSecond', 'min', 'max', 'p50Ms', 'p99Ms', 'cpuMsPerCommand'] as const) {
        assert.ok(figures[key] > 0, `${name}: ${key} is ${figures[key]}`);
      }
      assert.equal(clientMsPerCommand !== null, name.startsWith('http'), 'only there somebody else asks');
      assert.ok(figures.min <= figures.perSecond && figures.perSecond <= figures.max, name);
      assert.ok(figures.p50Ms <= figures.p99Ms, name);
    }
    for (const name of ['engine/floor', 'http/floor', 'one-unit/batched-64', 'engine-one-unit/engine']) {
      assert.ok(document.ratios[name]! > 0, name);
    }
    assert.deepEqual(readdirSync(tmp), []);
  });

  it('runs only the rows that are named, and refuses a name that is none', async () => {
    const run = await bench(tmp, ['--json', '--rounds', '1', '--seconds', '0.1', '--only', 'engine,floor']);
    const document = JSON.parse(run.stdout) as BenchDocument;
    assert.deepEqual(
      document.rows.map((row) => row.name),
      ['floor', 'engine'],
    );
    const wrong = await bench(tmp, ['--only', 'engine,motor']);
    assert.deepEqual([wrong.code, wrong.stdout], [1, '']);
    assert.match(wrong.stderr, /^The bench has no row motor\. It has: floor,engine,/);
    assert.deepEqual(readdirSync(tmp), []);
  });

  it('tells of an overload what was accepted, what was refused, and that the service came back', async () => {
    const run = await bench(tmp, ['--overload', '--json', '--seconds', '0.5']);
    assert.equal(run.code, 0, run.stderr);
    const { overload, ratios } = JSON.parse(run.stdout) as {
      overload: OverloadFigures;
      ratios: Record<string, number>;
    };
    assert.ok(overload.peak > 0 && overload.goodput > 0 && overload.moderate.afterP50Ms > 0);
    assert.equal(ratios['goodput/peak'], overload.ratio);
    assert.deepEqual(readdirSync(tmp), []);
  });

  it('stops its server and removes its folder when it is interrupted', async () => {
    const run = await bench(tmp, ['--seconds', '0.5'], /bench, seconds/);
    assert.equal(run.code, 130, run.stderr);
    assert.equal(run.stdout, '');
    assert.deepEqual(readdirSync(tmp), []);
    const left = spawnSync('ps', ['-eo', 'args'], { encoding: 'utf8' }).stdout ?? '';
    assert.doesNotMatch(left, new RegExp(tmp));
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

describe('ratios', () => {
  it('are taken within rounds, and left out when a row did not run', () => {
    const rates = new Map([
      ['floor', [100, 10, 1000]],
      ['engine', [50, 6, 400]],
    ]);
    assert.deepEqual(ratiosOf(rates), { 'engine/floor': 0.5 });
  });

  it('against the best rival look for it anew in every round', () => {
    const rates = new Map([
      ['engine', [100, 100, 100]],
      ['dbos', [1, 50, 1]],
      ['pgboss', [10, 10, 25]],
    ]);
    assert.deepEqual(ratiosOf(rates), { 'engine/dbos': 100, 'engine/pgboss': 10, 'engine/best-rival': 4 });
  });

  it('that fell below what was recorded are named; a goal that is missed, or a row that did not run, is only told', () => {
    const recorded = {
      date: '2019-03-18',
      machine: 'a small one',
      ratios: { 'a/b': { least: 0.5, goal: 2 }, 'c/b': { least: 0.5 }, 'd/b': { least: 0.5 } },
    };
    const { fallen, table } = check({ 'a/b': 0.6, 'c/b': 0.49 }, recorded);
    assert.deepEqual(fallen, ['c/b']);
    assert.match(table, /a\/b +0\.60 +0\.50 +2\.00 +below the goal\n/);
    assert.match(table, /c\/b +0\.49 +0\.50 +– +FELL\n/);
    assert.match(table, /d\/b +– +0\.50 +– +not measured\n/);
    assert.match(table, /2019-03-18 \(a small one\): c\/b\.$/);
    assert.deepEqual(check({ 'a/b': 0.5, 'c/b': 0.5, 'd/b': 3 }, recorded).fallen, []);
    assert.deepEqual(
      check({ 'x/y': 9 }, recorded).fallen,
      ['nothing'],
      'a check that compares nothing is none',
    );
  });
});
