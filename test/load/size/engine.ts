import { deckOfLives } from '../lives.js';
import { measure, secondsOf } from '../measure.js';
import type { Row } from '../row.js';
import { engineRow } from '../rows/engine.js';
import { Progress } from '../../../apps/cli/progress.js';
import type { SizeProvince } from './province.js';

/** The engine on the loaded database beside itself on an empty one. */
export interface EngineAtSize {
  emptyPerSecond: number;
  perSecond: number;
  /** the median over the rounds */
  ratio: number;
  /** of the commands at size, in milliseconds */
  p99Ms: number;
}

/** The same row twice on one server, in turn; ratios are taken within each round. */
export async function engineAtSize(
  empty: SizeProvince,
  loaded: SizeProvince,
  plan: { rounds: number; seconds: number; signal: AbortSignal },
): Promise<EngineAtSize> {
  const deck = deckOfLives(loaded.reference);
  const rows = [named('empty', engineRow(empty, deck)), named('size', engineRow(loaded, deck))];
  const progress = new Progress('engine, seconds', Math.ceil(secondsOf(rows, plan)));
  try {
    for (const row of rows) await row.prepare();
    const { document } = await measure(rows, loaded, {
      ...plan,
      onProgress: (seconds) => progress.at(Math.round(seconds)),
    });
    const [base, own] = document.rows;
    return {
      emptyPerSecond: base!.perSecond,
      perSecond: own!.perSecond,
      ratio: document.ratios['size/empty']!,
      p99Ms: own!.p99Ms,
    };
  } finally {
    progress.stop();
    await Promise.allSettled(rows.map((row) => row.close()));
  }
}

function named(name: string, row: Row): Row {
  return {
    name,
    callers: row.callers,
    prepare: () => row.prepare(),
    run: (callers, until) => row.run(callers, until),
    close: () => row.close(),
  };
}
