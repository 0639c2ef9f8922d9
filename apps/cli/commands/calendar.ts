import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { defaultCalendar, parseStateCalendar } from '#libs/calendar';
import { recomputeDeadlines } from '#libs/dossier';
import { DomainError, systemClock } from '#libs/kernel';
import { importCalendarYears, loadCalendarYears } from '#libs/organization';
import { loadReference } from '../runtime.js';
import type { OpenPool } from './report.js';

/**
 * Adds `motcua calendar import <file>`: the years of the file, then the deadlines of all open dossiers computed again on
 * them. Unknown dates become known, and dates that a holiday decided late has moved are moved, each by an event.
 */
export function registerCalendar(program: Command, open: OpenPool): void {
  program
    .command('calendar')
    .description('the state calendar: holidays and make-up working days')
    .command('import')
    .argument('<file>', 'in the form of data/state-calendar.json')
    .description('import the years of a file and compute the deadlines of open dossiers again')
    .option('--json', 'one JSON document')
    .action(async (file: string, options: { json?: true }) => {
      const years = parseStateCalendar(await readJson(file));
      const { pool, close } = await open();
      try {
        // Years that contradict each other must not be stored: every later start would fail on them.
        defaultCalendar(new Map([...(await loadCalendarYears(pool, 'state')), ...years]));
        const counts = await importCalendarYears(pool, 'state', years);
        const deadlines = await recomputeDeadlines(pool, await loadReference(pool), systemClock);
        const result = { years: counts, deadlines };
        process.stdout.write(
          options.json
            ? `${JSON.stringify(result)}\n`
            : `years: ${counts.inserted} new, ${counts.updated} changed, ${counts.unchanged} as they were\n` +
                `deadlines: ${deadlines.changed} of ${deadlines.looked} changed, ${deadlines.unknown} still unknown\n`,
        );
      } finally {
        await close();
      }
    });
}

async function readJson(file: string): Promise<unknown> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new DomainError('file_not_readable', { params: { file }, cause });
  });
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new DomainError('calendar_not_understood', {
      field: '$',
      params: { file, expected: 'JSON' },
      cause,
    });
  }
}
