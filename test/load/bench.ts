import { Progress, say } from '../../apps/cli/progress.js';
import { check, readRecorded } from './check.js';
import { tableOf } from './document.js';
import { openGround, type Ground } from './ground.js';
import { measure, secondsOf } from './measure.js';
import { overload } from './overload/overload.js';
import { tableOfOverload } from './overload/table.js';
import type { Row } from './row.js';
import { refuseUnknown, rowsOn } from './rows.js';

export interface BenchOptions {
  json: boolean;
  rounds: number;
  /** how long each row runs in each round; of the overload, how long it lasts */
  seconds?: number;
  /** names of rows; all when absent */
  only?: readonly string[];
  /** three times more than the service can do, instead of the rows */
  overload: boolean;
  /** hold the ratios against the recorded ones, and end with 1 when one fell */
  check: boolean;
}

const ROW_SECONDS = 2;
const OVERLOAD_SECONDS = 10;

/**
 * Measures the engine beside plain PostgreSQL, in turn on one server of its own, and prints the table, or with `json` the
 * document and nothing else, on stdout. Server and folder are gone afterwards, also when it was interrupted.
 */
export async function bench(options: BenchOptions, signal: AbortSignal): Promise<void> {
  refuseUnknown(options.only ?? []);
  say('bench: starting a PostgreSQL of its own, everything forced to disk …');
  const ground = await openGround();
  let ratios: Record<string, number>;
  try {
    signal.throwIfAborted();
    ratios = await (options.overload ? runOverload : runRows)(ground, options, signal);
  } finally {
    await ground.close();
  }
  if (!options.check) return;
  const { fallen, table } = check(ratios, readRecorded());
  say(`\n${table}`);
  if (fallen.length > 0) process.exitCode = 1;
}

type Run = (ground: Ground, options: BenchOptions, signal: AbortSignal) => Promise<Record<string, number>>;

const runRows: Run = async (ground, options, signal) => {
  const plan = { rounds: options.rounds, seconds: options.seconds ?? ROW_SECONDS };
  const rows: Row[] = rowsOn(ground, options.only);
  let progress: Progress | undefined;
  try {
    for (const row of rows) {
      signal.throwIfAborted();
      await row.prepare();
    }
    progress = new Progress('bench, seconds', Math.ceil(secondsOf(rows, plan)));
    const document = await measure(rows, ground, {
      ...plan,
      signal,
      onProgress: (seconds) => progress?.at(Math.round(seconds)),
    });
    progress.stop();
    process.stdout.write(`${options.json ? JSON.stringify(document) : tableOf(document)}\n`);
    return document.ratios;
  } finally {
    progress?.stop();
    await Promise.allSettled(rows.map((row) => row.close()));
  }
};

const runOverload: Run = async (ground, options, signal) => {
  const figures = await overload(ground, { seconds: options.seconds ?? OVERLOAD_SECONDS, signal });
  const ratios = { 'goodput/peak': figures.ratio };
  const text = options.json ? JSON.stringify({ overload: figures, ratios }) : tableOfOverload(figures);
  process.stdout.write(`${text}\n`);
  return ratios;
};
