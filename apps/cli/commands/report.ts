import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Pool } from '#libs/database';
import { DomainError } from '#libs/kernel';
import type { BacklogKey, Language, PeriodQuestion, ReportKey } from '#libs/reporting';

// Written out, so that --help loads neither the library nor the database behind it.
const REPORT_BY: readonly ReportKey[] = ['level', 'unit', 'sector', 'procedure', 'channel'];
const BACKLOG_BY: readonly BacklogKey[] = ['level', 'unit', 'sector', 'procedure', 'state'];

/** Starts or finds the database. Called by a command that needs one, and not before. */
export type OpenPool = () => Promise<{ pool: Pool; close: () => Promise<void> }>;

/** Where the answer and the complaint go. */
export interface Output {
  out(text: string): unknown;
  err(text: string): unknown;
}
const standard: Output = {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
};

interface Common {
  json?: true;
  language: Language;
}

interface Quarterly extends Common {
  period?: string;
  from?: string;
  until?: string;
  by: ReportKey;
  csv?: true;
  knownAt?: string;
}

/**
 * Adds `motcua report quarterly` and `motcua report backlog`. Their output goes to stdout and nothing else does; a
 * question that cannot be answered ends with exit code 1 and one sentence on stderr.
 */
export function registerReport(program: Command, open: OpenPool, output: Output = standard): void {
  const report = program.command('report').description('what was counted, and what is open');
  const language = (): Option =>
    new Option('--language <language>', 'of names and headings').choices(['vi', 'en', 'km']).default('en');
  const json = (): Option => new Option('--json', 'one JSON document');

  report
    .command('quarterly')
    .description('received, resolved and in process for a period, in the columns of form II.06a')
    .option('--period <code>', 'a stored period, e.g. 2019Q2')
    .option('--from <day>', 'first day, instead of a stored period', asDay)
    .option('--until <day>', 'first day after the period', asDay)
    .addOption(new Option('--by <key>', 'what the lines are').choices(REPORT_BY).default('level'))
    .option('--known-at <moment>', 'count only what had been recorded by then', asMoment)
    .addOption(json().conflicts('csv'))
    .addOption(new Option('--csv', 'comma-separated values'))
    .addOption(language())
    .action(async (options: Quarterly) => {
      const question = periodOf(options);
      if (question === null)
        return refuse(output, 'say which period: --period 2019Q2, or --from and --until');
      await answer(open, output, async (pool, { quarterly, formatQuarterCsv, formatQuarterTable }) => {
        const result = await quarterly(pool, { ...question, by: options.by, knownAt: options.knownAt });
        if (options.json) return `${JSON.stringify(result)}\n`;
        return options.csv ? formatQuarterCsv(result, options) : formatQuarterTable(result, options);
      });
    });

  report
    .command('backlog')
    .description('what is in process now, by state, age and time left')
    .addOption(new Option('--by <key>', 'what the lines are').choices(BACKLOG_BY).default('level'))
    .addOption(json())
    .addOption(language())
    .action((options: Common & { by: BacklogKey }) =>
      answer(open, output, async (pool, { backlog, formatBacklogTable }) => {
        const result = await backlog(pool, { by: options.by });
        return options.json ? `${JSON.stringify(result)}\n` : formatBacklogTable(result, options);
      }),
    );
}

function periodOf({ period, from, until }: Quarterly): PeriodQuestion | null {
  if (period !== undefined) return from === undefined && until === undefined ? { period } : null;
  return from !== undefined && until !== undefined ? { from, until } : null;
}

function asDay(text: string): string {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) throw new InvalidArgumentError('A day is written YYYY-MM-DD.');
  return text;
}

function asMoment(text: string): string {
  const withZone = /^\d{4}-\d{2}-\d{2}T.*(Z|[+-]\d{2}:\d{2})$/.test(text);
  if (!withZone || Number.isNaN(Date.parse(text)))
    throw new InvalidArgumentError('A moment is written 2019-06-15T00:00:00+07:00.');
  return text;
}

async function answer(
  open: OpenPool,
  output: Output,
  work: (pool: Pool, reporting: typeof import('#libs/reporting')) => Promise<string>,
): Promise<void> {
  const reporting = await import('#libs/reporting');
  const { pool, close } = await open();
  try {
    output.out(await work(pool, reporting));
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    refuse(output, sentenceOf(error));
  } finally {
    await close();
  }
}

function sentenceOf({ code, detail: { field, params } }: DomainError): string {
  switch (code) {
    case 'unknown_period':
      return `there is no period ${JSON.stringify(params?.value)}; use --from and --until, or import it`;
    case 'day_not_understood':
      return `${field}: ${JSON.stringify(params?.value)} is no day of the calendar`;
    case 'period_empty':
      return 'the period has no days: --until is the first day after it';
    default:
      return field === undefined ? code : `${code}: ${field}`;
  }
}

function refuse(output: Output, sentence: string): void {
  output.err(`motcua report: ${sentence}\n`);
  process.exitCode = 1;
}
