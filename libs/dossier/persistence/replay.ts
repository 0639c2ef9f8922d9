import type { Pool } from 'pg';
import type { JsonObject } from '#libs/kernel';

/** What a data folder was asked to replay, and whether it is done. */
export interface ReplayRecord {
  options: JsonObject;
  finishedAt: string | null;
  result: JsonObject | null;
}

/** The replay that this database holds; null when it holds none. */
export async function findReplay(pool: Pool): Promise<ReplayRecord | null> {
  const { rows } = await pool.query<{
    options: JsonObject;
    finished_at: string | null;
    result: JsonObject | null;
  }>('SELECT options, finished_at, result FROM motcua.replay');
  const row = rows[0];
  return row ? { options: row.options, finishedAt: row.finished_at, result: row.result } : null;
}

/** How many dossiers the database holds at all. */
export async function countDossiers(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ n: number }>('SELECT count(*)::int AS n FROM motcua.dossier');
  return rows[0]!.n;
}

export async function beginReplay(pool: Pool, options: JsonObject): Promise<void> {
  await pool.query('INSERT INTO motcua.replay (options) VALUES ($1) ON CONFLICT DO NOTHING', [
    JSON.stringify(options),
  ]);
}

export async function finishReplay(pool: Pool, result: JsonObject): Promise<void> {
  await pool.query('UPDATE motcua.replay SET finished_at = now(), result = $1', [JSON.stringify(result)]);
}

/** For each dossier of the plan that was begun, the last step that is done. Per dossier the steps are committed in order. */
export async function doneCommands(pool: Pool, prefix: string): Promise<Map<number, number>> {
  const { rows } = await pool.query<{ dossier: number; step: number }>(
    `SELECT split_part(rest, ':', 1)::int AS dossier, max(split_part(rest, ':', 2)::int) AS step
     FROM (SELECT substr(key, length($1) + 1) AS rest FROM motcua.command WHERE starts_with(key, $1)) keys GROUP BY 1`,
    [prefix],
  );
  return new Map(rows.map((row) => [row.dossier, row.step]));
}
