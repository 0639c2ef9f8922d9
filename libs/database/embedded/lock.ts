import { linkSync, mkdirSync, renameSync, rmSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseFault, codeOf } from '../faults.js';
import { type Layout, read, unusable } from './folder.js';
import { processFacts } from './processes.js';

/**
 * Takes the folder for this process, creating it when absent. Throws `data_folder_in_use` when another living Motcua
 * has it; the lock of a dead one is taken over. Returns the function that gives it back.
 */
export function lockFolder(at: Layout, mode: number): () => void {
  try {
    makeFolder(at.root, mode);
  } catch (cause) {
    throw unusable(at.root, cause);
  }
  const mine = JSON.stringify({ pid: process.pid, since: processFacts(process.pid)?.since ?? '' });
  const ours = `${at.lock}.${process.pid}`;
  try {
    writeFileSync(ours, mine, { mode: 0o600 });
    for (;;) {
      const holder = tryLink(ours, at.lock);
      if (!holder) break;
      if (holder.pid !== undefined) throw inUse(at.root, holder.pid);
      unlinkStale(at.lock, holder.text);
    }
  } catch (cause) {
    throw cause instanceof DatabaseFault ? cause : unusable(at.root, cause);
  } finally {
    rmSync(ours, { force: true });
  }
  return () => {
    if (read(at.lock) === mine) rmSync(at.lock, { force: true });
  };
}

/** A link is made in one step, with its content: undefined when it is ours now, else who holds it (no pid: nobody living). */
function tryLink(ours: string, lock: string): { pid?: number; text: string } | undefined {
  try {
    linkSync(ours, lock);
    return undefined;
  } catch (error) {
    const text = read(lock) ?? '';
    if (!text && codeOf(error) !== 'EEXIST') throw error;
    try {
      const { pid, since } = JSON.parse(text) as { pid: number; since: string };
      return processFacts(pid)?.since === since ? { pid, text } : { text };
    } catch {
      return { text };
    }
  }
}

/** Moves a dead lock away. If two do so at once, the slower finds a living lock in its hands and puts it back. */
function unlinkStale(lock: string, stale: string): void {
  const aside = `${lock}.stale.${process.pid}`;
  try {
    renameSync(lock, aside);
  } catch {
    return; // somebody else was faster
  }
  if (read(aside) !== stale) {
    try {
      linkSync(aside, lock);
    } catch {
      // and a third one has it by now
    }
  }
  unlinkSync(aside);
}

function inUse(folder: string, pid: number): DatabaseFault {
  return new DatabaseFault(
    'data_folder_in_use',
    `Another Motcua (process ${pid}) is using the data folder ${folder}. ` +
      `Stop that one first, or set MOTCUA_DATA to another folder.`,
    { folder, pid },
  );
}

/** One folder after the other: the recursive call of Node 20 never returns under a file system like /proc. */
function makeFolder(path: string, mode: number): void {
  if (isFolder(path)) return;
  makeFolder(dirname(path), mode);
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    // Another process may have been faster; a file of that name is no folder.
    if (codeOf(error) !== 'EEXIST' || !isFolder(path)) throw error;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
