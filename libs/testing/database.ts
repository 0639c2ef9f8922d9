import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import {
  Lanes,
  type Pool,
  type Reads,
  asApp,
  asRole,
  openPool,
  openReads,
  startEmbedded,
} from '#libs/database';
import { TEMPLATE, asOwner, makeTemplate, withDatabase } from './template.js';

/** A real, migrated database that belongs to one test file. */
export interface TestDatabase {
  name: string;
  /** as the application works: role motcua_app */
  app: Pool;
  /** as people read: role motcua_reader, within a scope */
  reads: Reads;
  /** as the engine works in a running process: role motcua_commit */
  commands: Lanes;
  /** where to connect as the application's role */
  appUrl: string;
  /** where to connect as the owner, who may do anything */
  ownerUrl: string;
  /** Drops it; done by itself when the file ends. With MOTCUA_KEEP=1 it stays for as long as the server does. */
  drop(): Promise<void>;
}

const open = new Set<TestDatabase>();
let made = 0;
let server: Promise<string> | undefined;
let stopServer: (() => Promise<void>) | undefined;

// When nothing is left to do, the file's own `after` hooks included: what they close may still want its database.
process.on('beforeExit', () => {
  const stop = stopServer;
  stopServer = undefined;
  if (open.size > 0 || stop) void Promise.all([...open].map((database) => database.drop())).then(stop);
});

/**
 * Makes a copy of the migrated template, in some 50 ms: call it in `before()`. `npm test` has one server for all files;
 * a file that is run alone starts its own, with nothing forced to disk, and stops it at the end.
 */
export async function testDatabase(): Promise<TestDatabase> {
  const base = await (server ??= process.env.MOTCUA_TEST_SERVER
    ? Promise.resolve(process.env.MOTCUA_TEST_SERVER)
    : ownServer());
  const file = basename(process.argv[1] ?? 'repl')
    .replace(/\W+/g, '_')
    .slice(0, 30)
    .toLowerCase();
  const name = `t_${file}_${process.pid}_${++made}`;
  await asOwner(base, `CREATE DATABASE ${name} TEMPLATE ${TEMPLATE}`);
  const ownerUrl = withDatabase(base, name);
  const appUrl = asApp(ownerUrl);
  const app = openPool(appUrl);
  const reads = openReads(appUrl);
  const commands = new Lanes(asRole(appUrl, 'motcua_commit'), 3);
  const database: TestDatabase = {
    name,
    app,
    reads,
    commands,
    appUrl,
    ownerUrl,
    async drop() {
      if (!open.delete(database)) return;
      await commands.end();
      await reads.end();
      if (!app.ending) await app.end();
      if (process.env.MOTCUA_KEEP === '1') process.stderr.write(`kept: database ${name}\n`);
      else await asOwner(base, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    },
  };
  open.add(database);
  return database;
}

async function ownServer(): Promise<string> {
  const dataDir = mkdtempSync(join(tmpdir(), 'motcua-test-'));
  const started = await startEmbedded({ dataDir, durable: false });
  stopServer = async () => {
    await started.stop();
    if (process.env.MOTCUA_KEEP === '1') process.stderr.write(`kept: data folder ${dataDir}\n`);
    else rmSync(dataDir, { recursive: true, force: true });
  };
  const base = started.url('postgres');
  await makeTemplate(base);
  return base;
}
