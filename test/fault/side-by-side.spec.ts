import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { projectRoot } from '#libs/config';

const MAIN = join(projectRoot(), 'dist/apps/cli/main.js');

describe('short commands on one data folder', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'motcua-side-'));
  after(() => rmSync(dataDir, { recursive: true, force: true }));

  const verify = (): Promise<{ code: number | null; out: string }> =>
    new Promise((resolve) => {
      const env = { ...process.env, MOTCUA_DATA: dataDir };
      const child = spawn(process.execPath, [MAIN, 'verify', '--json'], { env });
      let out = '';
      child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
      child.stderr.on('data', (chunk: Buffer) => (out += chunk.toString()));
      child.on('close', (code) => resolve({ code, out }));
    });

  it('all answer: whichever comes first has the server, and keeps it for the others', async () => {
    for (const end of await Promise.all(Array.from({ length: 4 }, verify))) {
      assert.equal(end.code, 0, end.out);
      assert.equal((JSON.parse(end.out) as { ok: boolean }).ok, true);
    }
  });
});
