import {
  closeSync,
  existsSync,
  fdatasyncSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Pool } from '#libs/database';

/** Processor time used so far, in milliseconds; `postgres` is null where the system does not tell. */
export interface CpuUsed {
  node: number;
  postgres: number | null;
}

/** Linux counts in hundredths of a second, whatever the kernel's own tick is. */
const MS_PER_TICK = 10;

/** Of this process, and of a PostgreSQL server with all its backends, those that have ended among them. */
export function cpuUsed(postmaster: number): CpuUsed {
  const { user, system } = process.cpuUsage();
  return { node: (user + system) / 1000, postgres: familyCpu(postmaster) };
}

function familyCpu(parent: number): number | null {
  if (!existsSync('/proc/self/stat')) return null;
  let ticks = 0;
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const fields = statOf(Number(name));
    if (!fields) continue;
    // Fields are counted from the third, the state: 1 is the parent, 11 and 12 own time, 13 and 14 that of ended children.
    const own = Number(fields[11]) + Number(fields[12]);
    if (Number(name) === parent) ticks += own + Number(fields[13]) + Number(fields[14]);
    else if (Number(fields[1]) === parent) ticks += own;
  }
  return ticks * MS_PER_TICK;
}

function statOf(pid: number): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name, in brackets, may itself hold spaces and brackets.
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined; // ended in between
  }
}

/** How long forcing one page to this folder's disk takes: `times` latencies in milliseconds. */
export function fsyncLatencies(folder: string, times: number): number[] {
  const path = join(folder, 'fsync-probe');
  const file = openSync(path, 'w');
  const page = Buffer.alloc(8192, 1);
  try {
    // The file has its length before the clock runs, as a segment of the write-ahead log has.
    writeSync(file, page, 0, page.length, 0);
    fdatasyncSync(file);
    return Array.from({ length: times }, () => {
      const begun = performance.now();
      writeSync(file, page, 0, page.length, 0);
      fdatasyncSync(file);
      return performance.now() - begun;
    });
  } finally {
    closeSync(file);
    rmSync(path, { force: true });
  }
}

/** Bytes of write-ahead log since the server was made. */
export async function walBytes(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ bytes: number }>(
    `SELECT (pg_current_wal_insert_lsn() - '0/0')::int8 AS bytes`,
  );
  return rows[0]!.bytes;
}
