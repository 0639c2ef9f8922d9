import { setTimeout as pause } from 'node:timers/promises';
import { type Follower, connect } from '#libs/database';
import { startBoard } from '#libs/dossier';
import { startProjector } from '#libs/reporting';
import type { SizeProvince } from './province.js';

/** How quickly a follower read the log. */
export interface CaughtUp {
  name: string;
  events: number;
  seconds: number;
  /** over the last million events, or all where there are fewer */
  perSecond: number;
}

const LAST = 1_000_000;
const LOOK_MS = 100;

/** Lets the two followers that reads rest on read the whole log, one after the other, each from nothing. */
export async function catchUp(province: SizeProvince, signal: AbortSignal): Promise<CaughtUp[]> {
  const owner = await connect(province.ownerUrl);
  try {
    await owner.query(
      'TRUNCATE motcua.report_cell, motcua.report_sum, motcua.dossier_board, motcua.party_name, motcua.follower',
    );
  } finally {
    await owner.end();
  }
  const { pool } = province;
  return [
    await timed('reporting', province, startProjector({ pool, signal })),
    await timed('board', province, startBoard({ pool, signal })),
  ];
}

async function timed(name: string, { pool }: SizeProvince, follower: Follower): Promise<CaughtUp> {
  const { rows } = await pool.query<{ events: number; last: number }>(
    'SELECT count(*) AS events, max(seq) AS last FROM motcua.event',
  );
  const { events, last } = rows[0]!;
  const begun = performance.now();
  let mark = { at: begun, seq: last - events };
  let done = false;
  const looking = (async () => {
    // Where the follower is when a million are left to read: the numbers of events run on.
    while (!done) {
      const place = await pool.query<{ seq: number }>('SELECT seq FROM motcua.follower WHERE name = $1', [
        name,
      ]);
      const seq = place.rows[0]?.seq ?? 0;
      if (seq > mark.seq && seq <= Math.max(last - LAST, last - events))
        mark = { at: performance.now(), seq };
      await pause(LOOK_MS);
    }
  })();
  await follower.caughtUp();
  const end = performance.now();
  done = true;
  await looking;
  await follower.stop();
  return {
    name,
    events,
    seconds: Math.round((end - begun) / 100) / 10,
    perSecond: Math.round((last - mark.seq) / ((end - mark.at) / 1000)),
  };
}
