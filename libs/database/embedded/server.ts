import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, readdirSync } from 'node:fs';
import { renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { Socket, createServer } from 'node:net';
import { totalmem } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { DatabaseFault } from '../faults.js';
import { findBinaries } from './binaries.js';
import {
  type Layout,
  type Secrets,
  inspect,
  layoutOf,
  lockFolder,
  secretsOf,
  syncFolder,
  writeDurably,
} from './folder.js';
import { lockFile, stopOrphan } from './orphan.js';
import { signal, waitUntil } from './processes.js';
import { type RunAs, type RunAsKind, chooseRunAs } from './run-as.js';

export interface EmbeddedOptions {
  dataDir: string;
  /** default: a free one */
  port?: number;
  /** false only for servers that are thrown away after a test: nothing is forced to disk */
  durable?: boolean;
  /** default: what fits; tests force one */
  runAs?: RunAsKind;
  /** told of a server that died and was started again */
  log?: (line: string) => void;
}

/** A running embedded server. It listens on 127.0.0.1 only, and asks for a password there. */
export interface EmbeddedServer {
  readonly port: number;
  /** process id of the server just now */
  readonly pid: number;
  /** where to connect, as the owner of everything or as the application */
  url(database: string, role?: 'owner' | 'app'): string;
  /** the password that the application's role is to have */
  readonly appPassword: string;
  /** ends sessions, writes everything to disk, stops. Never throws when the server is gone already. */
  stop(): Promise<void>;
}

export const OWNER = 'motcua';
export const APP = 'motcua_app';

/**
 * Starts the embedded PostgreSQL in `dataDir`, making it first when the folder is empty. Cleans up after a Motcua that
 * was killed: stops the server that it left behind, takes over its lock. A server that dies while we live is started
 * again on the same port; when we die without a word it is stopped by its guard. Throws a {@link DatabaseFault} for
 * every folder that it cannot use.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedServer> {
  const at = layoutOf(resolve(options.dataDir));
  const binaries = await findBinaries();
  const unlock = lockFolder(at, 0o711);
  try {
    const state = inspect(at);
    const runAs = chooseRunAs(binaries, at.root, options.runAs);
    const secrets = secretsOf(at, state);
    if (state === 'empty') await initialise(at, runAs, secrets);
    else await stopOrphan(at);
    const server = new Server(at, runAs, secrets, options, unlock);
    await server.start();
    return server;
  } catch (error) {
    unlock();
    throw error;
  }
}

async function initialise(at: Layout, runAs: RunAs, secrets: Secrets): Promise<void> {
  for (const name of readdirSync(at.root).filter((n) => n.startsWith(basename(at.half)))) {
    rmSync(join(at.root, name), { recursive: true, force: true, maxRetries: 10 });
  }
  const half = mkdtempSync(at.half);
  const password = `${at.secrets}.new`;
  writeFileSync(password, `${secrets.owner}\n`, { mode: 0o600 });
  runAs.give(half);
  runAs.give(password);
  const args = ['-D', half, '-U', OWNER, '--pwfile', password, '--auth=scram-sha-256'];
  args.push('--encoding=UTF8', '--locale=C.UTF-8', '--no-instructions');
  const output = await run(runAs, runAs.binaries.initdb, args);
  rmSync(password, { force: true });
  if (output !== undefined) {
    throw new DatabaseFault(
      'database_not_made',
      `The database could not be made in ${at.root}: ${lastWords(output)}`,
      { folder: at.root },
    );
  }
  // Only the renaming makes it count: what was cut off before has another name and is made again.
  writeDurably(
    join(half, basename(at.marker)),
    JSON.stringify({ format: 1, madeAt: new Date().toISOString() }),
  );
  syncFolder(half);
  renameSync(half, at.data);
  syncFolder(at.root);
}

/** Runs a program to its end: undefined when it went well, else what it said. */
function run(runAs: RunAs, program: string, args: string[]): Promise<string | undefined> {
  return new Promise((done) => {
    const child = spawn(...runAs.wrap(program, args), { ...runAs.spawn, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout?.on('data', (chunk) => (output += chunk));
    child.stderr?.on('data', (chunk) => (output += chunk));
    child.on('error', (error) => done(error.message));
    child.on('close', (code, name) => done(code === 0 ? undefined : `${output}\nended with ${code ?? name}`));
  });
}

/** The line that says why, from a server's or initdb's output. */
function lastWords(output: string): string {
  const lines = output.trim().split('\n');
  const why =
    lines.findLast((line) => /FATAL|PANIC|error|could not/i.test(line)) ?? lines.at(-1) ?? 'it said nothing';
  return why.replace(/^\d{4}-\d\d-\d\d .*?\] /, '');
}

class Server implements EmbeddedServer {
  private child: ChildProcess | undefined;
  private guard: ChildProcess | undefined;
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

  url(database: string, role: 'owner' | 'app' = 'owner'): string {
    const user = role === 'owner' ? `${OWNER}:${this.secrets.owner}` : `${APP}:${this.secrets.app}`;
    return `postgresql://${user}@127.0.0.1:${this.chosenPort}/${encodeURIComponent(database)}`;
  }

  /** Tries again when somebody took the port between our asking and our using it, or a dead server's memory lingers. */
  async start(): Promise<void> {
    for (let tries = 0; ; tries++) {
      if (!this.options.port && (tries > 0 || !this.chosenPort)) this.chosenPort = await freePort();
      else if (this.options.port) this.chosenPort = this.options.port;
      const said = await this.launch();
      if (said === undefined) return;
      const passing =
        /could not create any TCP\/IP sockets|Address already in use|shared memory block .* is still in use/;
      if (tries < 5 && passing.test(said)) {
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
    if (existsSync(this.at.log) && statSync(this.at.log).size > 10_000_000)
      renameSync(this.at.log, `${this.at.log}.1`);
    const log = openSync(this.at.log, 'a', 0o600);
    const from = statSync(this.at.log).size;
    // A group of its own: Ctrl-C at a terminal must reach Motcua first, which then stops the server in good order.
    const child = spawn(...this.runAs.wrap(this.runAs.binaries.postgres, this.args()), {
      ...this.runAs.spawn,
      stdio: ['ignore', log, log],
      detached: true,
    });
    closeSync(log);
    let ended: string | undefined;
    child.once('error', (error) => (ended = error.message));
    child.once(
      'exit',
      () => (ended ??= readFileSync(this.at.log).subarray(from).toString() || 'it said nothing'),
    );
    child.unref();
    const ready = () => {
      const lock = lockFile(this.at);
      return lock?.pid === child.pid && lock?.ready === true;
    };
    while (ended === undefined && !ready()) await pause(15);
    if (ended !== undefined) return ended;
    this.child = child;
    this.watch(child);
    return undefined;
  }

  private args(): string[] {
    const durable = this.options.durable ?? true;
    const megabytes = Math.max(64, Math.min(512, Math.floor(totalmem() / 2 ** 20 / 8)));
    const settings: Record<string, string | number> = {
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      port: this.chosenPort,
      max_connections: 100,
      shared_buffers: `${durable ? megabytes : 64}MB`,
      fsync: durable ? 'on' : 'off',
      synchronous_commit: durable ? 'on' : 'off',
      full_page_writes: durable ? 'on' : 'off',
      // Few, evenly spread checkpoints: after each, every page is written to the log in full once more.
      max_wal_size: '2GB',
      min_wal_size: durable ? '256MB' : '80MB',
      checkpoint_timeout: '15min',
      wal_buffers: '16MB',
      // Statements here take milliseconds; compiling them would take longer than running them.
      jit: 'off',
      random_page_cost: 1.1,
      timezone: 'UTC',
      log_timezone: 'UTC',
    };
    return [
      '-D',
      this.at.data,
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ];
  }

  /**
   * The guard holds one end of a pipe whose other end dies with us, however we die; then it asks the server to stop.
   * A shell does that on every Unix. And a server that dies while we live is started again.
   */
  private watch(child: ChildProcess): void {
    const script = 'read -r _; [ "$(head -n 1 "$2" 2>/dev/null)" = "$1" ] && kill -INT "$1"';
    const guard = spawn(
      'sh',
      ['-c', script, 'motcua-guard', String(child.pid), join(this.at.data, 'postmaster.pid')],
      {
        stdio: ['pipe', 'ignore', 'ignore'],
        detached: true,
        cwd: '/',
      },
    );
    guard.on('error', () => {}); // no shell: the next start cleans up instead
    guard.stdin?.on('error', () => {});
    if (guard.stdin instanceof Socket) guard.stdin.unref();
    guard.unref();
    this.guard = guard;
    child.once('exit', () => {
      guard.stdin?.destroy();
      if (!this.stopping) this.reviving = this.revive();
    });
  }

  private async revive(): Promise<void> {
    const log = this.options.log ?? ((line: string) => process.stderr.write(`${line}\n`));
    for (let wait = 100; !this.stopping; wait = Math.min(wait * 2, 5_000)) {
      log('the embedded database ended unexpectedly; starting it again');
      try {
        const said = await this.launch();
        if (said === undefined) return;
        log(`the embedded database did not start: ${lastWords(said)}`);
      } catch (error) {
        log(`the embedded database did not start: ${String(error)}`);
      }
      await pause(wait);
    }
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
    this.guard?.stdin?.destroy();
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
