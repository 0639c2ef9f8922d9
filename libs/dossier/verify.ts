import type { Catalogue } from '#libs/catalogue';
import type { Pool } from '#libs/database';
import type { UnitDirectory } from '#libs/organization';
import { codeFaults, dossiersWithEvents, onOneView, type CodeFault } from './persistence/queries-verify.js';
import { examine, type Finding } from './examine.js';

export type { Finding };

/** A check that another room brings along: this one knows nothing of counts. */
export interface Check {
  name: string;
  run(pool: Pool): Promise<{ looked: number; findings: Finding[] }>;
}

export interface CheckResult {
  name: string;
  /** how many things were looked at */
  looked: number;
  found: number;
  seconds: number;
}

export interface Verification {
  ok: boolean;
  checks: CheckResult[];
  /** at most `limit` of them; `found` of the checks counts all */
  findings: Finding[];
  seconds: number;
}

export interface VerifyDeps {
  catalogue: Catalogue;
  units: UnitDirectory;
  extra?: readonly Check[];
  /** most findings to keep; 1000 unless told */
  limit?: number;
  /** told after every 1000 dossiers */
  onProgress?: (dossiers: number) => void;
}

/**
 * Proves what the schema cannot promise: in each dossier's log one event for each version from 1 to the dossier's own,
 * the stored snapshot and columns equal to the folded events, the deadline equal to its last fact, no alarm lost, the
 * revisions of personal data that events name there, each event's hash over the one before it, those who received, approved
 * and held it as the events say, codes without gaps; then whatever `extra` brings. Reads one
 * unchanging view and writes nothing; memory does not grow with the number of dossiers.
 */
export async function verify(pool: Pool, deps: VerifyDeps): Promise<Verification> {
  const begun = performance.now();
  const limit = deps.limit ?? 1_000;
  const result: Verification = { ok: true, checks: [], findings: [], seconds: 0 };
  const record = (
    name: string,
    since: number,
    looked: number,
    findings: readonly Finding[],
    found = findings.length,
  ): void => {
    result.checks.push({ name, looked, found, seconds: secondsSince(since) });
    result.findings.push(...findings.slice(0, Math.max(0, limit - result.findings.length)));
    if (found > 0) result.ok = false;
  };

  const client = await pool.connect();
  let broken = true;
  try {
    await onOneView(client, async () => {
      const since = performance.now();
      const kept: Finding[] = [];
      let [looked, found] = [0, 0];
      for await (const bundle of dossiersWithEvents(client)) {
        for (const finding of examine(bundle, deps.catalogue, deps.units)) {
          found++;
          if (kept.length < limit) kept.push(finding);
        }
        if (++looked % 1_000 === 0) deps.onProgress?.(looked);
      }
      record('dossiers', since, looked, kept, found);
      const codesSince = performance.now();
      record('codes', codesSince, looked, (await codeFaults(client)).map(codeFinding));
    });
    broken = false;
  } finally {
    client.release(broken);
  }
  for (const check of deps.extra ?? []) {
    const since = performance.now();
    const { looked, findings } = await check.run(pool);
    record(check.name, since, looked, findings);
  }
  result.seconds = secondsSince(begun);
  return result;
}

function codeFinding({ fault, code, unit, day, expected, found }: CodeFault): Finding {
  const where = `of unit ${unit} on ${day}`;
  const what = {
    code_text: `the code ${found} should read ${expected}: it is ${where}`,
    code_gap: `the codes ${where} go to number ${found} where ${expected} was next`,
    code_counter: `the counter ${where} says ${found}, but the highest number given is ${expected}`,
  }[fault];
  return { fault, dossier: code, what, detail: { unit, day, expected, found } };
}

function secondsSince(begun: number): number {
  return Math.round(performance.now() - begun) / 1000;
}
