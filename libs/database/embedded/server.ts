import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { DatabaseFault } from '../faults.js';
import { findBinaries } from './binaries.js';
import { type Layout, type Secrets, inspect, layoutOf, read, secretsOf, socketFolder } from './folder.js';
import { guardServer } from './guard.js';
import { lockFolder } from './lock.js';
import { OWNER, initialise, lastWords } from './make.js';
import { lockFile, stopOrphan } from './orphan.js';
import { processFacts, signal, waitUntil } from './processes.js';
import { type RunAs, type RunAsKind, chooseRunAs } from './run-as.js';
import { settings } from './settings.js';

export interface EmbeddedOptions {
  dataDir: string;
  /** default: a free one */
  port?: number;
  /** false only for servers that are thrown away after a test: nothing is forced to disk */
  durable?: boolean;
  /** default: what fits; tests force one */
  runAs?: RunAsKind;
  /** when another Motcua has the folder, use its server instead of refusing; for commands that only look */
  join?: boolean;
  /** told of a server that died and was started again */
  log?: (line: string) => void;
}

/** A running embedded server. It listens on 127.0.0.1 and on a socket in its folder only, and asks for a password. */
export interface EmbeddedServer {
  readonly port: number;
  /** process id of the server just now */
  readonly pid: number;
  /** where to connect, as the owner of everything or as the application */
  url(database: string, role?: 'owner' | 'app'): string;
  /** only on a server that another Motcua started: whether that Motcua has gone since, and the server with it */
  ownerGone?(): boolean;
  /** the password that the application's role is to have */
  readonly appPassword: string;
  /** ends sessions, writes everything to disk, stops. Never throws when the server is gone already. */
  stop(): Promise<void>;
}

const APP = 'motcua_app';
const LOG_LIMIT = 10_000_000;
const SLOW_START_MS = 5_000;

/**
 * Starts the embedded PostgreSQL in `dataDir`, making it first when the folder is empty. Cleans up after a Motcua that
 * was killed: stops the server that it left behind, takes over its lock. A server that dies while we live is started
 * again on the same port; when we die without a word it is stopped by its guard. Throws a {@link DatabaseFault} for
 * every folder that it cannot use.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedServer> {
  const at = layoutOf(resolve(options.dataDir));
  const binaries = await findBinaries();
  let unlock: () => void;
  try {
    unlock = lockFolder(at, 0o711);
  } catch (error) {
    const joined = options.join && error instanceof DatabaseFault && error.code === 'data_folder_in_use';
    if (!joined) throw error;
    return joinServer(at, error);
  }
  try {
    const state = inspect(at);
    const runAs = chooseRunAs(binaries, at.root, options.runAs);
    const secrets = secretsOf(at, state);
    if (state === 'empty') await initialise(at, runAs, secrets, options.durable ?? true);
    else await stopOrphan(at);
    runAs.give(at.data);
    const server = new Server(at, runAs, secrets, options, unlock);
    await server.start();
    return server;
  } catch (error) {
    unlock();
    throw error;
  }
}

/** The server of the Motcua that has the folder; `inUse` is thrown when it does not get ready in half a minute. */
async function joinServer(at: Layout, inUse: DatabaseFault): Promise<EmbeddedServer> {
  if (!(await waitUntil(() => lockFile(at)?.ready === true, 30_000))) throw inUse;
  const { pid, port } = lockFile(at) ?? { pid: 0, port: 0 };
  const secrets = secretsOf(at, 'ready');
  const holder = read(at.lock);
  const holderPid = Number(/"pid":(\d+)/.exec(holder ?? '')?.[1] ?? 0);
  return {
    ownerGone: () => read(at.lock) !== holder || processFacts(holderPid) === undefined,
    pid,
    port,
    appPassword: secrets.app,
    url: (database, role) => urlOf(at, port, secrets, database, role),
    stop: () => Promise.resolve(),
  };
}

function urlOf(
  at: Layout,
  port: number,
  secrets: Secrets,
  database: string,
  role: 'owner' | 'app' = 'owner',
): string {
  const user = role === 'owner' ? `${OWNER}:${secrets.owner}` : `${APP}:${secrets.app}`;
  const folder = socketFolder(at);
  const socket =
    folder && existsSync(join(folder, `.s.PGSQL.${port}`)) ? `?host=${encodeURIComponent(folder)}` : '';
  return `postgresql://${user}@127.0.0.1:${port}/${encodeURIComponent(database)}${socket}`;
}

class Server implements EmbeddedServer {
  private child: ChildProcess | undefined;
  private stopping: Promise<void> | undefined;
  private reviving: Promise<void> | undefined;
  private chosenPort = 0;

