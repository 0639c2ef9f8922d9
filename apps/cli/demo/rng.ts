/** A stream of numbers in [0, 1) that is the same for the same seed on every machine. */
export type Rng = () => number;

function mix(hash: number): number {
  let h = hash >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** A 32-bit hash of text (FNV-1a, then Murmur's finalizer): turns a seed that people type into one that spreads. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return mix(hash);
}

/**
 * Chris Doty-Humphrey's sfc32 (public domain), keyed by a seed and a stream: every dossier has a stream of its own, so
 * that what one of them draws never shifts the next.
 */
export function createRng(seed: number, stream: number): Rng {
  let a = mix(seed ^ 0x9e3779b9);
  let b = mix(stream ^ a);
  let c = mix(Math.imul(stream, 0x01000193) ^ b);
  let counter = 1;
  const next = (): number => {
    const out = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + out;
    return (out >>> 0) / 0x100000000;
  };
  for (let round = 0; round < 12; round++) next();
  return next;
}

/** A number in [low, high). */
export function between(rng: Rng, low: number, high: number): number {
  return low + rng() * (high - low);
}

/** A whole number from `low` to `high`, both included. */
export function whole(rng: Rng, low: number, high: number): number {
  return low + Math.floor(rng() * (high - low + 1));
}

/** One of a list that is not empty. */
export function pick<T>(rng: Rng, list: readonly T[]): T {
  return list[Math.floor(rng() * list.length)]!;
}

/** True with this probability. */
export function chance(rng: Rng, probability: number): boolean {
  return rng() < probability;
}

/** Many short waits and a few long ones: exponential, cut at `most`. */
export function wait(rng: Rng, mean: number, most: number): number {
  return Math.min(most, -Math.log(1 - rng()) * mean);
}

/** Draws from a list by weight. A weight of 0 is never drawn; `undefined` when nothing weighs anything. */
export class Sampler<T> {
  private readonly upTo: number[] = [];
  private total = 0;

  constructor(
    private readonly items: readonly T[],
    weightOf: (item: T, at: number) => number,
  ) {
    items.forEach((item, at) => this.upTo.push((this.total += Math.max(0, weightOf(item, at)))));
  }

  get empty(): boolean {
    return this.total <= 0;
  }

  draw(rng: Rng): T | undefined {
    if (this.empty) return undefined;
    const mark = rng() * this.total;
    let low = 0;
    let high = this.upTo.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.upTo[middle]! > mark) high = middle;
      else low = middle + 1;
    }
    return this.items[low];
  }
}

/**
 * Chooses `count` different items by weight, without putting back (Efraimidis and Spirakis: the largest u^(1/w)). Items of
 * weight 0 are taken only when the others do not suffice.
 */
export function chooseByWeight<T>(
  rng: Rng,
  items: readonly T[],
  count: number,
  weightOf: (item: T) => number,
): T[] {
  if (count <= 0) return [];
  const keys = Float64Array.from(items, (item) => {
    const weight = weightOf(item);
    const draw = rng();
    return weight > 0 ? Math.log(draw || Number.MIN_VALUE) / weight : NEVER_YET - 1e290 * draw;
  });
  // Mostly a few are chosen among tens of thousands: sorting bare numbers finds the mark that the chosen reach.
  const mark = keys.toSorted()[Math.max(0, keys.length - count)]!;
  const chosen = items.flatMap((item, at) => (keys[at]! >= mark ? [{ item, key: keys[at]! }] : []));
  chosen.sort((one, other) => other.key - one.key);
  return chosen.slice(0, count).map(({ item }) => item);
}

/** A key below that of any weight, for what weighs nothing. */
const NEVER_YET = -1e300;
