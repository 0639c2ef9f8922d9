import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { connect, migrate, openPool, startEmbedded, type EmbeddedServer } from '#libs/database';
import { fromMillis, toMillis, type Clock } from '#libs/kernel';
import { loadReference } from '../../../apps/cli/runtime.js';
import { importReferenceData } from '../../../apps/cli/setup.js';
import type { Ground } from '../ground.js';
import { SIZE_NOW } from './plan.js';

/** A durable server with room for several provinces, in a temporary folder or in one that is kept. */
export interface SizeServer {
  folder: string;
  /** Starts the server anew: what it had in its own memory is gone, what the system keeps of its files is not. */
  restart(): Promise<void>;
  /** Makes the database if it is not there, with the whole province of reference data in it. */
  province(name: string): Promise<SizeProvince>;
  close(): Promise<void>;
}

/** One database on the size server; a ground for the bench's rows. `close()` ends its connections only. */
export interface SizeProvince extends Ground {
  ownerUrl: string;
}

/** Starts the server. With `keep` its folder stays, and is found again by the next run. */
export async function openSizeServer(keep: string | undefined): Promise<SizeServer> {
  const folder = keep === undefined ? mkdtempSync(join(tmpdir(), 'motcua-size-')) : resolve(keep);
  mkdirSync(folder, { recursive: true });
  const start = (): Promise<EmbeddedServer> => startEmbedded({ dataDir: folder, durable: true });
  const open = new Set<SizeProvince>();
  let server: EmbeddedServer;
  const disconnect = async (): Promise<void> => {
    for (const one of open) await one.close();
  };
  try {
    server = await start();
  } catch (error) {
    if (keep === undefined) rmSync(folder, { recursive: true, force: true });
    throw error;
  }
  if (keep !== undefined && (await holdsMotcua(server))) {
    await server.stop();
    throw new Error(`the folder ${folder} holds a Motcua database: the bench wants one of its own`);
  }
  return {
    folder,
    async restart() {
      await disconnect();
      await server.stop();
      server = await start();
    },
    async province(name) {
      const made = await openProvince(server, folder, name);
      const own: SizeProvince = {
        ...made,
        close: () => {
          open.delete(own);
          return made.pool.ending ? Promise.resolve() : made.pool.end();
        },
      };
      open.add(own);
      return own;
    },
    async close() {
      await disconnect();
      await server.stop();
      if (keep === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function openProvince(server: EmbeddedServer, folder: string, name: string): Promise<SizeProvince> {
  const postgres = await connect(server.url('postgres'));
  const known = await postgres.query('SELECT FROM pg_database WHERE datname = $1', [name]);
  if (known.rowCount === 0) await postgres.query(`CREATE DATABASE ${name}`);
  await postgres.end();
  await migrate(server.url(name), { appPassword: server.appPassword });
  const url = server.url(name, 'app');
  const pool = openPool(url);
  await importReferenceData(pool, { demoOfficers: true, today: SIZE_NOW.slice(0, 10) });
  const reference = await loadReference(pool);
  const ownerUrl = server.url(name);
  return { folder, server, url, ownerUrl, pool, reference, clock: runningClock(), close: async () => {} };
}

/** From {@link SIZE_NOW} on, as time goes by. */
function runningClock(): Clock {
  const start = toMillis(SIZE_NOW);
  const begun = performance.now();
  return { now: () => fromMillis(Math.floor(start + performance.now() - begun)) };
}

async function holdsMotcua(server: EmbeddedServer): Promise<boolean> {
  const owner = await connect(server.url('postgres'));
  const { rowCount } = await owner
    .query(`SELECT FROM pg_database WHERE datname = 'motcua'`)
    .finally(() => owner.end());
  return (rowCount ?? 0) > 0;
}
