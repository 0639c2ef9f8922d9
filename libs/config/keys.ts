import { type KeyObject, createHash, createPrivateKey, createPublicKey } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DomainError } from '#libs/kernel';
import type { Config } from './config.js';
import { makeKeys } from './make-keys.js';
import { isKnownSecret } from './known-secrets.js';

/** A pair of Ed25519 keys; `id` is the fingerprint of the public one and may be told to anybody. */
export interface SigningKey {
  privateKey: KeyObject;
  publicKey: KeyObject;
  id: string;
}

/** What Motcua must keep to itself, outside the database. */
export interface Keys {
  /** signs the heads of the sealed log */
  seal: SigningKey;
  /** signs access tokens */
  token: SigningKey;
  /** 32 bytes: from it and a dossier's id comes the secret on the receipt */
  receipt: Buffer;
  /** 32 bytes: for cookies that remember a device */
  device: Buffer;
}

/** The files of the folder of keys. */
export const KEY_FILES = ['seal.pem', 'token.pem', 'receipt.key', 'device.key'] as const;
export type KeyFile = (typeof KEY_FILES)[number];
export type KeysPlace = Pick<Config, 'dataDir'> & { keysDir?: string };

/** Everything that is wrong with the keys, a sentence for each file. Code `keys_unusable`. Never holds a key. */
export class KeysError extends DomainError {
  constructor(
    readonly folder: string,
    readonly problems: readonly string[],
  ) {
    super('keys_unusable', { params: { folder, problems: [...problems] } });
    this.message = `The keys in ${folder} (MOTCUA_KEYS) are not usable:\n${problems.map((p) => `  ${p}`).join('\n')}`;
  }
}

/** Where the keys are: MOTCUA_KEYS, or `keys` inside the data folder. */
export function keysFolder(config: KeysPlace): string {
  return config.keysDir ?? join(config.dataDir, 'keys');
}

/**
 * Reads the keys. With `make`, those that are not there are made first, each whole or not at all; two processes that start at
 * once get the same ones. Throws {@link KeysError}, naming every file that is missing, malformed, readable by others, or
 * known to everybody.
 */
export function loadKeys(config: KeysPlace, { make }: { make: boolean }): Keys {
  const folder = keysFolder(config);
  if (make) makeKeys(folder, KEY_FILES);
  const problems: string[] = folderProblem(folder) ?? [];
  const read = <T>(file: KeyFile, parse: (text: string) => T | string): T | undefined => {
    const found = problemOf(join(folder, file)) ?? parse(readFileSync(join(folder, file), 'utf8'));
    if (typeof found !== 'string') return found;
    problems.push(`${file}: ${found}`);
    return undefined;
  };
  const keys = {
    seal: read('seal.pem', signingKey),
    token: read('token.pem', signingKey),
    receipt: read('receipt.key', secret),
    device: read('device.key', secret),
  };
  if (problems.length > 0) throw new KeysError(folder, problems);
  if (same(keys as Keys))
    throw new KeysError(folder, ['two of the files hold the same key, wanted four different ones']);
  return keys as Keys;
}

/** A fingerprint that may be shown: SHA-256 of the public key (SPKI, DER), its first 16 bytes in hex. */
export function keyId(publicKey: KeyObject): string {
  return createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex')
    .slice(0, 32);
}

/** Whoever may write to the folder puts a key of their own in the place of ours, whatever the mode of the file. */
function folderProblem(folder: string): string[] | undefined {
  const found = statSync(folder, { throwIfNoEntry: false });
  // With the sticky bit nobody takes away what is not theirs.
  if (process.platform === 'win32' || !found || (found.mode & 0o022) === 0 || (found.mode & 0o1000) !== 0)
    return undefined;
  return [
    `the folder itself: may be written to by others (mode ${(found.mode & 0o777).toString(8)}), wanted 700`,
  ];
}

/** What is wrong with a file before it is read; undefined when nothing is. */
function problemOf(path: string): string | undefined {
  let mode: number;
  try {
    const found = statSync(path);
    if (!found.isFile()) return 'is no file';
    mode = found.mode;
    readFileSync(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return 'is missing; npx motcua keys make makes it';
    return `cannot be read (${code ?? String(error)})`;
  }
  // Windows has no such modes.
  if (process.platform === 'win32' || (mode & 0o077) === 0) return undefined;
  return `may be read by others (mode ${(mode & 0o777).toString(8)}), wanted 600`;
}

function signingKey(text: string): SigningKey | string {
  const wanted = 'wanted an Ed25519 private key (PKCS8, PEM)';
  let privateKey: KeyObject;
  try {
    privateKey = createPrivateKey(text);
  } catch {
    return `is malformed, ${wanted}`;
  }
  if (privateKey.asymmetricKeyType !== 'ed25519')
    return `holds a key of type ${privateKey.asymmetricKeyType ?? 'unknown'}, ${wanted}`;
  // The secret itself is the last 32 bytes.
  if (isKnownSecret(privateKey.export({ type: 'pkcs8', format: 'der' }).subarray(-32))) return KNOWN;
  const publicKey = createPublicKey(privateKey);
  return { privateKey, publicKey, id: keyId(publicKey) };
}

function secret(text: string): Buffer | string {
  if (!/^[0-9a-fA-F]{64}\s*$/.test(text)) return 'is malformed, wanted 64 hexadecimal digits';
  const bytes = Buffer.from(text.trim(), 'hex');
  return isKnownSecret(bytes) ? KNOWN : bytes;
}

const KNOWN = 'is a key that everybody knows; remove it, and npx motcua keys make makes a new one';

function same({ seal, token, receipt, device }: Keys): boolean {
  return seal.id === token.id || receipt.equals(device);
}
