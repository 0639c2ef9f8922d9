import { createPrivateKey, createPublicKey } from 'node:crypto';
import { type SigningKey, keyId } from '#libs/config';
import { type Pool, type PoolClient, chainHash } from '#libs/database';
import type { JsonObject } from '#libs/kernel';
import { type ExportOptions, exportIn, exportLog } from './export.js';
import { startSealer } from './seal.js';

/** The Ed25519 key whose secret is these 32 bytes: those of RFC 8032, which no Motcua would start with. */
export function keyOf(secret: string): SigningKey {
  const key = Buffer.from(`302e020100300506032b657004220420${secret}`, 'hex');
  const privateKey = createPrivateKey({ key, format: 'der', type: 'pkcs8' });
  const publicKey = createPublicKey(privateKey);
  return { privateKey, publicKey, id: keyId(publicKey) };
}

export const KEY = keyOf('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60');
export const OTHER_KEY = keyOf('4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb');

/** Numbers that look drawn by chance and are the same each time: `random(n)` is below n. */
export function randomly(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

type Client = Pick<PoolClient, 'query'>;

/** Writes the chain of one dossier, or of all, as the engine does: for events without one, or (`anew`) for all. */
export async function chainAll(
  client: Client,
  { dossier, anew = false }: { dossier?: string; anew?: boolean } = {},
): Promise<void> {
  const { rows } = await client.query<{
    place: string;
    dossierId: string;
    version: number;
    type: string;
    state: string;
    officer: string;
    unitId: number;
    occurredAt: string;
    data: JsonObject;
    hash: Buffer | null;
  }>(
    `SELECT ctid::text || tableoid AS place, dossier_id AS "dossierId", version, type, state, officer, unit_id AS "unitId",
       occurred_at AS "occurredAt", data, hash
       FROM motcua.event WHERE $1::uuid IS NULL OR dossier_id = $1 ORDER BY epoch, xid, seq`,
    [dossier ?? null],
  );
  const heads = new Map<string, Buffer>();
  const places: string[] = [];
  const hashes: Buffer[] = [];
  for (const { place, hash, ...event } of rows) {
    const next = (!anew && hash) || chainHash(heads.get(event.dossierId) ?? null, event);
    heads.set(event.dossierId, next);
    places.push(place);
    hashes.push(next);
  }
  await client.query(
    `UPDATE motcua.event e SET hash = n.hash FROM unnest($1::text[], $2::bytea[]) AS n(place, hash)
      WHERE e.ctid::text || e.tableoid = n.place`,
    [places, hashes],
  );
}

/** Seals the whole log, `batch` events a head. */
export async function sealAll(pool: Pool, batch = 20, key = KEY): Promise<void> {
  const sealer = startSealer({ pool, key, batch, most: batch, restMs: 0 });
  try {
    await sealer.caughtUp();
  } finally {
    await sealer.stop();
  }
}

const OPTIONS: ExportOptions = { at: '2019-06-30T00:00:00.000Z', publicKey: KEY.publicKey };

export async function linesOf(pool: Pool, options: Partial<ExportOptions> = {}): Promise<string[]> {
  const lines: string[] = [];
  await exportLog(pool, { ...OPTIONS, ...options }, (line) => void lines.push(line));
  return lines;
}

export async function linesIn(client: Client, options: Partial<ExportOptions> = {}): Promise<string[]> {
  const lines: string[] = [];
  await exportIn(client as PoolClient, { ...OPTIONS, ...options }, (line) => void lines.push(line));
  return lines;
}
