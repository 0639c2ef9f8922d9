import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import {
  defaultCalendar,
  dueMoment,
  type ExplainedDay,
  type Limit,
  parseLimit,
  parseStateCalendar,
  toLocalTime,
  type WorkingCalendar,
} from '#libs/calendar';
import { DomainError } from '#libs/kernel';
import { dataFile } from '../reference-data.js';

interface Options {
  received: string;
  limit: string;
  calendar?: string;
  json?: true;
}

/** Adds `motcua deadline explain`. It reads the state calendar from a file and needs no database. */
export function registerDeadline(program: Command): void {
  program
    .command('deadline')
    .description('how due dates come about')
    .command('explain')
    .description('when a result is due, and for each day from receipt to then whether it counts and why')
    .requiredOption('--received <moment>', 'when it was received, with offset, e.g. 2026-04-24T10:00+07:00')
    .requiredOption(
      '--limit <limit>',
      '<n> working_day | calendar_day | hour | month, e.g. "3.5 working_day"',
    )
    .option(
      '--calendar <file>',
      'days off and make-up days (default: data/state-calendar.json of the project)',
    )
    .option('--json', 'print one JSON document')
    .action(async (options: Options) => {
      try {
        process.stdout.write(await explain(options));
      } catch (error) {
        if (!(error instanceof DomainError)) throw error;
        process.stderr.write(`motcua deadline: ${reason(error)} [${error.code}]\n`);
        process.exitCode = 1;
      }
    });
}

async function explain(options: Options): Promise<string> {
  const limit = parseLimit(options.limit);
  const calendar = await readCalendar(options.calendar ?? dataFile('state-calendar.json'));
  const due = dueMoment(calendar, options.received, limit);
  if (!due.known) throw new DomainError(due.reason, { params: { year: due.year } });
  const dueAt = toLocalTime(calendar, due.dueAt);
  if (options.json) return `${JSON.stringify({ dueAt, days: due.days })}\n`;
  return asText(toLocalTime(calendar, options.received), limit, dueAt, due.days);
}

async function readCalendar(file: string): Promise<WorkingCalendar> {
  let json: unknown;
  try {
    json = JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    throw new DomainError('calendar_unreadable', {
      params: { file, because: (cause as Error).message },
      cause,
    });
  }
  return defaultCalendar(parseStateCalendar(json));
}

function asText(received: string, { value, unit }: Limit, dueAt: string, days: ExplainedDay[]): string {
  const lines = days.map(({ date, counted, why }) => `  ${date}  ${counted ? 'counted' : '-      '}  ${why}`);
  return [`received  ${received}`, `limit     ${value} ${unit}`, ...lines, `due       ${dueAt}`, ''].join(
    '\n',
  );
}

function reason({ code, detail: { field, params = {} } }: DomainError): string {
  const found = String(params.found);
  switch (code) {
    case 'calendar_year_unknown':
      return `the calendar does not know the year ${String(params.year)}: its days off and make-up days must be imported before a due date can be given`;
    case 'calendar_not_understood':
      return `the calendar is wrong at ${field ?? 'its top'}: expected ${String(params.expected)}, found ${found}`;
    case 'calendar_unreadable':
      return `the calendar ${String(params.file)} cannot be read: ${String(params.because)}`;
    case 'moment_not_understood':
      return `--received must be a moment that exists, between 1900 and 2999, with its offset, as in 2026-04-24T10:00+07:00; found ${JSON.stringify(found)}`;
    case 'limit_not_positive':
      return `--limit must be above 0 (0 is possible for working_day only: the same day); found ${found}`;
    case 'limit_too_long':
      return `--limit is too long: at most ${String(params.longest)} of this unit; found ${found}`;
    case 'limit_month_not_whole':
      return `--limit must be whole months; found ${found}`;
    default:
      return `--limit must be <n> working_day | calendar_day | hour | month; found ${JSON.stringify(found)}`;
  }
}
