import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { connect, type Pool } from '#libs/database';
import { Alarms } from '#libs/dossier';
import { ManualClock } from '#libs/kernel';
import { Progress, say } from '../../../apps/cli/progress.js';
import type { Share } from './load-worker.js';
import { SIZE_NOW, type SizePlan } from './plan.js';

/**
 * Fills an empty province with the dossiers of a plan: threads live them through the engine's pure parts and copy the rows
 * in, in the order in which they would have been written. Alarms of what is open are raised by the engine's own
 * sweep. Ends vacuumed and with statistics, as a database is that has lived for years. Resolves with the seconds it took.
 */
export async function loadSize(
  plan: SizePlan,
  { ownerUrl, pool, signal }: { ownerUrl: string; pool: Pool; signal: AbortSignal },
): Promise<number> {
  const begun = performance.now();
  const of = Math.min(4, availableParallelism());
  const progress = new Progress('dossiers', plan.dossiers);
  let done = 0;
  const workers: Worker[] = [];
  const stop = (): void => void Promise.all(workers.map((worker) => worker.terminate()));
  signal.addEventListener('abort', stop, { once: true });
  try {
    await Promise.all(
      Array.from({ length: of }, (_, share) => {
        // As the owner: PostgreSQL copies into no table that has row-level security for whoever copies.
        const workerData: Share = { url: ownerUrl, share, of, plan };
        const worker = new Worker(new URL('./load-worker.js', import.meta.url), { workerData });
        workers.push(worker);
        worker.on('message', ({ dossiers }: { dossiers: number }) => progress.at((done += dossiers)));
        return new Promise<void>((resolve, reject) => {
          worker.once('error', reject);
          worker.once('exit', (code) =>
            code === 0
              ? resolve()
              : reject(signal.aborted ? signal.reason : new Error(`a loader ended with ${code}`)),
          );
        });
      }),
    );
    progress.done('loaded; raising the alarms of open dossiers, gathering statistics …');
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
    progress.stop();
  }
  await new Alarms(pool, new ManualClock(SIZE_NOW)).sweep(SIZE_NOW);
  const owner = await connect(ownerUrl);
  await owner.query('VACUUM (ANALYZE)').finally(() => owner.end());
  const seconds = (performance.now() - begun) / 1000;
  say(`${plan.dossiers.toLocaleString('en-US')} dossiers in ${Math.round(seconds)} s`);
  return seconds;
}
