// What the scripts share. Plain Node without packages: this runs before node_modules exist. Everything it says, and
// everything that npm and the compiler say, goes to standard error: standard output belongs to Motcua alone.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, 'dist');
const stampFile = join(dist, '.built');
const main = join(dist, 'apps', 'cli', 'main.js');

export function say(line) {
  process.stderr.write(`${line}\n`);
}

/** Ends the script with a sentence. */
export function fail(sentence) {
  say(sentence);
  process.exit(1);
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Runs a program to its end, its output on standard error; resolves with its exit code. */
function run(program, args, env = process.env) {
  return new Promise((done) => {
    const child = spawn(program, args, { cwd: root, env, stdio: ['ignore', 2, 2] });
    child.on('error', (error) => {
      say(error.message);
      done(127);
    });
    child.on('exit', (code) => done(code ?? 1));
  });
}

/**
 * Are the packages those of package-lock.json? npm leaves a copy of what it installed, written last, so that a
 * half-done installation has none. Optional packages may be missing: they are other machines'.
 */
function installed() {
  const wanted = readJson(join(root, 'package-lock.json'))?.packages ?? {};
  const found = readJson(join(root, 'node_modules', '.package-lock.json'))?.packages;
  if (!found) return false;
  return Object.entries(wanted).every(([path, { version, integrity, optional }]) => {
    if (path === '') return true;
    if (!found[path]) return optional === true;
    return found[path].version === version && found[path].integrity === integrity;
  });
}

/** Installs the packages when they are missing or others than package-lock.json says. */
export async function ensureInstalled() {
  if (installed()) return;
  say('installing packages (once) …');
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  const npm = process.env.npm_execpath;
  const inNode = npm !== undefined && /npm-cli\.[cm]?js$/.test(npm);
  const code = inNode ? await run(process.execPath, [npm, ...args]) : await run('npm', args);
  if (code !== 0)
    fail('The packages could not be installed (npm ci failed, see above). Is the network there?');
}

/** Every source file that the compiler reads, with its size and time: changes whenever one of them does. */
function sources() {
  const config = readJson(join(root, 'tsconfig.json'));
  const files = ['tsconfig.json', 'package.json', 'package-lock.json'];
  for (const folder of config?.include ?? []) {
    const path = join(root, folder);
    if (!existsSync(path)) continue;
    for (const name of readdirSync(path, { recursive: true })) {
      if (/\.(ts|json)$/.test(name)) files.push(join(folder, name));
    }
  }
  return files.sort();
}

function stampOf(files) {
  const hash = createHash('sha256');
  for (const file of files) {
    const { size, mtimeMs } = statSync(join(root, file));
    hash.update(`${file}\0${size}\0${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

/** Compiles when a source file has changed since the last time; a start without news costs some milliseconds. */
export async function ensureBuilt() {
  const files = sources();
  const stamp = stampOf(files);
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return;
  say('building …');
  rmSync(stampFile, { force: true });
  // The compiler trusts its notes, not what is there: without its output the notes have to go too.
  if (!existsSync(main)) rmSync(join(dist, '.tsbuildinfo'), { force: true });
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const code = await run(process.execPath, [tsc, '-p', join(root, 'tsconfig.json'), '--pretty', 'false']);
  if (code !== 0) fail('Motcua could not be built: the compiler found the errors above.');
  removeOrphans(new Set(files));
  mkdirSync(dist, { recursive: true });
  writeFileSync(stampFile, stamp);
}

/** Removes what was compiled from files that are gone, so that no test of theirs runs any more. */
function removeOrphans(files) {
  for (const name of readdirSync(dist, { recursive: true })) {
    const source = name.replace(/\.js(\.map)?$/, '.ts');
    if (source !== name && !files.has(source)) rmSync(join(dist, name), { force: true });
  }
}

/** Compiled test files whose source path holds one of `parts` (all of them when there is none), as absolute paths. */
export function findTests(parts) {
  return readdirSync(dist, { recursive: true })
    .filter((name) => name.endsWith('.spec.js'))
    .filter((name) => parts.length === 0 || parts.some((part) => name.replace(/\.js$/, '.ts').includes(part)))
    .sort()
    .map((name) => join(dist, name));
}

/** What a compiled module exports, e.g. `compiled('libs/database/index.js')`. */
export function compiled(path) {
  return import(pathToFileURL(join(dist, path)).href);
}

/**
 * Makes everything ready and becomes `motcua` with these arguments. In this process, not in a child: a signal, `kill -9`
 * too, then reaches Motcua itself, and the exit code is its own.
 */
export async function motcua(args) {
  await ensureInstalled();
  await ensureBuilt();
  if (!existsSync(main)) fail(`${relative(root, main)} is missing after the build.`);
  process.argv = [process.execPath, main, ...args];
  process.setSourceMapsEnabled(true);
  await import(pathToFileURL(main).href);
}
