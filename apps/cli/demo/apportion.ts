/**
 * Splits a whole number in proportion to weights by the largest remainder, so that the parts add up exactly. Ties go to the
 * earlier part. Throws {@link RangeError} when there is something to split and nothing weighs anything.
 */
export function apportion(total: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((one, other) => one + other, 0);
  if (total === 0) return weights.map(() => 0);
  if (sum <= 0) throw new RangeError('nothing to apportion to');
  const exact = weights.map((weight) => (total * weight) / sum);
  const parts = exact.map(Math.floor);
  let left = total - parts.reduce((one, other) => one + other, 0);
  const byRemainder = exact
    .map((value, at) => ({ at, remainder: value - parts[at]! }))
    .sort((one, other) => other.remainder - one.remainder || one.at - other.at);
  for (const { at } of byRemainder) {
    if (left-- <= 0) break;
    parts[at]! += 1;
  }
  return parts;
}
