// `npm test [-- part of a path …]`: every test, from nothing, on one PostgreSQL server made for the run.
// MOTCUA_KEEP=1 keeps the databases when a test has failed.
import './node-version.mjs';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';

const { compiled, ensureBuilt, ensureInstalled, fail, findTests, root, say } = await import('./lib.mjs');

const FILE_LIMIT_MS = 15 * 60_000;
const parts = process.argv.slice(2).filter((arg) => arg !== '--');

await ensureInstalled();
await ensureBuilt();
const files = findTests(parts);
if (files.length === 0)
  fail(`no test file's path holds ${parts.map((part) => `"${part}"`).join(' or ')}\n0 passed, 0 failed`);

const dataDir = mkdtempSync(join(tmpdir(), 'motcua-test-'));
const server = await startServer();
let stopping;
const stop = (keep) => (stopping ??= stopServer(keep));
const interrupted = new AbortController();
for (const [name, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
]) {
  process.once(name, () => {
    interrupted.abort();
    void stop(false).finally(() => process.exit(code));
  });
}

let counts;
try {
  counts = await runTests();
} finally {
  await stop((counts?.failed ?? 1) > 0 && process.env.MOTCUA_KEEP === '1');
}
if (counts.empty.length > 0) say(`without a single test: ${counts.empty.join(', ')}`);
if (counts.skipped > 0) say(`${counts.skipped} skipped`);
process.stdout.write(`${counts.passed} passed, ${counts.failed} failed\n`);
// Nothing ran, nothing is proved.
process.exit(counts.failed > 0 || counts.passed === 0 || counts.empty.length > 0 ? 1 : 0);

async function startServer() {
  const { startEmbedded } = await compiled('libs/database/index.js');
  const { makeTemplate } = await compiled('libs/testing/template.js');
  const started = await startEmbedded({ dataDir, durable: false });
  say(
    `PostgreSQL for the tests: ${dataDir}, port ${started.port} (fsync is off: it is thrown away afterwards)`,
  );
  process.env.MOTCUA_TEST_SERVER = started.url('postgres');
  await makeTemplate(process.env.MOTCUA_TEST_SERVER);
  return started;
}

async function stopServer(keep) {
  await server.stop();
  if (keep) say(`kept: ${dataDir}; look at it with: MOTCUA_DATA=${dataDir} …`);
  else rmSync(dataDir, { recursive: true, force: true });
}

/** Runs the files two at a time and counts tests, not the suites around them. */
async function runTests() {
  const counts = { passed: 0, failed: 0, skipped: 0, empty: [] };
  const stream = run({ files, concurrency: 2, timeout: FILE_LIMIT_MS, signal: interrupted.signal });
  // A file that ends well without a test is reported as a passed test that has the file's name.
  const isFile = (data) => data.nesting === 0 && files.includes(data.name);
  stream.on('test:pass', (data) => {
    if (data.details?.type === 'suite') return;
    if (isFile(data)) counts.empty.push(relative(join(root, 'dist'), data.name));
    else if (data.skip !== undefined || data.todo !== undefined) counts.skipped++;
    else counts.passed++;
  });
  stream.on('test:fail', (data) => {
    if (data.todo !== undefined) counts.skipped++;
    else if (data.details?.type !== 'suite' || data.details?.error?.failureType === 'hookFailed')
      counts.failed++;
  });
  const report = stream.compose(spec);
  report.pipe(process.stdout, { end: false });
  await new Promise((done, failed) => report.on('end', done).on('error', failed));
  return counts;
}
