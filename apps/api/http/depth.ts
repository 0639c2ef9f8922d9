/** Deepest nesting of a body. Our deepest, a batch's payload with an applicant, has 4. */
export const DEEPEST = 16;

/** True when arrays and objects are nested deeper than `limit`. Walks without recursion: the input is not trusted yet. */
export function isDeeperThan(value: unknown, limit: number): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > limit) return true;
    level = level.flatMap((one) =>
      one !== null && typeof one === 'object' ? Object.values(one).filter(isContainer) : [],
    );
  }
  return false;
}

function isContainer(value: unknown): boolean {
  return value !== null && typeof value === 'object';
}
