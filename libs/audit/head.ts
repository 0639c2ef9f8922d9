import { type KeyObject, sign, verify } from 'node:crypto';
import type { SigningKey } from '#libs/config';
import { type JsonObject, canonicalJson } from '#libs/kernel';
import { type Place, isPlace } from './line.js';
import { HASH_BYTES } from './tree.js';

/** What is signed: so many events, in this tree, up to this place, sealed then by this key. */
export interface Head {
  size: number;
  /** hex */
  root: string;
  at: string;
  key: string;
  position: Place;
}

/** A head with what belongs to it: the leaves since the head before, and the edge of the tree. The root vouches for both. */
export interface SealedHead extends Head {
  events: number;
  frontier: Buffer;
  leaves: Buffer;
  signature: Buffer;
}

/** Before the canonical JSON, so that no signature made for another purpose is ever one of a head. */
const PURPOSE = 'motcua seal head v1\n';
/** dossier 16 ‖ version 4 ‖ leaf hash 32 */
export const ENTRY_BYTES = 16 + 4 + HASH_BYTES;

/** The bytes that are signed. */
export function headBytes({ size, root, at, key, position: { epoch, xid, seq } }: Head): Buffer {
  return Buffer.from(PURPOSE + canonicalJson({ size, root, at, key, position: { epoch, xid, seq } }), 'utf8');
}

export function signHead(head: Head, key: SigningKey): Buffer {
  return sign(null, headBytes(head), key.privateKey);
}

export function isSigned(head: Head & { signature: Buffer }, publicKey: KeyObject): boolean {
  return head.signature.length === 64 && verify(null, headBytes(head), publicKey, head.signature);
}

/** One leaf with the event that it is of, so that an event that is gone can be named. */
export interface Entry {
  dossier: string;
  version: number;
  leaf: Buffer;
}

export function packEntries(entries: readonly Entry[]): Buffer {
  const bytes = Buffer.allocUnsafe(entries.length * ENTRY_BYTES);
  entries.forEach(({ dossier, version, leaf }, at) => {
    const start = at * ENTRY_BYTES;
    bytes.write(dossier.replaceAll('-', ''), start, 'hex');
    bytes.writeInt32BE(version, start + 16);
    leaf.copy(bytes, start + 20);
  });
  return bytes;
}

export function entryAt(leaves: Buffer, at: number): Entry {
  const start = at * ENTRY_BYTES;
  const hex = leaves.toString('hex', start, start + 16);
  return {
    dossier: `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`,
    version: leaves.readInt32BE(start + 16),
    leaf: leafAt(leaves, at),
  };
}

export function leafAt(leaves: Buffer, at: number): Buffer {
  return leaves.subarray(at * ENTRY_BYTES + 20, (at + 1) * ENTRY_BYTES);
}

/** How many leaves there are; the rest of a broken one is none. */
export function countOf(leaves: Buffer): number {
  return Math.floor(leaves.length / ENTRY_BYTES);
}

/** The line of a head in an export. */
export function headLine({ frontier, leaves, signature, ...head }: SealedHead): string {
  return canonicalJson({
    ...head,
    kind: 'head',
    position: { ...head.position },
    frontier: frontier.toString('base64'),
    leaves: leaves.toString('base64'),
    signature: signature.toString('base64'),
  });
}

/** The head of a line; undefined when it is none. */
export function parseHead(value: JsonObject): SealedHead | undefined {
  const { kind, size, events, root, at, key, position, frontier, leaves, signature } = value;
  const bytes = [frontier, leaves, signature].map(fromBase64);
  const texts = [root, at, key].every((text) => typeof text === 'string');
  const numbers = [size, events].every((number) => Number.isSafeInteger(number));
  if (kind !== 'head' || !texts || !numbers || !isPlace(position) || bytes.includes(undefined))
    return undefined;
  return {
    size: size as number,
    events: events as number,
    root: root as string,
    at: at as string,
    key: key as string,
    position: { epoch: position.epoch, xid: position.xid, seq: position.seq },
    frontier: bytes[0]!,
    leaves: bytes[1]!,
    signature: bytes[2]!,
  };
}

function fromBase64(text: unknown): Buffer | undefined {
  return typeof text === 'string' ? Buffer.from(text, 'base64') : undefined;
}
