import type { Pool, PoolClient } from '#libs/database';
import { type SealedHead } from '../head.js';
import { exactInstant } from '../line.js';

interface SealRow {
  size: string;
  events: number;
  root: Buffer;
  frontier: Buffer;
  leaves: Buffer;
  epoch: number;
  xid: string;
  seq: string;
  at: string;
  key: string;
  signature: Buffer;
}

/** Moments and long numbers as text, so that nothing is rounded before it is compared with what was signed. */
export const HEAD_COLUMNS = `s.size::text, s.events, s.root, s.frontier, s.leaves, s.epoch, s.xid::text AS xid, s.seq::text AS seq,
  s.sealed_at::text AS at, s.key_id AS key, s.signature`;

export function headOf(row: SealRow): SealedHead {
  const { size, events, root, frontier, leaves, epoch, xid, seq, at, key, signature } = row;
  return {
    size: Number(size),
    events,
    root: root.toString('hex'),
    at: exactInstant(at),
    key,
    position: { epoch, xid, seq },
    frontier,
    leaves,
    signature,
  };
}

type Queryable = Pick<PoolClient, 'query'> | Pick<Pool, 'query'>;

/** The last head, or the last of at most `most` events; undefined when there is none. */
export async function lastHead(client: Queryable, most?: number): Promise<SealedHead | undefined> {
  const { rows } = await client.query<SealRow>(
    `SELECT ${HEAD_COLUMNS} FROM motcua.seal s WHERE $1::bigint IS NULL OR s.size <= $1 ORDER BY s.size DESC LIMIT 1`,
    [most ?? null],
  );
  return rows[0] && headOf(rows[0]);
}

/** Adds a head. Two that begin where one ended cannot both be there: the table refuses the second. */
export async function insertHead(client: PoolClient, head: SealedHead): Promise<void> {
  const { size, events, root, frontier, leaves, position, at, key, signature } = head;
  await client.query(
    `INSERT INTO motcua.seal (size, events, root, frontier, leaves, epoch, xid, seq, sealed_at, key_id, signature)
     VALUES ($1, $2, $3, $4, $5, $6, $7::xid8, $8, $9, $10, $11)`,
    [
      size, events, Buffer.from(root, 'hex'), frontier, leaves, position.epoch, position.xid, position.seq, at, key, signature,
    ],
  ); // prettier-ignore
}

export type { SealRow };
