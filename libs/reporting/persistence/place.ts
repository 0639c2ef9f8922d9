import type { PoolClient } from 'pg';
import type { Position } from '#libs/database';
import type { Instant } from '#libs/kernel';
import type { Period } from '../periods.js';
import type { ProvisionalReason } from '../report.js';
import { COUNTED_TYPES, FOLLOWER, ZONE } from './deltas.js';

async function stillRuns(client: Pick<PoolClient, 'query'>, period: Period, now: Instant): Promise<boolean> {
  const { rows } = await client.query<{ runs: boolean }>(
    `SELECT $1::timestamptz < ($2::date::timestamp AT TIME ZONE '${ZONE}') AS runs`,
    [now, period.until],
  );
  return rows[0]!.runs;
}

const PLACE = `
  SELECT coalesce(f.epoch, 0) AS epoch, coalesce(f.xid, '0') AS xid, coalesce(f.seq, 0) AS seq
  FROM (SELECT 1) AS one LEFT JOIN motcua.follower f ON f.name = $1`;

const NEWEST = 'SELECT epoch, xid, seq FROM motcua.event ORDER BY epoch DESC, xid DESC, seq DESC LIMIT 1';

const UNREAD = `
  SELECT count(*)::int AS lag,
    count(*) FILTER (WHERE type = ANY ($4) AND occurred_at < ($5::date::timestamp AT TIME ZONE '${ZONE}'))::int AS relevant
  FROM motcua.event WHERE (epoch, xid, seq) > ($1::int, $2::xid8, $3::bigint)`;

// A deadline that has passed without its alarm: the worker was down, and columns 12 and 13 do not know of it yet. The next
// alarm is never later than the date: an index has the alarms that are set, few of which lie in the past.
const SILENT = `
  SELECT EXISTS (SELECT FROM motcua.deadline WHERE status = 'running' AND alarm_at < $2::timestamptz
    AND due_at < ($1::date::timestamp AT TIME ZONE '${ZONE}') AND due_at < $2::timestamptz) AS silent`;

/**
 * The place in the log that the cells stand for, how many events lie beyond it, and how many of those would change
 * figures before the day `until` (default: any day).
 */
export async function placeOf(
  client: Pick<PoolClient, 'query'>,
  until = 'infinity',
): Promise<{ position: Position; lag: number; relevant: number }> {
  const position = (await client.query<Position>(PLACE, [FOLLOWER])).rows[0]!;
  const { rows } = await client.query<{ lag: number; relevant: number }>({
    name: 'quarter-unread',
    text: UNREAD,
    values: [position.epoch, position.xid, position.seq, [...COUNTED_TYPES], until],
  });
  return { position, ...rows[0]! };
}

export interface CountState {
  position: Position;
  lag: number;
  because: ProvisionalReason[];
}

/** Where in the log the figures stand, and what is still missing from them. */
export async function stateOf(
  client: Pick<PoolClient, 'query'>,
  period: Period,
  now: Instant,
  early: boolean,
): Promise<CountState> {
  const because: ProvisionalReason[] = [];
  if (await stillRuns(client, period, now)) because.push('periodRuns');
  if (early) {
    const { rows } = await client.query<Position>(NEWEST);
    return { position: rows[0] ?? { epoch: 0, xid: '0', seq: 0 }, lag: 0, because };
  }
  const { position, lag, relevant } = await placeOf(client, period.until);
  if (relevant > 0) because.push('followerLags');
  const { silent } = (await client.query<{ silent: boolean }>(SILENT, [period.until, now])).rows[0]!;
  if (silent) because.push('alarmsPending');
  return { position, lag, because };
}
