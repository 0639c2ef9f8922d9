import type { Command } from 'commander';
import type { Check, CheckResult, Finding, Verification } from '#libs/dossier';
import type { OpenPool, Output } from './report.js';

/** How many findings are printed for a person; `--json` gives all that were kept. */
const SHOWN = 50;
const standard: Output = {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
};

/**
 * Adds `motcua verify`: what the schema cannot promise is proved from the log. The result goes to stdout, progress to
 * stderr when someone looks on. The exit code is 1 when anything was found.
 */
export function registerVerify(program: Command, open: OpenPool, output: Output = standard): void {
  program
    .command('verify')
    .description(
      'prove the log: versions, codes, snapshots, deadlines and counts; exit code 1 when anything is wrong',
    )
    .option('--json', 'one JSON document')
    .action(async (options: { json?: true }) => {
      const { verify } = await import('#libs/dossier');
      const { loadCatalogue } = await import('#libs/catalogue');
      const { loadUnits } = await import('#libs/organization');
      const { pool, close } = await open();
      const line = progress(output);
      try {
        const [catalogue, units] = await Promise.all([loadCatalogue(pool), loadUnits(pool)]);
        const result = await verify(pool, {
          catalogue,
          units,
          extra: [countsCheck()],
          onProgress: line.tell,
        });
        line.clear();
        output.out(options.json ? `${JSON.stringify(result)}\n` : asText(result));
        if (!result.ok) process.exitCode = 1;
      } finally {
        await close();
      }
    });
}

/** The counts of the report against a recount by another method. What the projector has not read yet is read first. */
export function countsCheck(): Check {
  return {
    name: 'counts',
    async run(pool) {
      const { startProjector, verifyCounts } = await import('#libs/reporting');
      const ending = new AbortController();
      const projector = startProjector({ pool, signal: ending.signal });
      try {
        await projector.caughtUp();
      } finally {
        await projector.stop();
      }
      const { compared, differences, orphans, ok } = await verifyCounts(pool);
      const findings: Finding[] = differences.map(({ period, by, key, cells, recount, identityHolds }) => ({
        fault: 'count_differs',
        dossier: null,
        what: identityHolds
          ? `in ${period} by ${by}, the line ${key} is not what a recount of the log gives`
          : `in ${period} by ${by}, the line ${key} breaks carried over + received = resolved + in process`,
        detail: { period, by, key, cells: { ...cells }, recount: { ...recount } },
      }));
      if (orphans > 0) findings.push(sentence(`${orphans} events in the log belong to no dossier`));
      if (!ok && findings.length === 0) findings.push(sentence('the counts differ'));
      return { looked: compared, findings };
    },
  };
}

function sentence(what: string): Finding {
  return { fault: 'count_differs', dossier: null, what };
}

/** A line that is written over and over, for someone who looks on; nothing where stderr goes to a file. */
function progress(output: Output): { tell: (dossiers: number) => void; clear: () => void } {
  const write = (text: string): void => {
    if (process.stderr.isTTY) output.err(`\r${text}\x1b[K`);
  };
  return { tell: (dossiers) => write(`${dossiers} dossiers`), clear: () => write('') };
}

function asText({ ok, checks, findings, seconds }: Verification): string {
  const total = checks.reduce((sum, check) => sum + check.found, 0);
  const shown = findings
    .slice(0, SHOWN)
    .map(({ fault, dossier, what }) => `  ${dossier ?? '-'}  ${fault}: ${what}`);
  const left = total - shown.length;
  return [
    ...checks.map(checkLine),
    ...shown,
    ...(left > 0 ? [`  and ${left} more; --json gives more of them`] : []),
    ok
      ? `nothing wrong (${seconds} s)`
      : `${total} ${total === 1 ? 'thing is' : 'things are'} wrong (${seconds} s)`,
    '',
  ].join('\n');
}

function checkLine({ name, looked, found, seconds }: CheckResult): string {
  const verdict = found === 0 ? 'in order' : `${found} wrong`;
  return `${name.padEnd(9)} ${String(looked).padStart(8)} looked at, ${verdict} (${seconds} s)`;
}
