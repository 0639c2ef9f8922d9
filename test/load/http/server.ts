/*
 * The program of the `http` row's server process: the API with its engine, put together as `motcua serve` does it, on the
 * bench's database and with its clock. Started by server-process.ts, and gone as soon as that one is.
 */
import { createApi, createMetrics, listen, NO_LIMITS } from '../../../apps/api/index.js';
import { openRuntime } from '../../../apps/cli/runtime.js';
import { openSignIn } from '../../../apps/cli/sign-in.js';
import { loadConfig } from '#libs/config';
import { openDatabase } from '#libs/database';
import { runningClock } from '../clock.js';
import { openDoor } from './open-door.js';
import { OPEN, type FromServer, type ToServer } from './server-process.js';

const tell = (message: FromServer): void => void process.send?.(message);

// Ctrl-C reaches the whole group: the parent decides when we end.
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => {});
process.once('disconnect', () => process.exit());

const config = loadConfig({ ...process.env, PORT: undefined });
const database = await openDatabase(config);
const runtime = await openRuntime(config, database, { clock: runningClock() });
const metrics = createMetrics();
runtime.watchBatches((size, seconds) => metrics.batch(size, seconds));
const app = await createApi({
  ...runtime,
  ...openSignIn(runtime),
  metrics,
  limits: NO_LIMITS,
  ...(process.argv.includes(OPEN) && { authenticate: openDoor(runtime.reference().units) }),
});
const port = Number(new URL(await listen(app, { host: '127.0.0.1', port: 0 })).port);

process.on('message', (message: ToServer) => {
  if (message === 'usage') {
    const { user, system } = process.cpuUsage();
    const { rss, heapUsed } = process.memoryUsage();
    tell({ kind: 'usage', cpuMs: (user + system) / 1000, rss, heapUsed, depth: runtime.engine.depth });
  } else {
    void app
      .close()
      .then(() => runtime.close())
      .finally(() => process.exit());
  }
});
tell({ kind: 'ready', port });
