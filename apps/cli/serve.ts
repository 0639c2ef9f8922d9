import { createApi, createMetrics, listen } from '../api/index.js';
import { startWorker } from '../worker/worker.js';
import { prepareJobs, type JobBackend } from '#libs/jobs';
import { loadConfig, loadKeys } from '#libs/config';
import { openDatabase } from '#libs/database';
import { findReplay } from '#libs/dossier';
import type { Identity } from '#libs/identity';
import { complaints } from './complaints.js';
import { say } from './progress.js';
import { openRuntime, type Runtime } from './runtime.js';
import { importReferenceData } from './setup.js';
import { openSignIn } from './sign-in.js';
import { today } from './today.js';

const REFRESH_MS = 60_000;
const FIRST_ADMINISTRATOR =
  'nobody can sign in yet: npx motcua account create <login> --administrator makes the first administrator';

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
  // First of all: keys that are missing or readable by others are a reason not to begin.
  const signIn = openSignIn(runtime);
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
    const app = await createApi({ ...runtime, ...signIn, metrics, followers: worker.followers });
    try {
      const address = await listen(app, config);
      if (await nobodyCanSignIn(runtime, signIn.identity)) say(FIRST_ADMINISTRATOR);
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

/** True while there is no account but those of a demonstration, and no demonstration for them. */
async function nobodyCanSignIn({ pool }: Runtime, identity: Identity): Promise<boolean> {
  const accounts = await identity.administration.accounts(null);
  if (accounts.some(({ demo, disabledAt }) => !demo && disabledAt === null)) return false;
  return (await findReplay(pool)) === null;
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
