import { POST_UNIT } from '#libs/database';
import type { PageQuestion } from './list-conditions.js';
import type { Queryable } from './queries-read.js';
import { likes } from './search-sql.js';

/** From so many names on a word is common: its bearers are not looked at one by one. */
const COMMON_NAMES = 300;
/** To look at a dossier by its name costs so many times what it costs by its unit. */
const DEARER = 4;

/**
 * True when the page is sooner found among the names than among the scope's own dossiers. By names, a common word leads past the
 * bearers at all other units, of whom there are as many more as the scope is smaller than everything; a rare one to few.
 * Only an estimate: both ways find the same page.
 */
export async function isQuickerByNames(db: Queryable, question: PageQuestion): Promise<boolean> {
  const { scope, limit } = question;
  if (scope === 'all' || scope.includes(POST_UNIT)) return true;
  const { rows } = await db.query<{ own: number; total: number }>({
    name: 'search-size',
    text: `SELECT (SELECT coalesce(sum(received), 0) FROM motcua.report_sum
          WHERE dim = 'unit' AND grain = 'year' AND key = ANY($1::int[]))::float8 AS own,
        (SELECT greatest(reltuples, 1) FROM pg_class WHERE oid = 'motcua.dossier'::regclass)::float8 AS total`,
    values: [scope],
  });
  const { own, total } = rows[0]!;
  if (own * own > DEARER * limit * total) return true;
  const values: unknown[] = [];
  const like = likes(question, (value) => `$${values.push(value)}`);
  const named = await db.query<{ names: number }>(
    `SELECT count(*)::int AS names FROM (SELECT FROM motcua.party_name n WHERE ${like('n.folded').join(' AND ')}
      LIMIT ${COMMON_NAMES}) AS found`,
    values,
  );
  return named.rows[0]!.names < COMMON_NAMES;
}
