import { type SpawnOptions, spawnSync } from 'node:child_process';
import { cpSync, existsSync, lchownSync, lstatSync, mkdirSync, mkdtempSync } from 'node:fs';
import { readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DatabaseFault } from '../faults.js';
import type { Binaries } from './binaries.js';

/**
 * PostgreSQL refuses to run as root. There are three ways:
 * - `self`: we are a plain user and simply run it;
 * - `namespace`: root runs it in a user namespace, where it believes to be somebody else, and still owns root's files.
 *   This is the only way that works inside a home of mode 700;
 * - `user`: where namespaces are forbidden (most containers), it runs as an unprivileged user, who must be able to
 *   reach the programs (copied if need be) and the data folder (refused by name if not).
 */
export type RunAsKind = 'self' | 'namespace' | 'user';

export interface RunAs {
  kind: RunAsKind;
  binaries: Binaries;
  /** the program and arguments to spawn */
  wrap(program: string, args: string[]): [string, string[]];
  spawn: Pick<SpawnOptions, 'uid' | 'gid' | 'cwd'>;
  /** hands a file, or a folder with all that is in it, to the user that runs the server, unless it is theirs already */
  give(path: string): void;
}

interface Account {
  name: string;
  uid: number;
  gid: number;
}

function accounts(): Account[] {
  return readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .filter((f) => f.length >= 7 && f[2] !== '0')
    .map((f) => ({ name: f[0]!, uid: Number(f[2]), gid: Number(f[3]) }));
}

/** Decides how to run the server whose data is in `dataDir`. `only` forces one way (tests). */
export function chooseRunAs(binaries: Binaries, dataDir: string, only?: RunAsKind): RunAs {
  const root = process.getuid?.() === 0;
  if (only === 'self' || (!root && !only)) {
    return {
      kind: 'self',
      binaries,
      wrap: (program, args) => [program, args],
      spawn: { cwd: '/' },
      give: () => {},
    };
  }
  return (only !== 'user' && inNamespace(binaries)) || asUser(binaries, dataDir);
}

/** A folder may have been made the other way round, on a machine where namespaces were allowed, or not yet. */
function give(path: string, uid: number, gid: number): void {
  if (lstatSync(path).uid === uid) return;
  if (lstatSync(path).isDirectory()) {
    for (const name of readdirSync(path, { recursive: true, encoding: 'utf8' }))
      lchownSync(join(path, name), uid, gid);
  }
  lchownSync(path, uid, gid); // the top last: cut off before, it is all done again
}

function inNamespace(binaries: Binaries): RunAs | undefined {
  // Any account that exists will do: it is a name inside the namespace only, but initdb looks it up.
  const account = accounts()[0];
  if (!account) return undefined;
  const prefix = ['--user', `--map-user=${account.uid}`, `--map-group=${account.gid}`, '--'];
  const wrap: RunAs['wrap'] = (program, args) => ['unshare', [...prefix, program, ...args]];
  const [program, args] = wrap(binaries.postgres, ['--version']);
  if (spawnSync(program, args, { cwd: '/' }).status !== 0) return undefined;
  return { kind: 'namespace', binaries, wrap, spawn: { cwd: '/' }, give: (path) => give(path, 0, 0) };
}

function asUser(found: Binaries, dataDir: string): RunAs {
  const all = accounts();
  const account = all.find((a) => a.name === 'postgres') ?? all.find((a) => a.name === 'nobody') ?? all[0];
  if (!account)
    throw new DatabaseFault(
      'database_no_user',
      'PostgreSQL does not run as root, and there is no other user.',
    );
  const { uid, gid } = account;
  const mayRun = (program: string, ...args: string[]) =>
    spawnSync(program, args, { uid, gid, cwd: '/', stdio: 'ignore' }).status === 0;

  for (let dir = dataDir, blocked = ''; ; dir = dirname(dir)) {
    if (!mayRun('test', '-x', dir)) blocked = dir;
    if (dir !== dirname(dir)) continue;
    if (!blocked) break;
    throw new DatabaseFault(
      'data_folder_unreachable',
      `PostgreSQL does not run as root, and the user "${account.name}" may not enter ${blocked}, ` +
        `which the data folder ${dataDir} is in. Set MOTCUA_DATA to a folder elsewhere, e.g. /var/lib/motcua, ` +
        `or start Motcua as a plain user.`,
      { folder: dataDir, blocked, user: account.name },
    );
  }
  const binaries = mayRun(found.postgres, '--version') ? found : copyBinaries(found);
  return {
    kind: 'user',
    binaries,
    wrap: (program, args) => [program, args],
    spawn: { uid, gid, cwd: '/' },
    give: (path) => give(path, uid, gid),
  };
}

/** Copies the programs to where everybody may go. Only root writes there, so nobody can slip in others. */
function copyBinaries(found: Binaries): Binaries {
  const version = spawnSync(found.postgres, ['--version'], { encoding: 'utf8' }).stdout.replace(
    /[^\d.]/g,
    '',
  );
  const base = '/var/cache/motcua';
  const home = join(base, `postgresql-${version}`);
  if (!existsSync(home)) {
    mkdirSync(base, { recursive: true, mode: 0o755 });
    const half = mkdtempSync(join(base, 'copying-'));
    cpSync(found.home, join(half, 'native'), { recursive: true, verbatimSymlinks: true });
    try {
      renameSync(join(half, 'native'), home);
    } catch (error) {
      if (!existsSync(home)) throw error; // somebody else was faster
    }
    rmSync(half, { recursive: true, force: true });
  }
  const moved = (path: string) => join(home, 'bin', basename(path));
  return { home, initdb: moved(found.initdb), postgres: moved(found.postgres) };
}
