import { Progress, say } from '../../apps/cli/progress.js';
import { tableOf } from './document.js';
import { openGround, type Ground } from './ground.js';
import { deckOfLives } from './lives.js';
import { measure, secondsOf } from './measure.js';
import type { Row } from './row.js';
import { batchedRow, engineRow, unkeptRow } from './rows/engine.js';
import { FloorRow } from './rows/floor.js';
import { rivalRows } from './rows/rivals.js';

export interface BenchOptions {
  json: boolean;
  rounds: number;
  /** how long each row runs in each round */
  seconds: number;
}

/** Everything is compared with the first. A further row is one more file, and one more line here. */
function rowsOn(ground: Ground): Row[] {
  const deck = deckOfLives(ground.reference);
  return [
    new FloorRow(ground, deck),
    engineRow(ground, deck),
    unkeptRow(ground, deck),
    batchedRow(ground, deck, 64),
    batchedRow(ground, deck, 256),
    ...rivalRows(ground),
  ];
}

/**
 * Measures the engine beside plain PostgreSQL, in turn on one server of its own, and prints the table, or with `json` the
 * document and nothing else, on stdout. Server and folder are gone afterwards, also when it was interrupted.
 */
export async function bench(options: BenchOptions, signal: AbortSignal): Promise<void> {
  say('bench: starting a PostgreSQL of its own, everything forced to disk …');
  const ground = await openGround();
  const rows: Row[] = [];
  let progress: Progress | undefined;
  try {
    rows.push(...rowsOn(ground));
    for (const row of rows) {
      signal.throwIfAborted();
      await row.prepare();
    }
    progress = new Progress('bench, seconds', Math.ceil(secondsOf(rows, options)));
    const { document, beside } = await measure(rows, ground, {
      ...options,
      signal,
      onProgress: (seconds) => progress?.at(Math.round(seconds)),
    });
    progress.stop();
    process.stdout.write(`${options.json ? JSON.stringify(document) : tableOf(document, beside)}\n`);
  } finally {
    progress?.stop();
    await Promise.allSettled(rows.map((row) => row.close()));
    await ground.close();
  }
}
