import type { Lanes } from '#libs/database';
import type { Instant } from '#libs/kernel';
import { column, single } from './columns.js';
import { type Batch, batchValues } from './batch.js';
import { COLUMNS, batchOf, rowsOf, type Column, type Commitment } from './commit-rows.js';
import { commitSql, PARTS, type Part } from './commit-sql.js';

export type { Commitment } from './commit-rows.js';

/**
 * `live`: written now. `moved`: the dossier's version moved since it was loaded, or it is none that its officer may change;
 * nothing written, decide again on what is read.
 */
export interface CommitOutcome {
  outcome: 'live' | 'moved';
  /** the code given, for a new dossier */
  code: string | null;
}

/** True for the error of a commit in which an id, mostly a command's, was in the database already. */
export function isDuplicate(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '23505';
}

/**
 * Writes all commitments in one statement, one transaction. Rejects with the driver's error; then nothing was written.
 * `batch` is what the database lets the statement touch; a test may say less than the commitments need.
 */
export async function commit(
  pool: Pick<Lanes, 'query'>,
  commitments: readonly Commitment[],
  recordedAt: Instant,
  batch: Batch = batchOf(commitments),
): Promise<CommitOutcome[]> {
  const rows = rowsOf(commitments);
  const parts = PARTS.filter((part) => rows[part].length > 0);
  // A command alone, as most come when little is asked, is sent as plain values: reading arrays costs more than one row does.
  const alone = commitments.length === 1 && rows.alarm.length <= 1;
  const values: unknown[] = [recordedAt, ...batchValues(batch)];
  for (const part of parts) {
    const columns = COLUMNS[part] as readonly Column<unknown>[];
    for (const [, type, valueOf] of columns)
      values.push(alone ? single(type, valueOf(rows[part][0])) : column(type, rows[part], valueOf));
  }
  const outcomes: CommitOutcome[] = commitments.map(({ change }) => ({
    outcome: change ? 'moved' : 'live',
    code: null,
  }));
  const told = await pool.query<{ ord: number; code: string | null }>({
    ...statementFor(parts, alone),
    values,
  });
  for (const { ord, code } of told.rows) outcomes[ord] = { outcome: 'live', code };
  // Of a command alone the statement ends in its claim.
  if (alone && told.rowCount === 1) outcomes[0]!.outcome = 'live';
  return outcomes;
}

const statements = new Map<string, { name: string; text: string }>();

/** The statement with these parts, under a name of its own: each connection prepares it once. */
function statementFor(parts: readonly Part[], alone: boolean): { name: string; text: string } {
  const name = [alone ? 'commit-one' : 'commit', ...parts].join('-');
  let statement = statements.get(name);
  if (!statement) statements.set(name, (statement = { name, text: commitSql(new Set(parts), alone) }));
  return statement;
}
