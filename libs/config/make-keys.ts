import { generateKeyPairSync, randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

/** Makes those of the files that are not there yet: mode 0600, in a folder of mode 0700. Gives the names of the new ones. */
export function makeKeys(folder: string, files: readonly string[]): string[] {
  const missing = files.filter((file) => !existsSync(join(folder, file)));
  if (missing.length === 0) return [];
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return missing.filter((file) => makeOne(folder, file));
}

/** False when another process was quicker: then its key counts, and this one was never there. */
function makeOne(folder: string, file: string): boolean {
  const path = join(folder, file);
  const draft = join(folder, `${file}.${process.pid}-${randomBytes(4).toString('hex')}.new`);
  writeDown(draft, file.endsWith('.pem') ? signingKey() : `${randomBytes(32).toString('hex')}\n`);
  try {
    appear(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** The whole file appears under its name in one step, or the name was taken. */
function appear(draft: string, path: string): void {
  try {
    linkSync(draft, path);
  } catch (error) {
    if (!['EPERM', 'ENOTSUP', 'ENOSYS', 'EMLINK'].includes((error as NodeJS.ErrnoException).code ?? ''))
      throw error;
    // A disk without links to one file under two names.
    copyFileSync(draft, path, constants.COPYFILE_EXCL);
  }
}

function writeDown(path: string, content: string): void {
  const file = openSync(path, 'wx', 0o600);
  try {
    writeSync(file, content);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function signingKey(): string {
  return generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
}
