import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Config } from '#libs/config';
import { DatabaseFault } from '../faults.js';
import { inspect, isKeys, layoutOf } from './folder.js';
import { lockFolder } from './lock.js';
import { stopOrphan } from './orphan.js';

/**
 * Erases the embedded database for good, so that the next start makes a new one; a folder that is not there is fine.
 * Throws a DatabaseFault, and erases nothing, when the database is not embedded, when another Motcua uses the folder,
 * or when it holds anything that Motcua did not make.
 */
export async function eraseEmbedded(config: Pick<Config, 'dataDir' | 'databaseUrl'>): Promise<void> {
  if (config.databaseUrl) {
    throw new DatabaseFault(
      'database_not_embedded',
      'DATABASE_URL names a database that Motcua does not own, so it is not erased. Give an empty database instead.',
    );
  }
  const at = layoutOf(resolve(config.dataDir));
  if (!existsSync(at.root)) return;
  const unlock = lockFolder(at, 0o711);
  try {
    try {
      inspect(at);
    } catch (error) {
      // Another version's database is Motcua's all the same, and to be rid of it may be just what is wanted.
      const other = error instanceof DatabaseFault && error.code === 'data_folder_other_postgres';
      if (!other || !existsSync(at.marker)) throw error;
    }
    await stopOrphan(at);
    // Keys go with what they sealed; a folder of that name with anything else in it is not ours.
    // The folder itself stays, with the lock that we hold and whatever the disk keeps in it.
    for (const name of readdirSync(at.root).filter((n) => /^(postgres|secrets)/.test(n) || isKeys(at, n))) {
      rmSync(join(at.root, name), { recursive: true, force: true, maxRetries: 10 });
    }
  } finally {
    unlock();
  }
}
