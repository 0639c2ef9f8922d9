import type { Ground } from '../ground.js';
import { signedIn } from '../http/bearers.js';
import { ServerProcess, type ServerUsage } from '../http/server-process.js';
import { deckOfLives } from '../lives.js';
import { HttpCallers } from '../rows/http.js';
import { figures, type OverloadFigures } from './figures.js';
import { OpenLoop } from './open-loop.js';

export interface OverloadPlan {
  /** how long the overload lasts */
  seconds: number;
  signal: AbortSignal;
}

/** In the closed loop; the best of them is the peak. */
const CALLERS = [64, 128, 256];
const TIMES = 3;
const MODERATE = 0.5;
/** How long the other parts last, as shares of the overload. */
const MODERATE_SHARE = 0.3;
const PEAK_SHARE = 0.2;
/** Enough for all who wait and all who are being refused. */
const CONNECTIONS = 3_000;
const WATCH_MS = 1_000;

/**
 * The peak, half of it, three times it, half of it again, and the peak once more: on a server process of its own, the load
 * coming from this one. Peak and overload see the same generator on the same processors.
 */
export async function overload(ground: Ground, { seconds, signal }: OverloadPlan): Promise<OverloadFigures> {
  const deck = deckOfLives(ground.reference);
  const server = await ServerProcess.start(ground);
  const bearers = await signedIn(ground, deck).catch(async (error: unknown) => {
    await server.close();
    throw error;
  });
  const loop = new OpenLoop(server.port, deck, bearers);
  const callers = new HttpCallers(deck);
  const peakNow = async (): Promise<number> => {
    let peak = 0;
    for (const count of CALLERS) {
      signal.throwIfAborted();
      const sample = await callers.run(count, performance.now() + seconds * PEAK_SHARE * 1000);
      peak = Math.max(peak, sample.commands / sample.seconds);
    }
    return peak;
  };
  try {
    await callers.connect(server.port, Math.max(...CALLERS), bearers);
    await peakNow(); // warms up
    const peak = await peakNow();
    await loop.connect(CONNECTIONS);
    const before = await loop.run(peak * MODERATE, seconds * MODERATE_SHARE, signal);
    const usage: ServerUsage[] = [];
    const watch = setInterval(() => {
      // A server that is too busy to tell leaves a gap.
      void server.usage().then(
        (one) => usage.push(one),
        () => {},
      );
    }, WATCH_MS);
    const begun = performance.now();
    const during = await loop.run(peak * TIMES, seconds, signal).finally(() => clearInterval(watch));
    const after = await loop.run(peak * MODERATE, seconds * MODERATE_SHARE, signal);
    const peaks = [peak, await peakNow()];
    return figures(peaks, { before, during, after, begun, end: begun + seconds * 1000 }, usage);
  } finally {
    loop.close();
    callers.close();
    await server.close();
  }
}
