// `node scripts/audit.mjs`: known weaknesses and licences of what is shipped. Ends with 1 when there is one that is high or
// critical, or a licence that is not on the list. A registry that has no audit says so, and so do we; any other failure
// to ask is a failure.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';

const GRAVE = ['high', 'critical'];
/** How a registry answers that has no such thing: mirrors mostly. */
const NO_AUDIT = [404, 405, 501];
const LICENCES = new Set(
  'MIT MIT-0 ISC 0BSD BSD-2-Clause BSD-3-Clause Apache-2.0 BlueOak-1.0.0 CC0-1.0 Unlicense Python-2.0 PostgreSQL'.split(
    ' ',
  ),
);

/** What `npm audit --json` said: `ok`, `not audited` or `failed`, in one sentence. */
export function judgeAudit(text) {
  let report;
  try {
    report = JSON.parse(text);
  } catch {
    return {
      verdict: 'failed',
      says: `npm audit did not answer in JSON: ${text.slice(0, 200) || 'nothing'}`,
    };
  }
  const counts = report?.metadata?.vulnerabilities;
  if (counts && report.vulnerabilities) {
    const grave = Object.values(report.vulnerabilities).filter(({ severity }) => GRAVE.includes(severity));
    const counted = GRAVE.reduce((sum, severity) => sum + (counts[severity] ?? NaN), 0);
    if (grave.length === 0 && counted === 0) {
      return { verdict: 'ok', says: `audited: nothing high or critical (${counts.total} in all)` };
    }
    const named = grave.map(({ name, severity, range }) => `${name} ${range} (${severity})`);
    return {
      verdict: 'failed',
      says: `weaknesses in what is shipped: ${named.join(', ') || 'see npm audit'}`,
    };
  }
  const { statusCode, message, error } = report ?? {};
  const why = message ?? error?.summary ?? error?.code ?? text.slice(0, 200);
  return NO_AUDIT.includes(statusCode)
    ? { verdict: 'not audited', says: `not audited: the registry has no audit (${why})` }
    : { verdict: 'failed', says: `npm audit failed: ${why}` };
}

/** Whether an SPDX expression can be met with licences of the list: one side of OR, every side of AND. */
export function isAllowed(expression) {
  const plain = String(expression ?? '').replace(/^\((.*)\)$/, '$1');
  if (/[()]/.test(plain)) return false;
  return plain.split(' OR ').some((side) => side.split(' AND ').every((one) => LICENCES.has(one.trim())));
}

/** Packages of a lock file that are shipped and whose licence is not on the list. */
export function strangeLicences(lock) {
  return Object.entries(lock.packages)
    .filter(([path, { dev, devOptional, link }]) => path !== '' && !dev && !devOptional && !link)
    .filter(([, { license }]) => !isAllowed(license))
    .map(([path, { license }]) => `${path.replace(/^.*node_modules\//, '')} (${license ?? 'no licence'})`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const asked = spawnSync('npm', ['audit', '--omit=dev', '--audit-level=high', '--json'], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    timeout: 120_000,
  });
  const { verdict, says } = judgeAudit(asked.stdout ?? '');
  console.log(says);
  const strange = strangeLicences(
    JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8')),
  );
  console.log(
    strange.length === 0 ? 'licences: all on the list' : `licences not on the list: ${strange.join(', ')}`,
  );
  process.exitCode = verdict === 'failed' || strange.length > 0 ? 1 : 0;
}
