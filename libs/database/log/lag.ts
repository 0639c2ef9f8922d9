import type { Instant } from '#libs/kernel';
import type { Pool } from '../connect.js';

/** How far one follower is behind. Events of transactions that are still at work are no lag: nobody may read them. */
export interface FollowerLag {
  name: string;
  /** committed events not yet handled; counted up to {@link LAG_LIMIT} */
  events: number;
  /** when the oldest of them was recorded; null when there is none */
  oldest: Instant | null;
  /** how long the oldest of them has waited, in seconds; 0 when there is none */
  seconds: number;
  movedAt: Instant;
}

/** Lag is a warning light, not a count: beyond this it says "at least". Keeps the metric cheap after a long outage. */
export const LAG_LIMIT = 100_000;

const LAG = `
  SELECT f.name, behind.events, behind.oldest, f.moved_at AS "movedAt",
         coalesce(greatest(extract(epoch FROM clock_timestamp() - behind.oldest), 0), 0)::float8 AS seconds
    FROM motcua.follower f CROSS JOIN LATERAL (
      SELECT count(*) AS events, min(recorded_at) AS oldest FROM (
        SELECT e.recorded_at FROM motcua.event e
         WHERE (e.epoch, e.xid, e.seq) > (f.epoch, f.xid, f.seq)
         ORDER BY e.epoch, e.xid, e.seq LIMIT ${LAG_LIMIT}) ahead) behind`;

/** Every follower that ever ran on this database, by name, with how far it is behind. */
export async function listFollowers(pool: Pool): Promise<FollowerLag[]> {
  return (await pool.query<FollowerLag>(`${LAG} ORDER BY f.name`)).rows;
}

/** How far follower `name` is behind; undefined when it never ran. */
export async function lagOf(pool: Pool, name: string): Promise<FollowerLag | undefined> {
  return (await pool.query<FollowerLag>(`${LAG} WHERE f.name = $1`, [name])).rows[0];
}
