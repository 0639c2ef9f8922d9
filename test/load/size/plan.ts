/** Which dossiers are loaded: as many as told, filed over two and a half years, and all of them the same each time. */
export interface SizePlan {
  dossiers: number;
  seed: number;
  /** local days, half-open */
  from: string;
  until: string;
}

/** The years must be known to the state calendar; the last day of the log is the day before `until`. */
const FROM = '2024-04-01';
const UNTIL = '2026-10-01';

/** When everything that asks afterwards thinks it is: eight in the morning of the day after. */
export const SIZE_NOW = `${UNTIL}T01:00:00.000Z`;

const SIZES: Readonly<Record<string, number>> = {
  '10k': 10_000,
  '100k': 100_000,
  '200k': 200_000,
  '1m': 1_000_000,
};
export const SIZE_NAMES = Object.keys(SIZES);

/** The plan of a size's name. Throws for a name that is not one of {@link SIZE_NAMES}. */
export function planOf(size: string): SizePlan {
  const dossiers = SIZES[size];
  if (dossiers === undefined) throw new RangeError(`no such size: ${size}`);
  return { dossiers, seed: 2019, from: FROM, until: UNTIL };
}
