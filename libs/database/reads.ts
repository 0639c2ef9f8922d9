import { begunBy, openPool, type Pool, type PoolClient } from './connect.js';
import { asRole } from './roles.js';
import { type Scope, scopeText } from './scope.js';

/**
 * Reading for a person. Each read is one transaction, as a role that is held to row-level security: PostgreSQL itself shows
 * it the dossiers of its scope and no others, whatever the statement says.
 */
export class Reads {
  constructor(private readonly pool: Pool) {}

  /**
   * Runs `work` in one transaction within `scope`: committed when it resolves, rolled back when it rejects. With
   * `unchanging` all its statements see the database as it was at the first, and none may write.
   */
  read<T>(
    scope: Scope,
    work: (client: PoolClient) => Promise<T>,
    { unchanging = false }: { unchanging?: boolean } = {},
  ): Promise<T> {
    // One message, not two: the scope is numbers and commas, which scopeText() sees to.
    const begin = unchanging ? 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY' : 'BEGIN';
    const words = `${begin}; SELECT set_config('motcua.scope', '${scopeText(scope)}', true)`;
    return begunBy(words, this.pool, work);
  }

  /** Ends the connections. */
  end(): Promise<void> {
    return this.pool.end();
  }
}

/** Reads at the place of `url`, whoever signs in there. */
export function openReads(url: string): Reads {
  return new Reads(openPool(asRole(url, 'motcua_reader')));
}
