import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { projectRoot } from '#libs/config';

/** What a run of `motcua` said, and how it ended. */
export interface Said {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A folder that is gone after the test file. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'motcua-cli-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The environment in which `motcua` works on a test's own database. */
export function on(database: { appUrl: string; ownerUrl: string }): Record<string, string> {
  return { DATABASE_URL: database.appUrl, DATABASE_OWNER_URL: database.ownerUrl };
}

/** Runs `motcua` as a person does, in a process of its own with `env` besides ours, to its end; one that does not end in a minute is stopped. */
export async function runMotcua(args: readonly string[], env: Record<string, string>): Promise<Said> {
  const main = join(projectRoot(), 'dist/apps/cli/main.js');
  const child = spawn(process.execPath, [main, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 60_000,
    killSignal: 'SIGKILL',
  });
  const said: Said = { code: null, stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (said.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said.stderr += chunk.toString()));
  said.code = await new Promise((resolve) => child.once('close', resolve));
  return said;
}
