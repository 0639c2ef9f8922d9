import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadReference } from '../../apps/cli/runtime.js';
import { importReferenceData } from '../../apps/cli/setup.js';
import { connect, migrate, openPool, startEmbedded, type EmbeddedServer, type Pool } from '#libs/database';
import type { Reference } from '#libs/dossier';
import type { Clock } from '#libs/kernel';
import { runningClock } from './clock.js';

/** What all rows stand on: one durable PostgreSQL server of the bench's own, with the whole province in it. */
export interface Ground {
  folder: string;
  server: EmbeddedServer;
  /** where to connect as the application's role */
  url: string;
  /** where to connect as the owner, who may migrate */
  ownerUrl: string;
  pool: Pool;
  reference: Reference;
  clock: Clock;
  /** Stops the server and removes the folder. */
  close(): Promise<void>;
}

/** Starts the server in a temporary folder on 127.0.0.1, everything forced to disk. When it fails it leaves nothing behind. */
export async function openGround(): Promise<Ground> {
  const folder = mkdtempSync(join(tmpdir(), 'motcua-bench-'));
  let server: EmbeddedServer | undefined;
  let pool: Pool | undefined;
  const close = async (): Promise<void> => {
    await pool?.end();
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    server = await startEmbedded({ dataDir: folder, durable: true });
    const owner = await connect(server.url('postgres'));
    await owner.query('CREATE DATABASE bench').finally(() => owner.end());
    const ownerUrl = server.url('bench');
    await migrate(ownerUrl, { appPassword: server.appPassword });
    const url = server.url('bench', 'app');
    pool = openPool(url);
    await refuseUnlessDurable(pool);
    await importReferenceData(pool, { demoOfficers: true, today: '2019-01-01' });
    const reference = await loadReference(pool);
    return { folder, server, url, ownerUrl, pool, reference, clock: runningClock(), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Figures of a server that forgets are worth nothing. */
async function refuseUnlessDurable(pool: Pool): Promise<void> {
  const { rows } = await pool.query<{ name: string; setting: string }>(
    `SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes')`,
  );
  const off = rows.filter((row) => row.setting !== 'on').map((row) => row.name);
  if (off.length > 0) throw new Error(`the bench needs a durable server; off: ${off.join(', ')}`);
}
