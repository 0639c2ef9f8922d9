import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { loadConfig, type Config } from '#libs/config';
import { DatabaseFault, eraseEmbedded, openDatabase, type Pool } from '#libs/database';
import { beginReplay, countDossiers, findReplay, finishReplay, recomputeDeadlines } from '#libs/dossier';
import { DomainError, type JsonObject } from '#libs/kernel';
import { formatQuarterTable, quarterly, startProjector, type QuarterReport } from '#libs/reporting';
import { Progress, say } from '../progress.js';
import { openRuntime, type Runtime } from '../runtime.js';
import { importReferenceData } from '../setup.js';
import { today } from '../today.js';
import { demoAccounts } from './accounts.js';
import { planQuarter, type PlanOptions } from './plan.js';
import { replay } from './replay.js';
import { summary, type ReplayTotals } from './summary.js';
import { toWorld } from './world.js';

export interface DemoOptions extends PlanOptions {
  exit: boolean;
  json: boolean;
  fresh: boolean;
}

/** The replay ends where the period ends: 15 June 2019, 00:00 in Asia/Ho_Chi_Minh. */
export const PERIOD_END = '2019-06-14T17:00:00.000Z';
const PERIOD = '2019Q2';

/** The main job: the province, its quarter through the engine, the table, and a server on it until Ctrl-C. */
export async function demo(options: DemoOptions, signal: AbortSignal): Promise<void> {
  const config = loadConfig(process.env);
  if (!options.exit) await refuseTakenPort(config);
  if (options.fresh) await startOver(config);
  say(`data folder: ${config.databaseUrl ? 'DATABASE_URL' : config.dataDir}`);
  const database = await openDatabase(config);
  try {
    const told = await importReferenceData(database.app, {
      demoOfficers: true,
      today: today(),
    });
    say(told.sentence);
    const runtime = await openRuntime(config, database);
    const { inserted, updated } = told.calendarYears;
    if (inserted + updated > 0) await recomputeDeadlines(database.app, runtime.reference(), runtime.clock);
    const found = await settleReplay(runtime, options, signal);
    const { report, channels } = await countQuarter(runtime.pool, signal);
    say(formatQuarterTable(report, { language: 'en' }), options.json ? process.stderr : process.stdout);
    if (options.json) process.stdout.write(`${JSON.stringify(summary(report, channels, found))}\n`);
    if (!report.identityHolds) throw new DomainError('identity_broken');
    if (options.exit) return;
    await runtime.refresh();
    say(demoAccounts(runtime.reference().units), options.json ? process.stderr : process.stdout);
    const { serve } = await import('../serve.js');
    await serve(runtime, signal, { catchUp: false });
  } finally {
    await database.close();
  }
}

/** Replays what is not replayed yet. What another run left is found; a folder made with other options is refused. */
async function settleReplay(
  runtime: Runtime,
  options: DemoOptions,
  signal: AbortSignal,
): Promise<ReplayTotals> {
  const { pool } = runtime;
  const asked: JsonObject = { seed: options.seed, scale: options.scale, carriedOver: options.carriedOver };
  const there = await findReplay(pool);
  if (there && Object.keys(asked).some((name) => there.options[name] !== asked[name])) {
    const params = { found: JSON.stringify(there.options), asked: JSON.stringify(asked) };
    throw new DomainError('replay_options_differ', { params });
  }
  if (!there && (await countDossiers(pool)) > 0) throw new DomainError('replay_over_other_dossiers');
  if (there?.finishedAt && there.result) {
    say(`found: the quarter replayed on ${there.finishedAt}; going on with it (--fresh starts over)`);
    return { commands: Number(there.result.commands), seconds: Number(there.result.seconds) };
  }
  if (there) say('found: a replay that was cut off; it is resumed');
  await beginReplay(pool, asked);
  const plan = planQuarter(options, toWorld(runtime.reference()));
  const progress = new Progress('replay', plan.totalCommands);
  try {
    const result = await replay(plan, PERIOD_END, {
      commands: runtime.engine,
      alarms: runtime.alarms,
      pool,
      onProgress: (done) => progress.at(done),
      signal,
    });
    await finishReplay(pool, { commands: result.commands, seconds: result.seconds });
    const fresh = result.commands - result.found;
    progress.done(
      `${fresh} commands in ${result.seconds.toFixed(1)} s (${Math.round(fresh / result.seconds)} a second)`,
    );
    return { commands: result.commands, seconds: result.seconds };
  } finally {
    progress.stop();
  }
}

/** Erases what an earlier demonstration left. Dossiers that no replay made are somebody's papers: they are not erased. */
async function startOver(config: Config): Promise<void> {
  if (config.databaseUrl) throw new DomainError('fresh_needs_embedded');
  if (existsSync(config.dataDir) && (await holdsOthersDossiers(config)))
    throw new DomainError('fresh_would_erase');
  await eraseEmbedded(config);
}

async function holdsOthersDossiers(config: Config): Promise<boolean> {
  try {
    const database = await openDatabase(config);
    try {
      return (await findReplay(database.app)) === null && (await countDossiers(database.app)) > 0;
    } finally {
      await database.close();
    }
  } catch (error) {
    // A folder that cannot even be opened is what --fresh is for; eraseEmbedded still refuses one in use or not ours.
    if (error instanceof DatabaseFault) return false;
    throw error;
  }
}

/** Has the projector read everything, then asks for the quarter. */
async function countQuarter(
  pool: Pool,
  signal: AbortSignal,
): Promise<{ report: QuarterReport; channels: QuarterReport }> {
  const follower = startProjector({ pool, signal });
  try {
    await follower.caughtUp();
  } finally {
    await follower.stop();
  }
  const now = new Date().toISOString();
  return {
    report: await quarterly(pool, { period: PERIOD, by: 'level', now }),
    channels: await quarterly(pool, { period: PERIOD, by: 'channel', now }),
  };
}

/** Asks for the port before the long work, not after it. */
async function refuseTakenPort({ port, host }: Config): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'EADDRINUSE' ? new DomainError('port_taken', { params: { port } }) : error);
    });
    probe.listen({ port, host }, () => probe.close(() => resolve()));
  });
}
