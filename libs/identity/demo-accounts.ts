import type { Pool } from '#libs/database';
import { hashPassword } from './password/hash.js';
import { insertDemoAccounts, officersWithoutAccount } from './persistence/demo-accounts.js';

/** Known to everybody: whoever has it may look at generated dossiers on the machine that they run on, and nothing else. */
export const DEMO_PASSWORD = 'motcua-demo-2019';

/**
 * An account for each demonstration officer that has none, named like its position, all with {@link DEMO_PASSWORD} under
 * one hash. A second time changes nothing. Returns how many were made.
 */
export async function importDemoAccounts(pool: Pool): Promise<number> {
  if ((await officersWithoutAccount(pool)) === 0) return 0;
  return insertDemoAccounts(pool, await hashPassword(DEMO_PASSWORD));
}