  constructor(
    private readonly at: Layout,
    private readonly runAs: RunAs,
    private readonly secrets: Secrets,
    private readonly options: EmbeddedOptions,
    private readonly unlock: () => void,
  ) {}

  get port(): number {
    return this.chosenPort;
  }

  get pid(): number {
    return this.child?.pid ?? 0;
  }

  get appPassword(): string {
    return this.secrets.app;
  }

  url(database: string, role?: 'owner' | 'app'): string {
    return urlOf(this.at, this.chosenPort, this.secrets, database, role);
  }

  /** Tries again when somebody took the port between our asking and our using it, or a dead server's memory lingers. */
  async start(): Promise<void> {
    for (let tries = 0; ; tries++) {
      this.chosenPort = this.options.port ?? (await freePort());
      const said = await this.launch();
      if (said === undefined) return;
      const portTaken = said.includes('could not create any TCP/IP sockets');
      if (portTaken && this.options.port) {
        throw new DatabaseFault(
          'database_port_taken',
          `The database cannot listen on port ${this.chosenPort} of 127.0.0.1: another program does.`,
          { port: this.chosenPort },
        );
      }
      if (tries < 5 && (portTaken || said.includes('is still in use'))) {
        await pause(200 * (tries + 1));
        continue;
      }
      throw new DatabaseFault(
        'database_not_started',
        `The database in ${this.at.root} did not start: ${lastWords(said)} (all of it in ${this.at.log})`,
        { folder: this.at.root },
      );
    }
  }

  /** Starts the server once; resolves when it takes connections, or with its last words when it gave up. */
  private async launch(): Promise<string | undefined> {
    const size = existsSync(this.at.log) ? statSync(this.at.log).size : 0;
    if (size > LOG_LIMIT) renameSync(this.at.log, `${this.at.log}.1`);
    const log = openSync(this.at.log, 'a', 0o600);
    const from = statSync(this.at.log).size;
    // A group of its own: Ctrl-C at a terminal must reach Motcua first, which then stops the server in good order.
    const args = [
      '-D',
      this.at.data,
      ...settings(this.chosenPort, this.options.durable ?? true, socketFolder(this.at)),
    ];
    const child = spawn(...this.runAs.wrap(this.runAs.binaries.postgres, args), {
      ...this.runAs.spawn,
      stdio: ['ignore', log, log],
      detached: true,
    });
    closeSync(log);
    const dismiss = child.pid ? guardServer(child.pid, join(this.at.data, 'postmaster.pid')) : () => {};
    let ended: string | undefined;
    child.once('error', (error) => (ended = error.message));
    child.once('exit', () => {
      ended ??= readFileSync(this.at.log).subarray(from).toString() || 'it said nothing';
      dismiss();
    });
    child.unref();
    const isReady = () => {
      const lock = lockFile(this.at);
      return lock?.pid === child.pid && lock?.ready === true;
    };
    const slow = performance.now() + SLOW_START_MS;
    for (let told = false; ended === undefined && !isReady(); await pause(15)) {
      if (told || performance.now() < slow) continue;
      told = true;
      this.log(
        'the embedded database is getting ready; after a crash or a power cut that can take a while …',
      );
    }
    if (ended !== undefined) return ended;
    this.child = child;
    // A server that dies while we live is started again.
    child.once('exit', () => {
      if (!this.stopping) this.reviving = this.revive();
    });
    return undefined;
  }

  private async revive(): Promise<void> {
    for (let wait = 100; !this.stopping; wait = Math.min(wait * 2, 5_000)) {
      this.log('the embedded database ended unexpectedly; starting it again');
      try {
        const said = await this.launch();
        if (said === undefined) return;
        this.log(`the embedded database did not start: ${lastWords(said)}`);
      } catch (error) {
        this.log(`the embedded database did not start: ${String(error)}`);
      }
      await pause(wait);
    }
  }

  private log(line: string): void {
    if (this.options.log) this.options.log(line);
    else process.stderr.write(`${line}\n`);
  }

  stop(): Promise<void> {
    this.stopping ??= this.shutDown();
    return this.stopping;
  }

  private async shutDown(): Promise<void> {
    await this.reviving;
    const child = this.child;
    if (child?.pid && child.exitCode === null && child.signalCode === null) {
      const gone = () => child.exitCode !== null || child.signalCode !== null;
      child.ref();
      for (const [name, ms] of [
        ['SIGINT', 60_000],
        ['SIGQUIT', 10_000],
        ['SIGKILL', 2_000],
      ] as const) {
        signal(child.pid, name);
        if (await waitUntil(gone, ms)) break;
      }
    }
    this.unlock();
  }
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const probe = createServer();
    probe.once('error', fail);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        address && typeof address === 'object' ? done(address.port) : fail(new Error('no free port')),
      );
    });
  });
}
