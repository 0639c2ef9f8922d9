import { hash } from 'node:crypto';

export const HASH_BYTES = 32;
const LEAF = 0;
const NODE = 1;
/** Hashing is done in one breath, so that all nodes may share one buffer. */
const pair = Buffer.allocUnsafeSlow(1 + 2 * HASH_BYTES);
pair[0] = NODE;

/** RFC 6962: SHA-256( 0x00 ‖ entry ). */
export function leafHash(entry: Uint8Array | string): Buffer {
  const bytes = typeof entry === 'string' ? Buffer.from(entry, 'utf8') : entry;
  const input = Buffer.allocUnsafe(1 + bytes.length);
  input[0] = LEAF;
  input.set(bytes, 1);
  return hash('sha256', input, 'buffer');
}

/** RFC 6962: SHA-256( 0x01 ‖ left ‖ right ). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  pair.set(left, 1);
  pair.set(right, 1 + HASH_BYTES);
  return hash('sha256', pair, 'buffer');
}

/**
 * The right edge of a Merkle tree of RFC 6962: the roots of its full subtrees, from the largest to the smallest. All that is
 * needed to add leaves and to tell the root: 32 bytes for each 1 in the binary digits of the size.
 */
export class Frontier {
  private constructor(
    public size: number,
    private readonly edge: Buffer[],
  ) {}

  static empty(): Frontier {
    return new Frontier(0, []);
  }

  /** Out of {@link bytes}; undefined when there are not as many hashes as a tree of that size has. */
  static of(size: number, bytes: Uint8Array): Frontier | undefined {
    if (!Number.isSafeInteger(size) || size < 0 || bytes.length !== ones(size) * HASH_BYTES) return undefined;
    const copy = Buffer.from(bytes);
    const edge = Array.from({ length: ones(size) }, (_, at) =>
      copy.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES),
    );
    return new Frontier(size, edge);
  }

  /** Adds one leaf, by its hash. */
  add(leaf: Uint8Array): void {
    let node: Buffer = Buffer.from(leaf);
    // Two full subtrees of one size become one. Sizes go beyond 32 bits.
    for (let rest = this.size; rest % 2 === 1; rest = (rest - 1) / 2) node = nodeHash(this.edge.pop()!, node);
    this.edge.push(node);
    this.size++;
  }

  root(): Buffer {
    if (this.edge.length === 0) return hash('sha256', '', 'buffer');
    return this.edge.reduceRight((right, left) => nodeHash(left, right)) as Buffer;
  }

  bytes(): Buffer {
    return Buffer.concat(this.edge);
  }

  copy(): Frontier {
    return new Frontier(this.size, [...this.edge]);
  }
}

function ones(size: number): number {
  let count = 0;
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) count += rest % 2;
  return count;
}
