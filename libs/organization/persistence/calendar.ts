import type { CalendarYear } from '#libs/calendar';
import type { Pool } from '#libs/database';
import type { PeriodRow } from '../periods.js';
import type { Counts, Existing } from '../problem.js';
import { inImport, upsert } from './transaction.js';

const UPSERT_YEARS = `
INSERT INTO motcua.calendar_year AS stored (calendar, year, body)
SELECT calendar, year, body FROM jsonb_to_recordset($1::jsonb) AS row (calendar text, year int, body jsonb)
ON CONFLICT (calendar, year) DO UPDATE SET body = excluded.body, imported_at = now()
WHERE $2 AND stored.body IS DISTINCT FROM excluded.body
RETURNING (xmax = 0) AS fresh`;

/** Stores the years of a working calendar. A year that is known so, or known at all with `existing: 'keep'`, is left alone. */
export async function importCalendarYears(
  pool: Pool,
  calendar: string,
  years: ReadonlyMap<number, CalendarYear>,
  { existing = 'update' }: { existing?: Existing } = {},
): Promise<Counts> {
  const rows = [...years].map(([year, body]) => ({ calendar, year, body }));
  return inImport(pool, (client) => upsert(client, UPSERT_YEARS, rows, existing === 'update'));
}

/** The years of a working calendar that are known, by number. */
export async function loadCalendarYears(
  pool: Pick<Pool, 'query'>,
  calendar: string,
): Promise<Map<number, CalendarYear>> {
  const found = await pool.query<{ year: number; body: CalendarYear }>(
    'SELECT year, body FROM motcua.calendar_year WHERE calendar = $1 ORDER BY year',
    [calendar],
  );
  return new Map(found.rows.map((row) => [row.year, row.body]));
}

const UPSERT_PERIODS = `
INSERT INTO motcua.period AS period (code, rule, from_day, until_day)
SELECT code, rule, "from", until FROM jsonb_to_recordset($1::jsonb) AS row (code text, rule text, "from" date, until date)
ON CONFLICT (code) DO NOTHING
RETURNING true AS fresh`;

/**
 * Stores reporting periods. A code that is there keeps its bounds, because reports were made by them: an office that
 * moved them by hand is not overruled by the standard list.
 */
export async function importPeriods(pool: Pool, periods: readonly PeriodRow[]): Promise<Counts> {
  return inImport(pool, (client) => upsert(client, UPSERT_PERIODS, periods));
}
