import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { projectRoot } from '#libs/config';

// A project as small as can be, with the real scripts and the real packages.
const clone = mkdtempSync(join(tmpdir(), 'motcua-clone-'));
const main = join(clone, 'apps', 'cli', 'main.ts');

before(() => {
  for (const name of ['scripts', 'package.json', 'tsconfig.json']) {
    cpSync(join(projectRoot(), name), join(clone, name), { recursive: true });
  }
  // What is installed is what is wanted: nothing may be installed through the link below.
  cpSync(join(projectRoot(), 'node_modules', '.package-lock.json'), join(clone, 'package-lock.json'));
  symlinkSync(join(projectRoot(), 'node_modules'), join(clone, 'node_modules'));
  mkdirSync(join(clone, 'apps', 'cli'), { recursive: true });
  writeFileSync(main, `console.log(process.argv.slice(2).join(' ')); process.exitCode = 7; export {};`);
});
after(() => rmSync(clone, { recursive: true, force: true }));

const node = (script: string, ...args: string[]) =>
  spawnSync(process.execPath, [join(clone, 'scripts', script), ...args], { encoding: 'utf8', cwd: tmpdir() });

test('the first start builds, says so on stderr only, and hands on arguments and exit code', () => {
  const { stdout, stderr, status } = node('run.mjs', 'demo', '--json');
  assert.deepEqual(
    { stdout, stderr, status },
    { stdout: 'demo --json\n', stderr: 'building …\n', status: 7 },
  );
});

test('a start without news builds nothing', () => {
  const { stdout, stderr } = node('motcua.mjs', '--help');
  assert.deepEqual({ stdout, stderr }, { stdout: '--help\n', stderr: '' });
});

test('a changed file is built again, and what was built from a file that is gone goes too', () => {
  const old = join(clone, 'apps', 'cli', 'old.spec.ts');
  writeFileSync(old, 'export {};');
  node('build.mjs');
  assert.ok(existsSync(join(clone, 'dist', 'apps', 'cli', 'old.spec.js')));
  rmSync(old);
  writeFileSync(main, `console.log('changed'); export {};`);
  assert.equal(node('run.mjs').stdout, 'changed\n');
  assert.ok(!existsSync(join(clone, 'dist', 'apps', 'cli', 'old.spec.js')));
});

test('a file that does not compile is reported on stderr, nothing runs, and the next start tries again', () => {
  writeFileSync(main, `const port: number = 'three'; console.log(port); export {};`);
  for (let i = 0; i < 2; i++) {
    const { stdout, stderr, status } = node('run.mjs', 'serve');
    assert.deepEqual({ stdout, status }, { stdout: '', status: 1 });
    assert.match(stderr, /main\.ts\(1,7\): error TS2322.*\n.*could not be built/s);
  }
});

test('a signal reaches Motcua itself', async () => {
  writeFileSync(
    main,
    `process.once('SIGTERM', () => { console.log('told'); process.exit(5); }); setInterval(() => {}, 1000);
     console.log('up'); export {};`,
  );
  const child = spawn(process.execPath, [join(clone, 'scripts', 'run.mjs')], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let said = '';
  child.stdout.on('data', (chunk) => {
    said += String(chunk);
    if (said === 'up\n') child.kill('SIGTERM');
  });
  assert.deepEqual(await once(child, 'close'), [5, null]);
  assert.equal(said, 'up\ntold\n');
});

test('a test run in which nothing runs has failed', () => {
  const { stdout, stderr, status } = node('test.mjs', 'no/such/path');
  assert.equal(status, 1);
  assert.match(stdout + stderr, /0 passed, 0 failed/);
});
