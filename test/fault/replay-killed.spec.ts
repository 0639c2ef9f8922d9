import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { projectRoot } from '#libs/config';

const MAIN = join(projectRoot(), 'dist/apps/cli/main.js');
const DEMO = ['demo', '--scale', '0.02', '--exit', '--json'];

interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** Runs motcua; with `killAfter` it is killed with -9 so many milliseconds after its replay began. */
function motcua(args: string[], dataDir: string, killAfter?: number): Promise<Ended> {
  const child = spawn(process.execPath, [MAIN, ...args], { env: { ...process.env, MOTCUA_DATA: dataDir } });
  let stdout = '';
  let stderr = '';
  let armed = killAfter !== undefined;
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
    if (armed && /^replay /m.test(stderr)) {
      armed = false;
      setTimeout(() => child.kill('SIGKILL'), killAfter);
    }
  });
  return new Promise((resolve) =>
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr })),
  );
}

describe('a replay that is killed', () => {
  const folders = [0, 1].map(() => mkdtempSync(join(tmpdir(), 'motcua-killed-')));
  after(() => {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });

  it('resumes without a dossier lost or doubled, and counts what an undisturbed one counts', async () => {
    const [cut, calm] = folders as [string, string];
    const kills: Ended[] = [];
    for (const moment of [60, 250, 500]) kills.push(await motcua(DEMO, cut, moment));
    assert.ok(kills.filter((end) => end.signal === 'SIGKILL').length >= 2, 'too few runs were cut off');
    const resumed = await motcua(DEMO, cut);
    assert.equal(resumed.code, 0, resumed.stderr);
    assert.match(resumed.stderr, /resumed/);
    const undisturbed = await motcua(DEMO, calm);
    assert.equal(undisturbed.code, 0, undisturbed.stderr);
    const figures = (end: Ended): unknown => ({ ...(JSON.parse(end.stdout) as object), seconds: 0 });
    assert.deepEqual(figures(resumed), figures(undisturbed));
    const verified = await motcua(['verify', '--json'], cut);
    assert.equal(verified.code, 0, verified.stdout + verified.stderr);
  });

  it('is found when it is done, and refused with other options, naming --fresh', async () => {
    const [done] = folders as [string, string];
    const again = await motcua(DEMO, done);
    assert.equal(again.code, 0);
    assert.match(again.stderr, /found: the quarter replayed/);
    const other = await motcua(['demo', '--scale', '0.01', '--exit'], done);
    assert.equal(other.code, 1);
    assert.match(other.stderr, /--fresh/);
    const fresh = await motcua(['demo', '--scale', '0.01', '--exit', '--json', '--fresh'], done);
    assert.equal(fresh.code, 0, fresh.stderr);
    assert.equal((JSON.parse(fresh.stdout) as { received: number }).received, 388);
  });
});
