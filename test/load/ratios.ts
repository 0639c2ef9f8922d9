import { median, significant } from './document.js';

/** What people would pick instead, a commit for each step. Each is a row of its own; the best is searched anew in every round. */
const RIVALS = ['textbook', 'dbos', 'pgboss', 'emmett'];

/** What is told against what. Of several names the best one counts; a ratio whose rows did not run is left out. */
const RATIOS: readonly { name: string; of: string; to: readonly string[] }[] = [
  ...['engine', 'engine-unkept', 'batched-64', 'batched-256', 'http'].map((of) => against(of, 'floor')),
  against('one-unit', 'batched-64'),
  against('engine-one-unit', 'engine'),
  // What row-level security and what sign-in cost: each beside the same without it.
  against('engine', 'engine-bypass'),
  against('http', 'http-open'),
  ...RIVALS.map((rival) => against('engine', rival)),
  { name: 'engine/best-rival', of: 'engine', to: RIVALS },
  { name: 'batched-64/best-rival', of: 'batched-64', to: RIVALS },
  // Both share commits between those who wait.
  against('batched-256', 'pgboss-bulk'),
];

function against(of: string, to: string): { name: string; of: string; to: string[] } {
  return { name: `${of}/${to}`, of, to: [to] };
}

/**
 * The ratios of some rows' commands per second: `rates` has one figure for each round. Each ratio is taken within a round,
 * so that a machine that slows down slows both sides, and is the median of all rounds.
 */
export function ratiosOf(rates: ReadonlyMap<string, readonly number[]>): Record<string, number> {
  return Object.fromEntries(
    RATIOS.flatMap(({ name, of, to }) => {
      const upper = rates.get(of);
      const lower = to.flatMap((row) => (rates.has(row) ? [rates.get(row)!] : []));
      if (!upper || lower.length === 0) return [];
      const each = upper.map((rate, round) => rate / Math.max(...lower.map((row) => row[round]!)));
      return [[name, significant(median(each), 3)] as const];
    }),
  );
}
