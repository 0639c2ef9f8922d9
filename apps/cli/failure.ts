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
  account_unknown: () => 'There is no account of that login. npx motcua account list names them.',
  account_disabled: () => 'That account is disabled, for good.',
  login_taken: () => 'There is an account of that login already.',
  login_not_understood: () => 'A login is letters, digits and . _ @ + -, at most 100 of them.',
  top_unit_needed: ({ found }) =>
    `There is not one top unit today but ${found}: name the unit with --unit, or import today's units first ` +
    '(npx motcua import province <file>).',
  unit_unknown: () => 'There is no unit of that agency code today.',
  unit_ended: ({ validFrom, validUntil }) =>
    `That unit stands from ${validFrom} until ${validUntil} only, and the position would last longer. Name other days, ` +
    "or import today's units first (npx motcua import province <file>).",
  position_unknown: () => 'There is no position of that code.',
  position_past: () => 'A position begins and ends today or later, and an end is not put off.',
  role_not_for_account: ({ kind }) => `An account of kind ${kind} cannot have that role.`,
  password_too_short: ({ limit }) => `A password has at least ${limit} characters.`,
  password_too_long: ({ limit }) => `A password has at most ${limit} characters.`,
  password_holds_login: () => 'The password contains the login.',
  password_too_weak: () =>
    'That password is easily guessed. Take a longer one, of words that do not belong together.',
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
