import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The process id of the embedded server that runs in a data folder of a test: the first line of its lock file. */
export function postmasterOf(dataDir: string): number {
  const folder = readdirSync(dataDir).find((name) => name.startsWith('postgres'));
  return Number(readFileSync(join(dataDir, folder ?? 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);
}
