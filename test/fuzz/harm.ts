import { connect } from '#libs/database';

/** One table: how many rows, and what all of them together say. */
interface Table {
  rows: number;
  content: string;
}
export type Tables = ReadonlyMap<string, Table>;

/** What was accepted: commands that file a dossier, that amend one, any other; and changes that are no commands. */
export interface Accepted {
  submit: number;
  amend: number;
  other: number;
  changes: number;
}

/**
 * How many rows a table may have got from accepted commands; a range where a command may or may not write one. A table
 * that does not stand here is one that no request may change, in no way.
 */
const GROWTH: Readonly<Record<string, (accepted: Accepted) => [least: number, most: number] | 'unchanged'>> =
  {
    dossier: ({ submit }) => [submit, submit],
    event: (accepted) => [commands(accepted), commands(accepted)],
    dossier_party: ({ submit, amend }) => [submit + amend, submit + amend],
    party_name: ({ submit, amend }) => [0, submit + amend],
    deadline: (accepted) => [0, commands(accepted)],
    // One for each unit and day: the day is one, and the units are five.
    code_counter: ({ submit }) => [0, Math.min(5, submit)],
    // Answers are kept for repetitions, refusals too.
    command: (accepted) => [commands(accepted), Infinity],
    // Reading is written down, and so is signing in, successful or not.
    access_log: () => [0, Infinity],
    session: () => [0, Infinity],
    refresh_token: () => [0, Infinity],
    sign_in_failure: () => [0, Infinity],
    // Only who administers changes these.
    account: administered,
    account_event: administered,
    delegation: administered,
    officer: administered,
  };

function administered({ changes }: Accepted): [number, number] | 'unchanged' {
  return changes === 0 ? 'unchanged' : [0, changes];
}

function commands({ submit, amend, other }: Accepted): number {
  return submit + amend + other;
}

/** Reads every table of the schema, as the owner. */
export async function tables(ownerUrl: string): Promise<Tables> {
  const owner = await connect(ownerUrl);
  try {
    const { rows } = await owner.query<{ name: string }>(
      `SELECT c.relname AS name FROM pg_class c WHERE c.relnamespace = 'motcua'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY 1`,
    );
    const found = new Map<string, Table>();
    for (const { name } of rows) {
      const read = await owner.query<Table>(
        `SELECT count(*)::int AS rows, coalesce(md5(string_agg(md5(t::text), '' ORDER BY t::text)), '') AS content FROM motcua."${name}" t`,
      );
      found.set(name, read.rows[0]!);
    }
    return found;
  } finally {
    await owner.end();
  }
}

/** What changed between two readings although no accepted command says so; one line for each table. */
export function unexplained(before: Tables, after: Tables, accepted: Accepted): string[] {
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((name) => {
    const [old, now] = [before.get(name), after.get(name)];
    if (!old || !now) return [`${name} is ${now ? 'new' : 'gone'}`];
    const allowed = GROWTH[name]?.(accepted) ?? 'unchanged';
    if (allowed === 'unchanged') return old.content === now.content ? [] : [`${name} was changed`];
    const [least, most] = allowed;
    const grown = now.rows - old.rows;
    return grown >= least && grown <= most
      ? []
      : [`${name} has ${grown} more rows, ${least} to ${most} were accepted`];
  });
}
