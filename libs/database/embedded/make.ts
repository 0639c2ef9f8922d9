import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { DatabaseFault } from '../faults.js';
import { type Layout, type Secrets, syncFolder, writeDurably } from './folder.js';
import type { RunAs } from './run-as.js';

/** The role that owns everything in an embedded server. */
export const OWNER = 'motcua';

/**
 * Makes PostgreSQL's folder with initdb. It gets its name when it is complete; whatever a killed try left is removed.
 * Throws `database_not_made` with the reason that initdb gave.
 */
export async function initialise(
  at: Layout,
  runAs: RunAs,
  secrets: Secrets,
  durable: boolean,
): Promise<void> {
  for (const name of readdirSync(at.root).filter((n) => n.startsWith(basename(at.half)))) {
    rmSync(join(at.root, name), { recursive: true, force: true, maxRetries: 10 });
  }
  const half = mkdtempSync(at.half);
  const password = `${at.secrets}.new`;
  writeFileSync(password, `${secrets.owner}\n`, { mode: 0o600 });
  runAs.give(half);
  runAs.give(password);
  const args = ['-D', half, '-U', OWNER, '--pwfile', password, '--auth=scram-sha-256'];
  args.push('--encoding=UTF8', '--locale=C.UTF-8', '--no-instructions');
  // A thousand small files: forcing them to disk one by one takes seconds, where Linux can do it in one call.
  if (!durable) args.push('--no-sync');
  else if (process.platform === 'linux') args.push('--sync-method=syncfs');
  const output = await run(runAs, runAs.binaries.initdb, args);
  rmSync(password, { force: true });
  if (output !== undefined) {
    throw new DatabaseFault(
      'database_not_made',
      `The database could not be made in ${at.root}: ${lastWords(output)}`,
      { folder: at.root },
    );
  }
  // Only the renaming makes it count: what was cut off before has another name and is made again.
  writeDurably(
    join(half, basename(at.marker)),
    JSON.stringify({ format: 1, madeAt: new Date().toISOString() }),
  );
  syncFolder(half);
  renameSync(half, at.data);
  syncFolder(at.root);
}

/** Runs a program to its end: undefined when it went well, else what it said. */
function run(runAs: RunAs, program: string, args: string[]): Promise<string | undefined> {
  return new Promise((done) => {
    const child = spawn(...runAs.wrap(program, args), { ...runAs.spawn, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout?.on('data', (chunk) => (output += chunk));
    child.stderr?.on('data', (chunk) => (output += chunk));
    child.on('error', (error) => done(error.message));
    child.on('close', (code, name) => done(code === 0 ? undefined : `${output}\nended with ${code ?? name}`));
  });
}

/** The line that says why, from a server's or initdb's output. */
export function lastWords(output: string): string {
  const lines = output.trim().split('\n');
  const why =
    lines.findLast((line) => /FATAL|PANIC|error|could not/i.test(line)) ?? lines.at(-1) ?? 'it said nothing';
  return why.replace(/^\d{4}-\d\d-\d\d .*?\] /, '');
}
