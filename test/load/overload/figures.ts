import { quantile, significant } from '../document.js';
import type { ServerUsage } from '../http/server-process.js';
import type { Sent } from './open-loop.js';

/** What the service did at three times its peak. Times in milliseconds, sizes in megabytes. */
export interface OverloadFigures {
  /** commands a second in the closed loop, at the best number of callers: the mean of before and after */
  peak: number;
  /** what was sent, and what of it was accepted, a second */
  offered: number;
  goodput: number;
  /** goodput / peak */
  ratio: number;
  refused: { share: number; p50Ms: number; p99Ms: number };
  accepted: { p50Ms: number; p99Ms: number };
  /** how late the generator itself was: what it could not send in time it counts as waiting */
  generatorLateP99Ms: number;
  rssMb: number[];
  heapMb: number[];
  /** at half the peak, before and after */
  moderate: { p50Ms: number; afterP50Ms: number };
  /** from the end of the overload until a tenth of a second had a median wait of at most twice the moderate one */
  recoveryMs: number | null;
}

interface Load {
  before: readonly Sent[];
  during: readonly Sent[];
  after: readonly Sent[];
  /** of the overload */
  begun: number;
  end: number;
}

function waits(all: readonly Sent[]): Float64Array {
  return Float64Array.from(all, ({ due, answered }) => answered - due).sort();
}

/** What is told of an overload. Only what was accepted before its end counts as goodput. */
export function figures(
  peaks: readonly number[],
  load: Load,
  usage: readonly ServerUsage[],
): OverloadFigures {
  const { before, during, after, begun, end } = load;
  const peak = peaks.reduce((sum, one) => sum + one, 0) / peaks.length;
  const seconds = (end - begun) / 1000;
  const accepted = during.filter((one) => one.accepted && one.answered <= end);
  const refusals = during.filter((one) => !one.accepted);
  const refused = Float64Array.from(refusals, (one) => one.answered - one.sent).sort();
  const late = Float64Array.from(during, (one) => one.sent - one.due).sort();
  const ms = (value: number): number => significant(value, 3);
  const moderate = quantile(waits(before), 0.5);
  const good = waits(accepted);
  return {
    peak: Math.round(peak),
    offered: Math.round(during.length / seconds),
    goodput: Math.round(accepted.length / seconds),
    ratio: significant(accepted.length / seconds / peak, 3),
    refused: {
      share: significant(refusals.length / during.length, 3),
      p50Ms: ms(quantile(refused, 0.5)),
      p99Ms: ms(quantile(refused, 0.99)),
    },
    accepted: { p50Ms: ms(quantile(good, 0.5)), p99Ms: ms(quantile(good, 0.99)) },
    generatorLateP99Ms: ms(quantile(late, 0.99)),
    rssMb: usage.map(({ rss }) => Math.round(rss / 2 ** 20)),
    heapMb: usage.map(({ heapUsed }) => Math.round(heapUsed / 2 ** 20)),
    moderate: { p50Ms: ms(moderate), afterP50Ms: ms(quantile(waits(after), 0.5)) },
    recoveryMs: recovery(after, end, 2 * moderate),
  };
}

const SLICE_MS = 100;
const SLICES = 20;

function recovery(after: readonly Sent[], from: number, bound: number): number | null {
  for (let at = 0; at < SLICES; at++) {
    const begin = from + at * SLICE_MS;
    const slice = after.filter(({ sent }) => sent >= begin && sent < begin + SLICE_MS);
    if (slice.length > 0 && quantile(waits(slice), 0.5) <= bound) return at * SLICE_MS;
  }
  return null;
}
