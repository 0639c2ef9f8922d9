import { setTimeout as pause } from 'node:timers/promises';
import type { DataSource, DataSourceOptions } from 'typeorm';
import type { Config } from '#libs/config';
import { type Pool, connect, connectionDefaults, openPool } from './connect.js';
import { type EmbeddedServer, startEmbedded } from './embedded/server.js';
import { codeOf } from './faults.js';
import { Lanes } from './lanes.js';
import { migrate } from './migrate.js';
import { openReads, type Reads } from './reads.js';
import { asApp, asRole } from './roles.js';

/** The one database of a process, migrated and ready. */
export interface Database {
  /** connections as the application's role, which may only what it was granted */
  app: Pool;
  /** what people read: each time within a scope that the database itself holds them to */
  reads: Reads;
  /** for the engine: few connections, each asked several things at once, as a role that may touch what each statement says */
  commands: Lanes;
  /** where to connect as that role, or as the owner (migrations, tests) */
  url(role: 'app' | 'owner'): string;
  /** a TypeORM data source as the application's role, made on first use; with `entities` the first call decides */
  dataSource(entities?: DataSourceOptions['entities']): Promise<DataSource>;
  /** ends the connections and, when it is ours, the server */
  close(): Promise<void>;
}

const NAME = 'motcua';
/** One for each batch that the engine has under way, and one to spare. */
const COMMAND_LANES = 3;

/**
 * Opens the database: the one of DATABASE_URL, or an embedded server in the data folder, which is started for it.
 * Migrates first. Throws a DatabaseFault whose message says what to do. With `join`, a data folder that another Motcua
 * uses just now is no fault: its server is used. For commands beside a running one, such as a report.
 */
export async function openDatabase(
  config: Pick<Config, 'dataDir' | 'databaseUrl' | 'databaseOwnerUrl'>,
  { join = false, onLost }: JoinOptions = {},
): Promise<Database> {
  if (config.databaseUrl) {
    const owner = config.databaseOwnerUrl ?? config.databaseUrl;
    await migrate(owner);
    return opened({ app: asApp(config.databaseUrl), owner });
  }
  for (let tries = 1; ; tries++) {
    const server = await startEmbedded({ dataDir: config.dataDir, join });
    try {
      await ensureDatabase(server);
      await migrate(server.url(NAME), { appPassword: server.appPassword });
      const unwatch = watch(server, onLost);
      const urls = { app: server.url(NAME, 'app'), owner: server.url(NAME) };
      return opened(urls, {
        stop: async () => {
          unwatch();
          if (join && !server.ownerGone) await othersLeft(urls.owner);
          await server.stop();
        },
      });
    } catch (error) {
      await server.stop();
      // It was joined in the moment in which its Motcua ended: the next try finds the folder free, or another owner.
      if (server.ownerGone === undefined || tries === MOST_TRIES) throw error;
      await pause(200);
    }
  }
}

/** For commands that only look, and may do so beside a running Motcua. */
export interface JoinOptions {
  join?: boolean;
  /** called when the Motcua whose server was joined has ended: what is asked of the database then is never answered */
  onLost?: () => void;
}

const MOST_TRIES = 25;
const WATCH_MS = 500;
const OTHERS_MS = 60_000;

function watch(server: EmbeddedServer, onLost: (() => void) | undefined): () => void {
  if (!server.ownerGone || !onLost) return () => {};
  const timer = setInterval(() => {
    if (!server.ownerGone?.()) return;
    clearInterval(timer);
    onLost();
  }, WATCH_MS).unref();
  return () => clearInterval(timer);
}

/** A short command that started the server lets the others who joined it finish, for a minute at most. */
async function othersLeft(url: string): Promise<void> {
  const client = await connect(url);
  try {
    for (const until = performance.now() + OTHERS_MS; performance.now() < until; await pause(100)) {
      const { rows } = await client.query<{ n: number }>(
        `SELECT count(*)::int AS n FROM pg_stat_activity
         WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()`,
      );
      if (rows[0]?.n === 0) return;
    }
  } finally {
    await client.end();
  }
}

async function ensureDatabase(server: EmbeddedServer): Promise<void> {
  const client = await connect(server.url('postgres'));
  try {
    await client.query(`CREATE DATABASE ${NAME}`);
  } catch (error) {
    // Two that make it at the same moment: one is told so by the index and not by name.
    if (!['42P04', '23505'].includes(codeOf(error))) throw error;
  } finally {
    await client.end();
  }
}

function opened(urls: { app: string; owner: string }, server?: Pick<EmbeddedServer, 'stop'>): Database {
  const app = openPool(urls.app);
  const reads = openReads(urls.app);
  const commands = new Lanes(asRole(urls.app, 'motcua_commit'), COMMAND_LANES);
  let source: Promise<DataSource> | undefined;
  let closing: Promise<void> | undefined;
  const close = async () => {
    await (await source?.catch(() => undefined))?.destroy();
    await commands.end();
    await reads.end();
    await app.end();
    await server?.stop();
  };
  return {
    app,
    reads,
    commands,
    url: (role) => urls[role],
    dataSource: (entities = []) => (source ??= openSource(urls.app, entities)),
    close: () => (closing ??= close()),
  };
}

async function openSource(
  url: string,
  entities: NonNullable<DataSourceOptions['entities']>,
): Promise<DataSource> {
  const { DataSource } = await import('typeorm');
  const { types, keepAlive } = connectionDefaults;
  const source = new DataSource({
    type: 'postgres',
    url,
    entities,
    applicationName: 'motcua',
    poolErrorHandler: () => {},
    extra: { types, keepAlive, max: 4, allowExitOnIdle: true },
  });
  return source.initialize();
}
