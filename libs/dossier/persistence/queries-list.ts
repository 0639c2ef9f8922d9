import { boardSql, recentDossiers } from './board.js';
import {
  type Bind,
  type ListConditions,
  type PageEnd,
  type PageQuestion,
  conditionsSql,
  isOnBoard,
} from './list-conditions.js';
import { DOSSIER_COLUMNS, DOSSIER_JOINS, type DossierRow, type Queryable } from './queries-read.js';
import { scopeConditions, scopeWays, type Ways } from './scope-sql.js';
import { byCodeSql, byNameSql, byOwnNamesSql, isCode } from './search-sql.js';
import { isQuickerByNames } from './search-size.js';

/** How a list is sorted: by text by what the text is of; else the newest filed comes first. */
export function orderOf({ text }: Pick<ListConditions, 'text'>): PageEnd['order'] {
  if (text === undefined) return 'time';
  return isCode(text) ? 'code' : 'name';
}

/**
 * One page. Keyset pages: a dossier that arrives meanwhile never pushes another over the edge of a page. With `after` its
 * `order` must be that of the conditions. `db` reads within the scope that the question names.
 *
 * The page is chosen first, each kind of question in its own bounded way, by a statement that is planned each time: what is
 * quick depends on the values. Only its own rows are then joined with all that is shown, by a statement that is prepared:
 * to plan nine tables takes longer than to read fifty lines.
 */
export async function readPage(db: Queryable, question: PageQuestion): Promise<DossierRow[]> {
  if (question.scope !== 'all' && question.scope.length === 0) return [];
  const values: unknown[] = [];
  const bind: Bind = (value) => `$${values.push(value)}`;
  const text = await chooserOf(db, question, bind);
  const chosen = await db.query<{ id: string }>({ text, values });
  if (chosen.rows.length === 0) return [];
  const { rows } = await db.query<DossierRow>({
    name: 'dossier-lines',
    text: `SELECT ${DOSSIER_COLUMNS} FROM unnest($1::uuid[]) WITH ORDINALITY AS page (id, nth)
      JOIN motcua.dossier d USING (id) ${DOSSIER_JOINS} ORDER BY nth`,
    values: [chosen.rows.map(({ id }) => id)],
  });
  return rows;
}

async function chooserOf(db: Queryable, question: PageQuestion, bind: Bind): Promise<string> {
  const { conditions } = question;
  const order = orderOf(conditions);
  if (order === 'code') return byCodeSql(question, bind);
  if (order === 'name') {
    if (!(await isQuickerByNames(db, question))) return byOwnNamesSql(question, bind);
    return byNameSql(question, await recentDossiers(db), bind);
  }
  if (isOnBoard(conditions)) return onBoardSql(question, await recentDossiers(db), bind);
  return byTimeSql(question, bind);
}

/** What is open, late, waiting or stopped: all of the board is read, whatever the conditions are. */
function onBoardSql(question: PageQuestion, recent: string[] | null, bind: Bind): string {
  const { conditions, scope, now, limit } = question;
  const columns = { id: 'b.dossier_id', clock: 'b.clock', due: 'b.due_at' };
  const where = [
    ...conditionsSql('b', columns, conditions, now, bind),
    ...scopeConditions('b', scope, bind),
    ...afterSql('b', 'b.dossier_id', question, bind),
  ];
  return `SELECT b.dossier_id AS id FROM ${boardSql(recent, bind)} AS b ${whereSql(where)}
    ORDER BY b.submitted_at DESC, b.dossier_id DESC LIMIT ${bind(limit)}`;
}

/**
 * The rest walks an index in its own order until the page is full. A unit is up to three walks (what it answers for, what it
 * received for others, what it holds for others), a procedure one for each version, a scope those of its units: an OR would read
 * and sort them all.
 */
function byTimeSql(question: PageQuestion, bind: Bind): string {
  const { conditions, scope, unitWithin, now, limit } = question;
  const { unit, procedure, ...others } = conditions;
  const most = bind(limit);
  const where = (kept: ListConditions): string[] => [
    ...conditionsSql('d', { id: 'd.id', clock: null, due: null }, kept, now, bind),
    ...afterSql('d', 'd.id', question, bind),
  ];
  const walk = (all: string[]): string => `
    SELECT d.id, d.submitted_at FROM motcua.dossier d ${whereSql(all)} ORDER BY d.submitted_at DESC, d.id DESC LIMIT ${most}`;
  const walks = ({ from, ways }: Ways, all: string[]): string =>
    `SELECT w.id, w.submitted_at FROM ${from} CROSS JOIN LATERAL (${ways
      .map((way) => `(${walk([way, ...all])})`)
      .join(' UNION ALL ')}) AS w`;
  const merged = (found: string[]): string =>
    `SELECT id FROM (SELECT DISTINCT id, submitted_at FROM (${found.join(' UNION ALL ')}) AS w) AS found
     ORDER BY submitted_at DESC, id DESC LIMIT ${most}`;
  if (unit !== undefined && unitWithin) {
    const from = `(SELECT id FROM motcua.unit WHERE agency_code = ${bind(unit)}) AS u`;
    const kept = { ...others, ...(procedure !== undefined && { procedure }) };
    return merged([walks({ from, ways: UNIT_WAYS }, where(kept))]);
  }
  if (scope !== 'all') {
    const all = where(conditions);
    return merged(scopeWays(scope, bind).map((ways) => walks(ways, all)));
  }
  if (procedure !== undefined) {
    const from = `(SELECT id FROM motcua.procedure_version WHERE code = ${bind(procedure)}) AS v`;
    return merged([walks({ from, ways: ['d.procedure_version_id = v.id'] }, where(others))]);
  }
  return `SELECT id FROM (${walk(where(others))}) AS found`;
}

/** Each with an index of its own; no dossier goes two of them at one unit. */
const UNIT_WAYS = [
  'd.competent_unit_id = u.id',
  'd.receiving_unit_id = u.id AND d.receiving_unit_id <> d.competent_unit_id',
  `d.current_unit_id = u.id AND d.current_unit_id <> d.competent_unit_id AND d.current_unit_id <> d.receiving_unit_id`,
];

function afterSql(alias: string, id: string, { after }: PageQuestion, bind: Bind): string[] {
  if (after?.order !== 'time') return [];
  return [`(${alias}.submitted_at, ${id}) < (${bind(after.at)}::timestamptz, ${bind(after.id)}::uuid)`];
}

function whereSql(conditions: readonly string[]): string {
  return conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '';
}
