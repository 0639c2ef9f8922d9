import type { Pool } from 'pg';
import { DomainError } from '#libs/kernel';
import { type Period, checkDay } from '../periods.js';

type Queries = Pick<Pool, 'query'>;

interface PeriodRow {
  code: string;
  rule: string;
  from_day: string;
  until_day: string;
}

const COLUMNS = 'code, rule, from_day::text AS from_day, until_day::text AS until_day';
const periodOf = (row: PeriodRow): Period => ({
  code: row.code,
  rule: row.rule,
  from: row.from_day,
  until: row.until_day,
});

/** Every stored period, in order of time. */
export async function listPeriods(pool: Queries): Promise<Period[]> {
  const { rows } = await pool.query<PeriodRow>(
    `SELECT ${COLUMNS} FROM motcua.period ORDER BY from_day, until_day, code`,
  );
  return rows.map(periodOf);
}

/** The period of a code, e.g. `2019Q2`. Throws DomainError `unknown_period`. */
export async function findPeriod(pool: Queries, code: string): Promise<Period> {
  const { rows } = await pool.query<PeriodRow>(`SELECT ${COLUMNS} FROM motcua.period WHERE code = $1`, [
    code,
  ]);
  if (!rows[0])
    throw new DomainError('unknown_period', { field: 'period', params: { value: code.slice(0, 40) } });
  return periodOf(rows[0]);
}

/** A period asked for by its code or by its days. */
export type PeriodQuestion = { period: string } | { from: string; until: string };

/** The bounds that a question means. Throws DomainError `unknown_period`, `day_not_understood`, `period_empty`. */
export async function boundsOf(pool: Queries, question: PeriodQuestion): Promise<Period> {
  if ('period' in question) return findPeriod(pool, question.period);
  const from = checkDay(question.from, 'from');
  const until = checkDay(question.until, 'until');
  if (from >= until) throw new DomainError('period_empty', { field: 'until', params: { from, until } });
  return { code: `${from}/${until}`, rule: 'custom', from, until };
}
