import { type Pool, type PoolClient, transaction } from '#libs/database';
import type { Counts } from '../problem.js';

// Any number, as long as every import takes the same: two processes that start together must not both see an empty table.
const IMPORT_LOCK = 590_001;

/** Runs an import in one transaction, one import at a time. What it throws undoes all of it. */
export async function inImport<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  return transaction(pool, async (client) => {
    await client.query('SELECT pg_advisory_xact_lock($1)', [IMPORT_LOCK]);
    return work(client);
  });
}

/**
 * Runs one upsert that returns `(xmax = 0) AS fresh` for each row it wrote, given all rows as one JSON array in $1. Rows
 * that were already so are not written and not returned: they are what remains of the count.
 */
export async function upsert(
  client: PoolClient,
  sql: string,
  rows: readonly unknown[],
  ...more: unknown[]
): Promise<Counts> {
  if (rows.length === 0) return { inserted: 0, updated: 0, unchanged: 0 };
  const written = await client.query<{ fresh: boolean }>(sql, [JSON.stringify(rows), ...more]);
  const inserted = written.rows.filter((row) => row.fresh).length;
  return { inserted, updated: written.rows.length - inserted, unchanged: rows.length - written.rows.length };
}
