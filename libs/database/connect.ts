import pg from 'pg';
import type { CustomTypesConfig, Pool, PoolClient, PoolConfig } from 'pg';
import { readTypes } from './types.js';

export type { Pool, PoolClient };

/** What every connection of Motcua has in common; a data source takes it as its `extra`. */
export const connectionDefaults = {
  types: readTypes as CustomTypesConfig,
  application_name: 'motcua',
  keepAlive: true,
  connectionTimeoutMillis: 10_000,
  // No compiling and no parallel workers: statements here take milliseconds, and either takes longer to get going.
  options: '-c timezone=UTC -c datestyle=ISO,YMD -c jit=off -c max_parallel_workers_per_gather=0',
} satisfies PoolConfig;

/**
 * A pool of connections that survives its server: a connection that dies while idle is dropped and made anew when it is
 * needed next, so after an outage the pool works again by itself. An idle pool does not keep the process alive.
 */
export function openPool(url: string, options: PoolConfig = {}): Pool {
  const pool = new pg.Pool({ max: 10, allowExitOnIdle: true, ...options, ...configOf(url) });
  // Without a listener the death of one idle connection would end the process. Nobody waits on it: nothing is lost.
  pool.on('error', () => {});
  return pool;
}

/** Opens one connection of its own, for work that holds a session lock. The caller ends it. */
export async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client(configOf(url));
  client.on('error', () => {});
  await client.connect();
  return client;
}

/** How to connect to `url`: with its own options after those of every connection. */
export function configOf(url: string): pg.ClientConfig {
  const { options, ...parsed } = splitUrl(url);
  return {
    ...parsed,
    ...connectionDefaults,
    options: [connectionDefaults.options, options].filter(Boolean).join(' '),
  };
}

/** A URL without its `options`, and those: the driver lets the ones of a URL win over all others, where both are needed. */
export function splitUrl(url: string): { connectionString: string; options?: string } {
  const parsed = new URL(url);
  const options = parsed.searchParams.get('options');
  if (options === null) return { connectionString: url };
  parsed.searchParams.delete('options');
  return { connectionString: parsed.href, options };
}

/**
 * Runs `work` in one transaction on one connection: committed when it resolves, rolled back when it rejects. A
 * connection that cannot even roll back is thrown away.
 */
export function transaction<T>(
  pool: Pool,
  work: (client: PoolClient) => Promise<T>,
  mode: '' | 'ISOLATION LEVEL REPEATABLE READ READ ONLY' = '',
): Promise<T> {
  return begunBy(`BEGIN ${mode}`, pool, work);
}

/** A {@link transaction} that begins with these words: what else has to be said first goes in the same message. */
export async function begunBy<T>(
  words: string,
  pool: Pool,
  work: (client: PoolClient) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  // While we hold it nobody else listens; the running query rejects with the reason anyway.
  const ignore = () => {};
  client.on('error', ignore);
  let broken: Error | undefined;
  try {
    await client.query(words);
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch((cause: unknown) => {
      broken = cause instanceof Error ? cause : new Error(String(cause));
    });
    throw error;
  } finally {
    client.off('error', ignore);
    client.release(broken);
  }
}
