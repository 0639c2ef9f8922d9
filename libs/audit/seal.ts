import type { KeyObject } from 'node:crypto';
import { type SigningKey } from '#libs/config';
import { type Follower, type LogRange, type Pool, type PoolClient, followRanges } from '#libs/database';
import { type Clock, DomainError, systemClock } from '#libs/kernel';
import { type Entry, type Head, type SealedHead, isSigned, packEntries, signHead } from './head.js';
import { comparePlaces, lineOf } from './line.js';
import { readRange } from './persistence/events.js';
import { insertHead, lastHead } from './persistence/heads.js';
import { Frontier, leafHash } from './tree.js';

/** The name of the follower. */
export const SEALER = 'seal';
/** How long events are gathered for one head: well below the minute that is promised. */
const REST_MS = 10_000;

export interface SealerOptions {
  pool: Pool;
  key: SigningKey;
  clock?: Clock;
  signal?: AbortSignal;
  log?: (line: string) => void;
  /** how many events at first, and at most, are sealed by one head */
  batch?: number;
  most?: number;
  restMs?: number;
}

/** Why the log is not sealed any further: the heads in the database are not what this Motcua left there. The message says what to do. */
export class SealError extends DomainError {
  constructor(code: string, sentence: string) {
    super(code);
    this.message = `${code}: ${sentence} Nothing more is sealed. See docs/concepts/audit.md.`;
  }
}

/**
 * Starts the follower that seals the log: its events, in their order, become leaves of a Merkle tree, and each batch ends with
 * a signed head, at most some ten seconds after its first event. In any number of processes: one works at a time. It refuses
 * to go on from a head that it cannot vouch for, says so by name each time it tries, and its lag grows.
 */
export function startSealer(options: SealerOptions): Follower {
  const { pool, key, clock = systemClock, signal, log, batch = 5_000, most = 20_000 } = options;
  const say = log ?? ((line: string) => process.stderr.write(`${line}\n`));
  let known = 0;
  return followRanges({
    pool,
    name: SEALER,
    batch,
    most,
    restMs: options.restMs ?? REST_MS,
    ...(signal && { signal }),
    ...(log && { log }),
    handle: async (client, range) => {
      try {
        const tree = vouchFor(await lastHead(client), range, key);
        if (tree.size < known) throw wentBack(known, tree.size);
        known = tree.size;
        await insertHead(client, await sealRange(client, range, tree, { key, at: clock.now() }));
      } catch (error) {
        // A follower says only by which code it failed.
        if (error instanceof SealError) say(error.message);
        throw error;
      }
    },
  });
}

function wentBack(known: number, size: number): SealError {
  return new SealError(
    'seal_went_back',
    `The tree had ${known} events and now has ${size}: heads were removed.`,
  );
}

/** Adds the events of a stretch to the tree, and gives the head. */
async function sealRange(
  client: PoolClient,
  range: LogRange,
  tree: Frontier,
  { key, at }: { key: SigningKey; at: string },
): Promise<SealedHead> {
  const rows = await readRange(client, range);
  const entries = rows.map((row): Entry => {
    const leaf = leafHash(lineOf(row));
    tree.add(leaf);
    return { dossier: row.dossier, version: row.version, leaf };
  });
  const { epoch, xid, seq } = rows.at(-1)!;
  const head: Head = {
    size: tree.size,
    root: tree.root().toString('hex'),
    at,
    key: key.id,
    position: { epoch, xid, seq },
  };
  return {
    ...head,
    events: entries.length,
    frontier: tree.bytes(),
    leaves: packEntries(entries),
    signature: signHead(head, key),
  };
}

/** The tree of the last head, when that head is ours, whole, and where the follower stands. Throws {@link SealError} otherwise. */
export function vouchFor(
  last: SealedHead | undefined,
  { after }: Pick<LogRange, 'after'>,
  key: SigningKey,
): Frontier {
  const stands = { epoch: after.epoch, xid: after.xid, seq: String(after.seq) };
  const ended = last?.position ?? { epoch: 0, xid: '0', seq: '0' };
  if (comparePlaces(stands, ended) !== 0)
    throw new SealError(
      'seal_place_differs',
      `The follower stands at ${text(stands)} of the log, the last head ends at ${text(ended)}: one of them was changed.`,
    );
  return last ? treeOf(last, key.publicKey, key.id) : Frontier.empty();
}

function treeOf(head: SealedHead, publicKey: KeyObject, keyId: string): Frontier {
  const which = `The last head (of ${head.size} events, at ${head.at})`;
  if (head.key !== keyId)
    throw new SealError(
      'seal_key_differs',
      `${which} was signed by the key ${head.key}, seal.pem is the key ${keyId}.`,
    );
  if (!isSigned(head, publicKey))
    throw new SealError('seal_signature_wrong', `${which} does not bear the signature of its key.`);
  const tree = Frontier.of(head.size, head.frontier);
  if (tree?.root().toString('hex') !== head.root)
    throw new SealError('seal_tree_broken', `${which} has a root that its tree does not give.`);
  return tree;
}

const text = ({ epoch, xid, seq }: { epoch: number; xid: string; seq: string }): string =>
  `(${epoch}, ${xid}, ${seq})`;
