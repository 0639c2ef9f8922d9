import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';
import { connect } from './connect.js';

/** An empty folder that is gone after the test file. */
export function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'motcua-folder-'));
  after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));
  return folder;
}

/** One answer of a database, on a connection of its own. */
export async function ask<T>(url: string, sql: string): Promise<T[]> {
  const client = await connect(url);
  try {
    return (await client.query(sql)).rows as T[];
  } finally {
    await client.end();
  }
}

/** What another Motcua says when its server is up. */
export interface Other {
  process: ChildProcess;
  server: number;
  url: string;
}

/** Starts a second Motcua, in a process of its own, on `dataDir`: resolves when its server is up, or with what it said. */
export async function otherMotcua(dataDir: string): Promise<Other> {
  const child = startOther(dataDir);
  let said = '';
  for await (const chunk of child.stdout!) {
    said += String(chunk);
    if (said.includes('\n'))
      return { process: child, ...(JSON.parse(said) as { server: number; url: string }) };
  }
  throw new Error('the other Motcua did not start');
}

/** The same, not waited for. */
export function startOther(dataDir: string): ChildProcess {
  const server = fileURLToPath(new URL('./embedded/server.js', import.meta.url));
  const script = `
    const { startEmbedded } = await import(${JSON.stringify(server)});
    const server = await startEmbedded({ dataDir: ${JSON.stringify(dataDir)}, durable: false });
    console.log(JSON.stringify({ server: server.pid, url: server.url('postgres') }));
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  after(() => child.kill('SIGKILL'));
  return child;
}

/** A process that has ended but that nobody has taken note of: its number is still taken. Linux. */
export async function zombie(): Promise<number> {
  const parent = spawn('sh', ['-c', 'true & echo $!; exec sleep 60'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  after(() => parent.kill());
  for await (const chunk of parent.stdout) return Number(String(chunk));
  throw new Error('no zombie');
}
