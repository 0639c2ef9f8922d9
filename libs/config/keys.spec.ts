import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { generateKeyPairSync, sign, verify } from 'node:crypto';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { KEY_FILES, type Keys, KeysError, keysFolder, loadKeys, makeKeys } from './index.js';
import { isKnownSecret } from './known-secrets.js';

const made: string[] = [];
after(() => made.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'motcua-keys-'));
  made.push(folder);
  return folder;
}
const shown = (keys: Keys): string[] => [
  keys.seal.id,
  keys.token.id,
  keys.receipt.toString('hex'),
  keys.device.toString('hex'),
];
const load = (keysDir: string, make = false): Keys => loadKeys({ dataDir: '/nowhere', keysDir }, { make });

/** Good keys in a folder of their own, with one file made otherwise. */
function folderWith(file: string, content: string | null, mode = 0o600): string {
  const folder = scratch();
  makeKeys(folder, KEY_FILES);
  const path = join(folder, file);
  rmSync(path);
  if (content !== null) writeFileSync(path, content, { mode });
  return folder;
}

const pem = (type: 'ed25519' | 'x25519'): string =>
  generateKeyPairSync(type as 'ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
/** An Ed25519 key whose secret is these 32 bytes. */
const pemOf = (hex: string): string =>
  `-----BEGIN PRIVATE KEY-----\n${Buffer.from(`302e020100300506032b657004220420${hex}`, 'hex').toString('base64')}\n-----END PRIVATE KEY-----\n`;

test('keys are made once, for their owner alone, and read again as they are', () => {
  const dataDir = scratch();
  const folder = keysFolder({ dataDir });
  assert.equal(folder, join(dataDir, 'keys'));
  const keys = loadKeys({ dataDir }, { make: true });
  assert.deepEqual(readdirSync(folder).sort(), [...KEY_FILES].sort());
  if (process.platform !== 'win32') {
    assert.equal(statSync(folder).mode & 0o777, 0o700);
    for (const file of KEY_FILES) assert.equal(statSync(join(folder, file)).mode & 0o777, 0o600, file);
  }
  assert.deepEqual(shown(loadKeys({ dataDir }, { make: true })), shown(keys));
  assert.deepEqual(shown(loadKeys({ dataDir }, { make: false })), shown(keys));
  const signature = sign(null, Buffer.from('a'), keys.seal.privateKey);
  assert.ok(verify(null, Buffer.from('a'), keys.seal.publicKey, signature));
  assert.notDeepEqual(shown(load(scratch(), true)), shown(keys));
});

test('without leave to make them, missing keys are named, every one, and none is made', () => {
  const folder = join(scratch(), 'none');
  assert.throws(
    () => load(folder),
    (error: unknown) => {
      assert.ok(error instanceof KeysError);
      assert.equal(error.code, 'keys_unusable');
      assert.equal(error.problems.length, 4);
      assert.match(error.message, /MOTCUA_KEYS/);
      assert.match(error.message, /seal\.pem: is missing; npx motcua keys make makes it/);
      return true;
    },
  );
  assert.throws(() => readdirSync(folder), { code: 'ENOENT' });
});

for (const [what, file, content, sentence] of [
  ['text', 'seal.pem', 'hello', /seal\.pem: is malformed, wanted an Ed25519 private key/],
  ['nothing', 'token.pem', '', /token\.pem: is malformed/],
  [
    'a key of another kind',
    'token.pem',
    pem('x25519'),
    /token\.pem: holds a key of type x25519, wanted an Ed25519/,
  ],
  ['a key of all zeros', 'seal.pem', pemOf('00'.repeat(32)), /seal\.pem: is a key that everybody knows/],
  [
    'a key out of a standard',
    'seal.pem',
    pemOf('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60'),
    /everybody knows/,
  ],
  [
    'too few digits',
    'receipt.key',
    'ab'.repeat(31),
    /receipt\.key: is malformed, wanted 64 hexadecimal digits/,
  ],
  ['all zeros', 'device.key', '0'.repeat(64), /device\.key: is a key that everybody knows/],
  ['a pattern', 'receipt.key', 'deadbeef'.repeat(8), /everybody knows/],
  ['nothing there', 'receipt.key', null, /receipt\.key: is missing/],
] as const) {
  test(`a key file with ${what} is refused by its name, and what it holds is not told`, () => {
    assert.throws(
      () => load(folderWith(file, content)),
      (error: unknown) => {
        assert.ok(error instanceof KeysError);
        assert.equal(error.problems.length, 1);
        assert.match(error.message, sentence);
        assert.ok(!content || content.length < 10 || !error.message.includes(content.slice(0, 40)));
        return true;
      },
    );
  });
}

test(
  'a key that others may read is refused, also behind a link; a folder in its place too',
  { skip: process.platform === 'win32' },
  () => {
    const open = folderWith('receipt.key', '1a'.repeat(16) + '2b3c'.repeat(8));
    chmodSync(join(open, 'receipt.key'), 0o640);
    assert.throws(() => load(open), /receipt\.key: may be read by others \(mode 640\), wanted 600/);
    const linked = folderWith('receipt.key', null);
    symlinkSync(join(open, 'receipt.key'), join(linked, 'receipt.key'));
    assert.throws(() => load(linked), /receipt\.key: may be read by others/);
    const writable = folderWith('seal.pem', pem('ed25519'));
    chmodSync(writable, 0o770);
    assert.throws(
      () => load(writable),
      /the folder itself: may be written to by others \(mode 770\), wanted 700/,
    );
    chmodSync(writable, 0o1777);
    load(writable);
    const strange = folderWith('seal.pem', null);
    mkdirSync(join(strange, 'seal.pem'));
    assert.throws(() => load(strange), /seal\.pem: is no file/);
  },
);

test('one key under two names is refused', () => {
  const folder = folderWith('token.pem', null);
  writeFileSync(join(folder, 'token.pem'), readFileSync(join(folder, 'seal.pem')), { mode: 0o600 });
  assert.throws(() => load(folder), /two of the files hold the same key/);
});

test('what nobody drew by chance is known', () => {
  const bytes = (of: (at: number) => number) => Uint8Array.from({ length: 32 }, (_, at) => of(at));
  assert.ok(isKnownSecret(bytes(() => 255)));
  assert.ok(isKnownSecret(bytes((at) => at)));
  assert.ok(isKnownSecret(bytes((at) => 200 - at)));
  assert.ok(isKnownSecret(bytes((at) => at % 16)));
  assert.ok(isKnownSecret(Buffer.from('change-me-change-me-change-me-12')));
  assert.ok(!isKnownSecret(bytes((at) => (at * at * 37) & 0xff)));
});

test('processes that start at once get the same keys', async () => {
  const dataDir = scratch();
  const script = `
    import { loadKeys } from ${JSON.stringify(new URL('./index.js', import.meta.url).href)};
    const keys = loadKeys({ dataDir: ${JSON.stringify(dataDir)} }, { make: true });
    process.stdout.write([keys.seal.id, keys.token.id, keys.receipt.toString('hex'), keys.device.toString('hex')].join());`;
  const run = () =>
    new Promise<string>((done, failed) => {
      const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let text = '';
      child.stdout.on('data', (part: Buffer) => (text += part.toString()));
      child.once('close', (code) => (code === 0 ? done(text) : failed(new Error(`ended with ${code}`))));
    });
  const got = await Promise.all(Array.from({ length: 6 }, run));
  assert.equal(new Set(got).size, 1);
  assert.equal(got[0], shown(loadKeys({ dataDir }, { make: false })).join());
  assert.deepEqual(readdirSync(join(dataDir, 'keys')).sort(), [...KEY_FILES].sort());
});
