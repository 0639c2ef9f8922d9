import { ENTRY_BYTES, type SealedHead, countOf, entryAt, isSigned, leafAt } from '../head.js';
import { Frontier } from '../tree.js';
import { differences } from './align.js';
import type { Findings } from './findings.js';
import type { Key } from './key.js';
import type { Kept } from './kept.js';
import type { Header } from './lines.js';
import type { Suspects } from './suspects.js';

import { type Seen, Window } from './window.js';

interface Ground {
  header: Header;
  key: Key | null;
  findings: Findings;
  suspects: Suspects;
  kept: Kept | undefined;
}

/** The tree as it grows from head to head, and the events that wait for the next one. */
export class Forest {
  readonly window = new Window();
  /** events that heads vouch for */
  size = 0;
  last: SealedHead | undefined;
  /** undefined when there is no telling: nothing in the file gives the root of the last head */
  private tree: Frontier | undefined = Frontier.empty();
  private readonly sizes = new Set<number>();
  private begun = false;

  constructor(private readonly ground: Ground) {}

  event(seen: Seen): void {
    this.window.add(seen);
  }

  head(head: SealedHead, line: number): void {
    const { findings, header } = this.ground;
    const name = `the head of ${head.size} events`;
    const signed = this.checkSignature(head, name, line);
    if (head.size <= this.size) {
      findings.add('head_out_of_place', `${name} stands after one of ${this.size}`, { line });
      return;
    }
    this.checkKept(head, line);
    const edge = treeIf(head, Frontier.of(head.size, head.frontier));
    if (!edge) findings.add('head_changed', `${name} has a root that its tree does not give`, { line });
    // An export that begins midway begins with a head that vouches for all before it: for no more and no less than it says.
    if (header.from > 0 && !this.begun && head.size !== header.from)
      findings.add('head_out_of_place', `${name} stands where one of ${header.from} should begin the file`, {
        line,
      });
    if (header.from > 0 && !this.begun) this.tree = edge;
    else if (header.content === 'heads') this.tree = this.listOnly(head, name, edge, line);
    else this.tree = this.settle(head, name, edge, signed, line);
    this.begun = true;
    this.size = head.size;
    this.last = head;
    this.sizes.add(head.size);
    this.window.clear();
  }

  /** After the last line: what the kept heads know beyond this file. */
  end(): void {
    const { findings, header, kept } = this.ground;
    if (header.from > 0 && !this.begun)
      findings.add(
        'head_removed',
        `the head of ${header.from} events, with which the file should begin, is not in it`,
      );
    for (const size of kept?.roots.keys() ?? []) {
      if (size >= header.from && size < this.size && !this.sizes.has(size))
        findings.add('head_removed', `the head of ${size} events was kept elsewhere and is not in the file`);
    }
    const most = kept?.last?.size ?? 0;
    if (most > this.size)
      findings.add(
        'heads_missing',
        `${most} events were sealed when the heads were kept, the heads of the file reach ${this.size}`,
      );
  }

  *unsealed(): Generator<Seen> {
    for (let at = 0; at < this.window.count; at++) yield this.window.at(at);
  }

  private checkSignature(head: SealedHead, name: string, line: number): boolean {
    const { key, findings } = this.ground;
    if (!key) return false;
    const signed = isSigned(head, key.publicKey);
    if (head.key !== key.id)
      findings.add('head_key_unknown', `${name} names the key ${head.key}, not ${key.id}`, { line });
    else if (!signed)
      findings.add('head_signature_wrong', `${name} does not bear the signature of its key`, { line });
    return signed;
  }

  private checkKept(head: SealedHead, line: number): void {
    const root = this.ground.kept?.roots.get(head.size);
    if (root === undefined || root === head.root || this.ground.findings.has('history_rewritten')) return;
    const what = `the head of ${head.size} events is not the one that was kept: events before it were sealed anew`;
    this.ground.findings.add('history_rewritten', what, { line });
  }

  /** Of a file without events: each head goes on from the one before. */
  private listOnly(
    head: SealedHead,
    name: string,
    edge: Frontier | undefined,
    line: number,
  ): Frontier | undefined {
    const gap = head.size - this.size - countOf(head.leaves);
    if (gap > 0) this.gap(gap, line);
    const grown = gap === 0 && this.tree ? treeIf(head, grow(this.tree, head.leaves)) : edge;
    if (!grown)
      this.ground.findings.add('root_differs', `${name} does not go on from the one before it`, { line });
    return grown ?? edge;
  }

  /**
   * Finds out whom to believe. The signed root vouches for whatever gives it: the leaves that the head lists, the events
   * themselves, the edge of its tree. Against the one that gives it the others are held.
   */
  private settle(
    head: SealedHead,
    name: string,
    edge: Frontier | undefined,
    signed: boolean,
    line: number,
  ): Frontier | undefined {
    const { findings } = this.ground;
    const listed = countOf(head.leaves);
    const gap = head.size - this.size - listed;
    const whole = head.leaves.length === listed * ENTRY_BYTES && head.events === listed;
    const grown = this.tree && gap === 0 ? grow(this.tree, head.leaves) : undefined;
    const byList = treeIf(head, grown);
    const same = this.window.packed().equals(head.leaves);
    const fits = this.window.count === head.size - this.size;
    const byEvents = same
      ? byList
      : fits && this.tree
        ? treeIf(head, grow(this.tree, this.window.packed()))
        : undefined;
    if (gap > 0) this.gap(gap, line);
    if (!whole || gap < 0 || (gap === 0 && byEvents && !same))
      findings.add('head_changed', `${name} does not list the events that it was made of`, { line });
    if (byEvents) return byEvents;
    if (!byList)
      findings.add(
        'root_differs',
        `the events from ${this.size + 1} to ${head.size} do not give the ${signed ? 'signed ' : ''}root of the head`,
        { line },
      );
    if (!same) this.compare(head.leaves, Math.max(gap, 0));
    return byList ?? edge ?? grown;
  }

  private gap(gap: number, line: number): void {
    const what = `the events from ${this.size + 1} to ${this.size + gap} were sealed by a head that is not in the file`;
    this.ground.findings.add('head_removed', what, { line });
  }

  /** @param unlisted so many events at most, at the beginning, are of heads that are not here, and may be as they were */
  private compare(leaves: Buffer, unlisted: number): void {
    const { suspects } = this.ground;
    const { gone, extra, moved, firstShared } = differences(leaves, this.window.packed());
    for (const at of gone) suspects.missing(entryAt(leaves, at));
    for (const at of moved) suspects.moved(this.window.at(at));
    const free = new Set(extra.filter((at) => at < firstShared).slice(0, unlisted));
    for (const at of extra) if (!free.has(at)) suspects.extra(this.window.at(at));
  }
}

function grow(tree: Frontier, leaves: Buffer): Frontier {
  const grown = tree.copy();
  for (let at = 0; at < countOf(leaves); at++) grown.add(leafAt(leaves, at));
  return grown;
}

/** The tree, when it gives the root of the head. */
function treeIf(head: SealedHead, tree: Frontier | undefined): Frontier | undefined {
  return tree?.size === head.size && tree.root().toString('hex') === head.root ? tree : undefined;
}
