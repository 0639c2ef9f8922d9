import pg from 'pg';
import type { QueryConfig, QueryResult, QueryResultRow } from 'pg';
import { configOf } from './connect.js';

/** The driver can let go of the process; its types do not say so. */
type Client = pg.Client & { ref(): void; unref(): void };

interface Lane {
  client: Promise<Client> | undefined;
  /** questions that are under way on it */
  under: number;
}

/**
 * One plan for each statement, whatever the tables hold and however much is asked for. Planned anew each time, as PostgreSQL
 * does when few values are asked for, a statement costs three times what running it does. And rows are found by index, in
 * the order in which they are asked for, never by reading a small table through: so two processes that change the same rows
 * lock them in the same order.
 */
const ONE_PLAN = ['plan_cache_mode=force_generic_plan', 'enable_seqscan=off', 'enable_hashjoin=off'].map(
  (setting) => `-c ${setting}`,
);

/**
 * A few connections that are each asked several things at once: a question does not wait for the answer to the one before
 * it (PostgreSQL's pipelining), and each is a transaction of its own. For many small statements that no session state
 * holds together. A connection that dies rejects what was under way on it and is made anew when it is needed next.
 *
 * Beside a pool it saves both sides a sleep and a waking for each statement: docs/performance.md.
 */
export class Lanes {
  private readonly lanes: Lane[];
  private ended = false;

  constructor(
    private readonly url: string,
    connections: number,
  ) {
    this.lanes = Array.from({ length: connections }, () => ({ client: undefined, under: 0 }));
  }

  /** Asks on the connection that has the least to do. Rejects with the driver's error. */
  async query<Row extends QueryResultRow>(config: QueryConfig): Promise<QueryResult<Row>> {
    if (this.ended) throw new Error('cannot ask lanes after they were ended');
    let lane = this.lanes[0]!;
    for (const other of this.lanes) if (other.under < lane.under) lane = other;
    const first = lane.under++ === 0;
    let client: Client | undefined;
    try {
      client = await (lane.client ??= this.open(lane));
      if (first) client.ref();
      return await client.query<Row>(config);
    } finally {
      // A connection that has nothing to do does not keep the process alive, but for its goodbye.
      if (--lane.under === 0 && !this.ended) client?.unref();
    }
  }

  /** Ends the connections when what is under way is answered. */
  async end(): Promise<void> {
    this.ended = true;
    const clients = await Promise.all(this.lanes.map((lane) => lane.client?.catch(() => undefined)));
    for (const client of clients) client?.ref(); // or the process could end before its goodbye is answered
    await Promise.all(clients.map((client) => client?.end()));
  }

  private open(lane: Lane): Promise<Client> {
    const config = configOf(this.url);
    const options = [config.options, ...ONE_PLAN].join(' ');
    const client = new pg.Client({ ...config, options, pipeline: true }) as Client;
    const opening = client.connect().then(() => client);
    const forget = () => {
      if (lane.client === opening) lane.client = undefined;
    };
    client.on('error', forget);
    client.on('end', forget);
    opening.catch(forget);
    return opening;
  }
}
