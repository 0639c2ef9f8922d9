import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * Facts about a process. A zombie is dead for us: it holds no memory and no file, but a signal still "reaches" it, which
 * is why `kill(pid, 0)` alone is never asked. `since` tells a process from a later one with the same number.
 */
export interface ProcessFacts {
  since: string;
  command: string;
  /** only where the system tells */
  cwd?: string;
}

function fromProc(pid: number): ProcessFacts | undefined {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The second field is the name in brackets and may itself hold spaces and brackets.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  const facts: ProcessFacts = { since: `${boot}/${fields[19]}`, command };
  try {
    facts.cwd = readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    // another user's process: the command line has to do
  }
  return facts;
}

function fromPs(pid: number): ProcessFacts | undefined {
  const line = execFileSync('ps', ['-o', 'stat=,lstart=,command=', '-p', String(pid)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, LC_ALL: 'C' },
  }).trim();
  const [, state, since, command] = /^(\S+)\s+(\w+ \w+ +\d+ [\d:]+ \d+)\s+(.*)$/.exec(line) ?? [];
  if (!state || state.startsWith('Z')) return undefined;
  return { since: since ?? '', command: command ?? '' };
}

/** What is known of a process, or undefined when it is gone (or a zombie). */
export function processFacts(pid: number): ProcessFacts | undefined {
  try {
    return process.platform === 'linux' ? fromProc(pid) : fromPs(pid);
  } catch {
    return undefined;
  }
}

/** Signals a process; false when it is gone. Any other failure (not ours) is thrown. */
export function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false;
    throw error;
  }
}

/** True as soon as `gone()` says so, false after `ms` milliseconds. */
export async function waitUntil(gone: () => boolean, ms: number): Promise<boolean> {
  for (const until = performance.now() + ms; performance.now() < until; await pause(20))
    if (gone()) return true;
  return gone();
}
