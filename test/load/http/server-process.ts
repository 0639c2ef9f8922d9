import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadKeys } from '#libs/config';
import type { Ground } from '../ground.js';

/** What the server process has used, and what it holds just now; sizes in bytes. */
export interface ServerUsage {
  cpuMs: number;
  rss: number;
  heapUsed: number;
  /** commands waiting or under way */
  depth: number;
}

export type FromServer = { kind: 'ready'; port: number } | ({ kind: 'usage' } & ServerUsage);
export type ToServer = 'usage' | 'close';

const PROGRAM = fileURLToPath(new URL('./server.js', import.meta.url));
const PATIENCE_MS = 10_000;
/** Said to the program that is to take everybody's word for who they are. */
export const OPEN = 'open';

/** Where the keys of a ground are: made with it, and removed with it. */
export function keysOf({ folder }: Pick<Ground, 'folder'>): { dataDir: string; keysDir: string } {
  return { dataDir: folder, keysDir: join(folder, 'bench-keys') };
}

/** The API in a process of its own, as `npm start` runs it: this process is only who asks. */
export class ServerProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly port: number,
  ) {}

  /** Starts it on the ground's database, on a free port; `open`: without looking at tokens. Leaves no process behind when that fails. */
  static async start(ground: Ground, { open = false } = {}): Promise<ServerProcess> {
    const { keysDir } = keysOf(ground);
    loadKeys({ dataDir: ground.folder, keysDir }, { make: true });
    // The folder is for whoever looks at a list of processes and wonders whose this one is.
    const child = fork(PROGRAM, [ground.folder, open ? OPEN : ''], {
      env: {
        ...process.env,
        DATABASE_URL: ground.url,
        DATABASE_OWNER_URL: ground.ownerUrl,
        MOTCUA_KEYS: keysDir,
      },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const ended = once(child, 'exit').then(() => {
      throw new Error('the server of the bench ended before it was ready');
    });
    const [message] = (await Promise.race([once(child, 'message'), ended])) as [FromServer];
    ended.catch(() => {});
    if (message.kind !== 'ready') throw new Error(`the server of the bench said ${message.kind}`);
    return new ServerProcess(child, message.port);
  }

  async usage(): Promise<ServerUsage> {
    const answer = once(this.child, 'message', { signal: AbortSignal.timeout(PATIENCE_MS) });
    this.child.send('usage' satisfies ToServer);
    const [message] = (await answer) as [FromServer];
    if (message.kind !== 'usage') throw new Error(`the server of the bench said ${message.kind}`);
    return message;
  }

  /** Lets it answer what it took in; a server that does not end is killed. */
  async close(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    const late = setTimeout(() => this.child.kill('SIGKILL'), PATIENCE_MS);
    if (this.child.connected) this.child.send('close' satisfies ToServer);
    await ended;
    clearTimeout(late);
  }
}
