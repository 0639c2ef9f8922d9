import { createApi, createMetrics, listen } from '../api/index.js';
import { startWorker } from '../worker/worker.js';
import { prepareJobs, type JobBackend } from '#libs/jobs';
import { loadConfig, loadKeys } from '#libs/config';
import { openDatabase } from '#libs/database';
import { complaints } from './complaints.js';
import { say } from './progress.js';
import { openRuntime, type Runtime } from './runtime.js';
import { importReferenceData } from './setup.js';
import { today } from './today.js';

const REFRESH_MS = 60_000;

/** Serves the API, with worker and followers in the same process, until the signal. Then what was taken in is finished first. */
export async function serve(
  runtime: Runtime,
  signal: AbortSignal,
  options: { catchUp: boolean },
): Promise<void> {
  const { config, database, pool, alarms, clock } = runtime;
  // Beside a database of our own we make them; beside another's somebody has to: motcua keys make.
  const { seal: sealKey } = loadKeys(config, { make: !config.databaseUrl });
  const jobs: JobBackend = config.redisUrl
    ? { kind: 'redis', url: config.redisUrl }
    : { kind: 'postgres', url: database.url('app') };
  if (jobs.kind === 'postgres') await prepareJobs(database.url('owner'));
  // What another process imported, a procedure or a calendar, is known here within a minute.
  const refresh = setInterval(
    () => void runtime.refresh().catch(complaints('reference data')),
    REFRESH_MS,
  ).unref();
  const worker = await startWorker({
    pool,
    alarms,
    clock,
    jobs,
    sealKey,
    catchUp: options.catchUp,
    onError: complaints('worker'),
  });
  try {
    const metrics = createMetrics();
    runtime.watchBatches((size, seconds) => metrics.batch(size, seconds));
    const app = await createApi({ ...runtime, metrics, followers: worker.followers });
    try {
      const address = await listen(app, config);
      say(`serving on ${address} (Ctrl-C ends); the API is described at ${address}/docs`);
      await new Promise<void>((resolve) => {
        if (signal.aborted) resolve();
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
    } finally {
      await app.close();
    }
  } finally {
    clearInterval(refresh);
    await worker.close();
  }
}

/** `npm start`: the server without demonstration data. Alarms that fell due while nobody was there are raised first. */
export async function serveAlone(signal: AbortSignal): Promise<void> {
  const config = loadConfig(process.env);
  const database = await openDatabase(config);
  try {
    const runtime = await openRuntime(config, database);
    // Only a new database is filled: what an administrator imported since must not be put back to what was shipped.
    if (runtime.reference().units.all().length === 0) {
      await importReferenceData(database.app, { demoOfficers: true, today: today() });
      await runtime.refresh();
    }
    await serve(runtime, signal, { catchUp: true });
  } finally {
    await database.close();
  }
}
