import { isAway } from '#libs/dossier';
import { DomainError } from '#libs/kernel';

/** What a person at the terminal is told, for the failures that they can mend themselves. */
const SENTENCES: Record<string, (params: Record<string, unknown>) => string> = {
  port_taken: ({ port }) =>
    `Port ${port} is in use by another program. Stop it, or name another port, for instance PORT=${Number(port) + 1}.`,
  replay_options_differ: ({ found, asked }) =>
    `This data folder holds a replay made with other options (${found}; asked for ${asked}). ` +
    `Use --fresh to start over, or MOTCUA_DATA to name another folder.`,
  replay_over_other_dossiers: () =>
    'This data folder holds dossiers that no replay made; the demonstration does not mix with them. ' +
    'Name another folder with MOTCUA_DATA.',
  fresh_would_erase: () =>
    'This data folder holds dossiers that no replay made; --fresh does not erase them. Name another folder with MOTCUA_DATA.',
  fresh_needs_embedded: () =>
    '--fresh erases the embedded database only; DATABASE_URL names one that is yours to erase.',
  file_not_readable: ({ file }) => `The file ${JSON.stringify(file)} is not there or cannot be read.`,
  calendar_not_understood: ({ field, file, expected, found }) =>
    `The calendar cannot be used${file ? `, ${JSON.stringify(file)}` : ''}: ${field === '$' ? 'it' : field} should be ` +
    `${expected ?? 'something else'}${found === undefined ? '' : `, not ${found}`}.`,
  row_unknown: ({ unknown, rows }) => `The bench has no row ${String(unknown)}. It has: ${String(rows)}.`,
  identity_broken: () =>
    'The figures do not add up: carried over + received ≠ resolved + in process. Run npx motcua verify.',
};

/** One clear sentence for a failure that has one; the whole error, stack and all, for one that should not happen. */
export function explainFailure(error: unknown): string {
  if (error instanceof DomainError) {
    // An error that brings a sentence of its own knows best; the others have only their code.
    if (!error.message.startsWith(error.code)) return error.message;
    const { params, field } = error.detail;
    const sentence = SENTENCES[error.code];
    if (sentence) return sentence({ field, ...params });
    return `motcua: ${error.message}${params ? ` ${JSON.stringify(params)}` : ''}`;
  }
  if (isAway(error)) return 'The database ended while it was asked. Run the command again.';
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
