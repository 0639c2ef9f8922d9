import { Chain, type ChainBreak, HASH_BYTES } from '#libs/database';
import { type EventLine, chained } from '../line.js';

/** The chains of all dossiers of a file, in some 200 bytes each: a log of millions fits into memory. */
export class Chains {
  private readonly numbers = new Map<string, number>();
  private readonly codes: (string | null)[] = [];
  private states: Uint8Array = new Uint8Array(64 * HASH_BYTES);
  private readonly rest: { version: number; has: boolean; lost: boolean }[] = [];

  /** @param midway the file does not begin at the beginning of the log */
  constructor(private readonly midway: boolean) {}

  /** What does not hold in the chain of its dossier at this event. */
  next(line: EventLine): ChainBreak | undefined {
    const known = this.numbers.get(line.dossier);
    const number = known ?? this.enter(line);
    const chain = known === undefined ? new Chain(this.midway) : this.restore(number);
    const found = chain.next(chained(line));
    if (chain.head) this.states.set(chain.head.subarray(0, HASH_BYTES), number * HASH_BYTES);
    this.rest[number] = { version: chain.version, has: chain.head !== null, lost: chain.lost };
    return found;
  }

  /** The code of a dossier, when any of its events was seen. */
  codeOf(dossier: string): string | null {
    return this.codes[this.numbers.get(dossier) ?? -1] ?? null;
  }

  private enter({ dossier, code }: EventLine): number {
    const number = this.codes.push(code) - 1;
    this.numbers.set(dossier, number);
    if ((number + 1) * HASH_BYTES > this.states.length) {
      const larger = new Uint8Array(this.states.length * 2);
      larger.set(this.states);
      this.states = larger;
    }
    return number;
  }

  private restore(number: number): Chain {
    const { version, has, lost } = this.rest[number]!;
    const chain = new Chain();
    chain.head = has ? this.states.slice(number * HASH_BYTES, (number + 1) * HASH_BYTES) : null;
    chain.version = version;
    chain.lost = lost;
    return chain;
  }
}
