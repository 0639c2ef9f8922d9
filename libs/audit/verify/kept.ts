import { type KeyObject } from 'node:crypto';
import { type Entry, type SealedHead, countOf, entryAt, isSigned, leafAt } from '../head.js';
import { type Place, comparePlaces } from '../line.js';
import { Frontier } from '../tree.js';
import type { Findings } from './findings.js';
import { type Lines, readHeads } from './lines.js';

/** Heads that were kept elsewhere, and which of their leaves have been found. 24 bytes for each leaf. */
export class Kept {
  readonly roots = new Map<number, string>();
  /** where the kept heads begin; undefined when at the beginning of the log */
  private from: Place | undefined;
  last: SealedHead | undefined;
  private table = new BigUint64Array(1_024);
  private found = new Uint8Array(1_024);
  private count = 0;

  /** Reads them, and checks that they are what they say: signed, and each going on from the one before. */
  static async read(lines: Lines, publicKey: KeyObject | null, findings: Findings): Promise<Kept> {
    const kept = new Kept();
    let tree: Frontier | undefined = Frontier.empty();
    for await (const { head, line, base } of readHeads(lines)) {
      if (publicKey && !isSigned(head, publicKey))
        findings.add(
          'kept_heads_wrong',
          `the kept head of ${head.size} events does not bear the signature of the key`,
          { line },
        );
      const leaves = base ? [] : leavesOf(head);
      if (base) kept.from = head.position;
      else for (const leaf of leaves) tree?.add(leaf);
      if (!base && tree?.root().toString('hex') !== head.root)
        findings.add(
          'kept_heads_wrong',
          `the kept head of ${head.size} events does not go on from the one before it`,
          { line },
        );
      if (base || tree?.root().toString('hex') !== head.root) tree = Frontier.of(head.size, head.frontier);
      for (const leaf of leaves) kept.enter(leaf);
      kept.roots.set(head.size, head.root);
      kept.last = head;
    }
    return kept;
  }

  /** Whether an event at this place should be among the kept leaves. */
  covers(position: Place): boolean {
    if (!this.last || comparePlaces(position, this.last.position) > 0) return false;
    return !this.from || comparePlaces(position, this.from) > 0;
  }

  /** Ticks a leaf off; false when it is not one of them. */
  see(leaf: Buffer): boolean {
    const at = this.find(leaf);
    if (this.table[at] === 0n) return false;
    this.found[at] = 1;
    return true;
  }

  /** The entries that were not ticked off, out of a second reading; `index` is that of the leaf in the tree. */
  async *missing(lines: Lines): AsyncGenerator<Entry & { index: number }> {
    for await (const { head, base } of readHeads(lines)) {
      if (base) continue;
      const first = head.size - countOf(head.leaves);
      for (let at = 0; at < countOf(head.leaves); at++)
        if (this.found[this.find(leafAt(head.leaves, at))] === 0)
          yield { ...entryAt(head.leaves, at), index: first + at };
    }
  }

  private enter(leaf: Buffer): void {
    if (++this.count * 2 > this.table.length) this.grow();
    this.table[this.find(leaf)] = short(leaf);
  }

  /** Where it is, or where it would be. */
  private find(leaf: Buffer): number {
    const wanted = short(leaf);
    const mask = this.table.length - 1;
    let at = Number(wanted & BigInt(mask));
    while (this.table[at] !== 0n && this.table[at] !== wanted) at = (at + 1) & mask;
    return at;
  }

  private grow(): void {
    const before = this.table;
    this.table = new BigUint64Array(before.length * 2);
    this.found = new Uint8Array(before.length * 2);
    const mask = this.table.length - 1;
    for (const value of before) {
      let at = Number(value & BigInt(mask));
      while (value !== 0n && this.table[at] !== 0n) at = (at + 1) & mask;
      if (value !== 0n) this.table[at] = value;
    }
  }
}

/** Eight bytes are enough to name events by: that something differs is told by the roots. */
function short(leaf: Buffer): bigint {
  return leaf.readBigUInt64LE(0) | 1n;
}

function leavesOf(head: SealedHead): Buffer[] {
  return Array.from({ length: countOf(head.leaves) }, (_, at) => leafAt(head.leaves, at));
}
