import { Progress } from '../../../apps/cli/progress.js';
import { median, quantile, significant } from '../document.js';
import { deckOfLives } from '../lives.js';
import type { Row, Sample } from '../row.js';
import { engineRow } from '../rows/engine.js';
import type { SizeProvince } from './province.js';

/** The engine on the loaded database beside itself on an empty one. */
export interface EngineAtSize {
  callers: number;
  emptyPerSecond: number;
  perSecond: number;
  /** the median over the rounds */
  ratio: number;
  /** how long a command at size took, in milliseconds */
  p95Ms: number;
}

const CALLERS = 16;

/**
 * The bench's own row twice on one server, one command a commit, in turn; ratios are taken within each round, so that a machine
 * that slows down slows both sides. A round before the first warms up and is not counted.
 */
export async function engineAtSize(
  empty: SizeProvince,
  loaded: SizeProvince,
  plan: { rounds: number; seconds: number; signal: AbortSignal },
): Promise<EngineAtSize> {
  const deck = deckOfLives(loaded.reference);
  const rows = [engineRow('empty', empty, deck), engineRow('size', loaded, deck)] as const;
  const progress = new Progress('engine, rounds', plan.rounds + 1);
  const run = (row: Row): Promise<Sample> => {
    plan.signal.throwIfAborted();
    return row.run(CALLERS, performance.now() + plan.seconds * 1000);
  };
  const rates: [empty: number, size: number][] = [];
  const waits: number[] = [];
  try {
    for (const row of rows) await row.prepare();
    for (let round = 0; round <= plan.rounds; round++) {
      const [base, own] = [await run(rows[0]), await run(rows[1])];
      progress.at(round + 1);
      if (round === 0) continue;
      rates.push([base.commands / base.seconds, own.commands / own.seconds]);
      waits.push(...own.latencies);
    }
  } finally {
    progress.stop();
    await Promise.allSettled(rows.map((row) => row.close()));
  }
  return {
    callers: CALLERS,
    emptyPerSecond: Math.round(median(rates.map(([base]) => base))),
    perSecond: Math.round(median(rates.map(([, own]) => own))),
    ratio: significant(median(rates.map(([base, own]) => own / base)), 3),
    p95Ms: significant(quantile(Float64Array.from(waits).sort(), 0.95), 3),
  };
}
