import {
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseFault } from '../faults.js';

/** The major version of PostgreSQL that this Motcua brings. */
export const POSTGRES_MAJOR = '18';

/** Where everything is inside a data folder. */
export interface Layout {
  root: string;
  /** PostgreSQL's own folder; it gets this name only when it is complete */
  data: string;
  /** its name begins so while initdb is at work; the rest differs, as an initdb whose Motcua was killed writes on */
  half: string;
  /** inside `data`: proof that Motcua made it and that initdb came to its end */
  marker: string;
  secrets: string;
  log: string;
  lock: string;
}

/** The names of the files in the data folder `root`. */
export function layoutOf(root: string): Layout {
  const data = join(root, 'postgres');
  return {
    root,
    data,
    half: join(root, 'postgres.new-'),
    marker: join(data, 'motcua.json'),
    secrets: join(root, 'secrets.json'),
    log: join(root, 'postgres.log'),
    lock: join(root, 'motcua.lock'),
  };
}

/** The longest path that a socket may have on every system that has sockets in folders. */
const LONGEST_SOCKET = 103;

/**
 * Where the server's socket is: inside its own folder, which nobody else may enter. A question by it costs both sides half
 * of what it costs by 127.0.0.1. Null where there are no such sockets, or the path would be too long for one.
 */
export function socketFolder(at: Layout): string | null {
  const fits = Buffer.byteLength(join(at.data, '.s.PGSQL.65535')) <= LONGEST_SOCKET;
  return process.platform !== 'win32' && fits ? at.data : null;
}

/** Passwords of the two roles of an embedded server. */
export interface Secrets {
  owner: string;
  app: string;
}

// What we make ourselves; `lost+found` is on every mounted disk.
const OURS =
  /^(postgres|postgres\.new-.*|secrets\.json(\.new)?|postgres\.log(\.1)?|motcua\.lock.*|lost\+found)$/;

const KEYS = /^(seal|token)\.pem(\.[^/]*\.new)?$|^(receipt|device)\.key(\.[^/]*\.new)?$/;

/** The folder of keys, which may be there before the database is; with nothing else in it. */
export function isKeys(at: Layout, name: string): boolean {
  if (name !== 'keys') return false;
  try {
    return readdirSync(join(at.root, name)).every((file) => KEYS.test(file));
  } catch {
    return false;
  }
}

/**
 * Looks at a data folder before anything is done in it: 'empty' when a server has to be made (also when an earlier try
 * was cut off and left nothing else), 'ready' when there is one. Throws a {@link DatabaseFault} that names the folder
 * when it is somebody else's, another PostgreSQL's, or incomplete.
 */
export function inspect(at: Layout): 'empty' | 'ready' {
  const names = list(at.root);
  const foreign = names.filter((name) => !OURS.test(name) && !isKeys(at, name));
  if (!names.includes('postgres')) {
    if (foreign.length === 0) return 'empty';
    const some = foreign.slice(0, 3).join(', ');
    throw new DatabaseFault(
      'data_folder_not_ours',
      `The data folder ${at.root} holds no Motcua database, but other things (${some}). Nothing was changed. ` +
        `Set MOTCUA_DATA to an empty folder.`,
      { folder: at.root, found: some },
    );
  }
  const version = read(join(at.data, 'PG_VERSION'))?.trim();
  if (version && version !== POSTGRES_MAJOR) {
    throw new DatabaseFault(
      'data_folder_other_postgres',
      `The data folder ${at.root} was made by PostgreSQL ${version}; this Motcua brings PostgreSQL ${POSTGRES_MAJOR}. ` +
        `Nothing was changed. Run the Motcua that made it, or set MOTCUA_DATA to an empty folder.`,
      { folder: at.root, found: version, wanted: POSTGRES_MAJOR },
    );
  }
  const missing = [
    [at.marker, read(at.marker)],
    [join(at.data, 'PG_VERSION'), version],
    [join(at.data, 'global', 'pg_control'), read(join(at.data, 'global', 'pg_control'))],
    [at.secrets, passwords(at)?.app],
  ].find(([, content]) => !content)?.[0];
  if (missing) {
    throw new DatabaseFault(
      'data_folder_incomplete',
      `The data folder ${at.root} is incomplete: ${missing} is missing or broken. Nothing was changed. ` +
        `Bring the file back from a copy, or set MOTCUA_DATA to an empty folder.`,
      { folder: at.root, missing },
    );
  }
  return 'ready';
}

/** Reads the passwords, or makes new ones (mode 0600) for a folder that has no server yet. */
export function secretsOf(at: Layout, state: 'empty' | 'ready'): Secrets {
  const known = state === 'ready' ? passwords(at) : undefined;
  if (known) return known;
  const secrets = {
    owner: randomBytes(24).toString('base64url'),
    app: randomBytes(24).toString('base64url'),
  };
  writeDurably(at.secrets, JSON.stringify(secrets));
  return secrets;
}

function passwords(at: Layout): Secrets | undefined {
  try {
    return JSON.parse(readFileSync(at.secrets, 'utf8')) as Secrets;
  } catch {
    return undefined;
  }
}

/** Writes a small file so that after a power cut it is there in full or not at all. */
export function writeDurably(path: string, content: string): void {
  const half = `${path}.new`;
  rmSync(half, { force: true });
  const file = openSync(half, 'wx', 0o600);
  writeSync(file, content);
  fsyncSync(file);
  closeSync(file);
  renameSync(half, path);
}

/** Makes a rename durable. */
export function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  fsyncSync(folder);
  closeSync(folder);
}

/** The system said no. */
export function unusable(folder: string, cause: unknown): DatabaseFault {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new DatabaseFault(
    'data_folder_unusable',
    `The data folder ${folder} cannot be used: ${why}. Set MOTCUA_DATA to a folder that you may write to.`,
    { folder },
    cause,
  );
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (cause) {
    throw unusable(folder, cause);
  }
}

/** A file's content, or undefined when it cannot be read. */
export function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return undefined;
  }
}
