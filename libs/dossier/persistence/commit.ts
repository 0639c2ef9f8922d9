import type { Pool } from 'pg';
import type { Instant } from '#libs/kernel';
import { COLUMNS, rowsOf, type Column, type Commitment } from './commit-rows.js';
import { commitSql, OPTIONAL, type Optional } from './commit-sql.js';

export type { Commitment } from './commit-rows.js';

/** `live`: written now. `repeated`: the command id was claimed before, nothing written. `moved`: the dossier's version moved, decide again. */
export interface CommitOutcome {
  outcome: 'live' | 'repeated' | 'moved';
  /** the code given, for a new dossier */
  code: string | null;
}

/** Writes all commitments in one statement, one transaction. Rejects with the driver's error; then nothing was written. */
export async function commit(
  pool: Pool,
  commitments: readonly Commitment[],
  recordedAt: Instant,
): Promise<CommitOutcome[]> {
  const rows = rowsOf(commitments);
  const parts = OPTIONAL.filter((part) => rows[part].length > 0);
  // A command alone, as most come when little is asked, is sent as plain values: reading arrays costs more than one row does.
  const alone = commitments.length === 1 && rows.change.length === 1 && rows.alarm.length <= 1;
  const values = [
    ...arrays(COLUMNS.input, rows.input),
    ...arrays(COLUMNS.change, rows.change),
    ...parts.flatMap((part) => arrays(COLUMNS[part] as readonly Column<unknown>[], rows[part])),
  ];
  const { rows: told } = await pool.query<CommitOutcome & { ord: number }>({
    ...statementFor(parts, alone),
    values: [
      rows.change.filter(({ change }) => change.expected !== null).map(({ change }) => change.dossierId),
      recordedAt,
      ...(alone ? values.flat() : values),
    ],
  });
  const outcomes = new Array<CommitOutcome>(commitments.length);
  for (const row of told) outcomes[row.ord] = { outcome: row.outcome, code: row.code };
  return outcomes;
}

function arrays<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): unknown[][] {
  return columns.map(([, , value]) => rows.map(value));
}

const statements = new Map<string, { name: string; text: string }>();

/** The statement with these optional parts, under a name of its own: each connection prepares it once. */
function statementFor(parts: readonly Optional[], alone: boolean): { name: string; text: string } {
  const name = [alone ? 'commit-one' : 'commit', ...parts].join('-');
  let statement = statements.get(name);
  if (!statement) statements.set(name, (statement = { name, text: commitSql(new Set(parts), alone) }));
  return statement;
}
