import { readFileSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseFault } from '../faults.js';
import type { Layout } from './folder.js';
import { processFacts, signal, waitUntil } from './processes.js';

/** What a server's lock file says: who, and how far. */
export function lockFile(at: Layout): { pid: number; port: number; ready: boolean } | undefined {
  try {
    const lines = readFileSync(join(at.data, 'postmaster.pid'), 'utf8').split('\n');
    return { pid: Number(lines[0]), port: Number(lines[3]), ready: lines[7]?.trim() === 'ready' };
  } catch {
    return undefined;
  }
}

/**
 * A Motcua that was killed may have left its server running, or only the server's lock. We hold the folder, so whatever
 * server is on it is ours to stop, once we are sure that the number in the lock is a server on this very folder.
 */
export async function stopOrphan(at: Layout): Promise<void> {
  const pid = lockFile(at)?.pid;
  if (!pid) return;
  const data = realpathSync(at.data);
  const ours = () => {
    const facts = processFacts(pid);
    return facts !== undefined && (facts.cwd === data || (!facts.cwd && facts.command.includes(data)));
  };
  for (const [name, ms] of [
    ['SIGINT', 20_000],
    ['SIGQUIT', 5_000],
    ['SIGKILL', 2_000],
  ] as const) {
    if (!ours()) break;
    try {
      signal(pid, name);
    } catch (cause) {
      throw new DatabaseFault(
        'database_orphan',
        `A PostgreSQL server (process ${pid}) still runs on ${at.root}, and this user may not stop it. Stop it first.`,
        { folder: at.root, pid },
        cause,
      );
    }
    await waitUntil(() => !ours(), ms);
  }
  // A killed server is a zombie for a moment, and PostgreSQL takes a zombie, or a stranger with the same number, for a
  // living server. Neither is one: the server's own check of shared memory still stands behind us.
  const left = () => lockFile(at)?.pid === pid;
  if (left() && processFacts(pid) !== undefined) rmSync(join(at.data, 'postmaster.pid'), { force: true });
  else if (left() && !(await waitUntil(() => !existsAtAll(pid), 2_000)))
    rmSync(join(at.data, 'postmaster.pid'), { force: true });
}

function existsAtAll(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
