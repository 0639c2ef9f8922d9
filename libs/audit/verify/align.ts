import { countOf, leafAt } from '../head.js';

/** What two lists of leaves do not share, by index. */
export interface Differences {
  /** in `sealed` only */
  gone: number[];
  /** in `found` only */
  extra: number[];
  /** in both, but not in the same order: as few of `found` as have to be moved */
  moved: number[];
  /** the first of `found` that is in both; Infinity when none is */
  firstShared: number;
}

/** Compares what was sealed with what is there; both packed as in a head. */
export function differences(sealed: Buffer, found: Buffer): Differences {
  const places = new Map<string, number[]>();
  for (let at = countOf(found) - 1; at >= 0; at--) {
    const leaf = leafAt(found, at).toString('latin1');
    const known = places.get(leaf);
    if (known) known.push(at);
    else places.set(leaf, [at]);
  }
  const gone: number[] = [];
  const shared: number[] = [];
  for (let at = 0; at < countOf(sealed); at++) {
    const place = places.get(leafAt(sealed, at).toString('latin1'))?.pop();
    if (place === undefined) gone.push(at);
    else shared.push(place);
  }
  const extra = [...places.values()].flat().sort((a, b) => a - b);
  const inOrder = longestRising(shared);
  const moved = shared.filter((place) => !inOrder.has(place));
  return { gone, extra, moved, firstShared: shared.reduce((a, b) => Math.min(a, b), Infinity) };
}

/** The longest rising part of a list of different numbers. */
export function longestRising(numbers: readonly number[]): Set<number> {
  /** at n: index of the smallest number that ends a rising part of n + 1 */
  const ends: number[] = [];
  const before: number[] = [];
  numbers.forEach((number, index) => {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (numbers[ends[middle]!]! < number) low = middle + 1;
      else high = middle;
    }
    before[index] = low > 0 ? ends[low - 1]! : -1;
    ends[low] = index;
  });
  const rising = new Set<number>();
  for (let at = ends.at(-1) ?? -1; at >= 0; at = before[at]!) rising.add(numbers[at]!);
  return rising;
}
