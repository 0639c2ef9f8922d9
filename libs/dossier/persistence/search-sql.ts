import { type Bind, type PageQuestion, conditionsSql } from './list-conditions.js';
import { scopeConditions, scopeWays } from './scope-sql.js';

/** The beginning of an agency code, `000.00.21`: with it a code begins, and no name. */
const CODE = /^[0-9]{3}\.[0-9A-Za-z.-]*$/;
/** More words than any name has; each is one more condition. */
const MOST_WORDS = 12;
const AT = { id: 'd.id', clock: null, due: null };

/** True for a text that is the beginning of a dossier's code. */
export function isCode(text: string): boolean {
  return CODE.test(text);
}

/** What no sign of a code comes after. */
const LAST_SIGN = '\u{10FFFF}';

/**
 * By the beginning of the code, in the order of codes: the one index of the codes gives both. Between two codes, not LIKE,
 * which is asked of no index within a scope. For a single unit either that index is walked or the unit's own: the planner knows
 * how many dossiers begin so, and how many the unit has.
 */
export function byCodeSql({ conditions, scope, now, after, limit }: PageQuestion, bind: Bind): string {
  const begins = conditions.text!.toUpperCase();
  const where = [
    `d.code >= ${bind(begins)}`,
    `d.code < ${bind(`${begins}${LAST_SIGN}`)}`,
    ...conditionsSql('d', AT, conditions, now, bind),
    ...(after?.order === 'code' ? [`d.code > ${bind(after.code)}`] : []),
  ];
  const most = bind(limit);
  if (scope === 'all' || scope.length > 1)
    return `SELECT d.id FROM motcua.dossier d WHERE ${all([...where, ...scopeConditions('d', scope, bind)])}
      ORDER BY d.code LIMIT ${most}`;
  // Without an order of their own: in the order of codes a unit's may stand behind all others.
  const walks = scopeWays(scope, bind).flatMap(({ from, ways }) =>
    ways.map((way) => `SELECT d.id, d.code FROM ${from} JOIN motcua.dossier d ON ${way} WHERE ${all(where)}`),
  );
  return `SELECT id FROM (${walks.join(' UNION ')}) AS found ORDER BY code LIMIT ${most}`;
}

/**
 * By the applicant's name (each word somewhere in it, accents and case aside, in any order) or by the whole paper number, in
 * the order of the Vietnamese alphabet.
 *
 * The words are looked for among the names that anybody bears, of which there are far fewer than dossiers. The planner
 * decides how: a common word by walking the names in their order until the page is full, a rare one by its trigrams. Dossiers that
 * are newer than the follower of the names are looked at one by one (`recent`, null for all).
 */
export function byNameSql(question: PageQuestion, recent: string[] | null, bind: Bind): string {
  const { after, limit } = question;
  const most = bind(limit);
  const like = likes(question, bind);
  const others = othersSql(question, bind);
  const beyond = beyondSql(question, bind);
  const from = (): string[] => (after?.order === 'name' ? [`n.name >= ${bind(after.name)}`] : []);
  const known = (): string => `
    SELECT n.name, w.id FROM (
        SELECT n.name, hashtextextended(n.name, 0) AS hash FROM motcua.party_name n WHERE ${all([...like('n.folded'), ...from()])} ORDER BY n.name
      ) AS n CROSS JOIN LATERAL (
        SELECT d.id FROM motcua.dossier_party p ${CURRENT}
        WHERE ${all(['p.name_hash = n.hash', 'p.name = n.name', ...beyond('n'), ...others])}
        ORDER BY p.dossier_id LIMIT ${most}
      ) AS w
    ORDER BY n.name, w.id LIMIT ${most}`;
  const unknown = (ids: string[]): string => `
    SELECT p.name, d.id FROM motcua.dossier_party p ${CURRENT}
    WHERE ${all([...ids, ...like('p.folded'), ...beyond('p'), ...others])}
    ORDER BY 1, 2 LIMIT ${most}`;
  const ways = [papersSql(question, others, beyond, most, bind)];
  if (recent) ways.push(known());
  if (!recent) ways.push(unknown([]));
  else if (recent.length > 0) ways.push(unknown([`d.id = ANY(${bind(recent)}::uuid[])`]));
  return pageOf(ways, most);
}

/** The same page, looked for among the scope's own dossiers: for a unit that has few of them, and a word that many bear. */
export function byOwnNamesSql(question: PageQuestion, bind: Bind): string {
  const { scope, limit } = question;
  if (scope === 'all') throw new RangeError('all there are are nobody’s own');
  const most = bind(limit);
  const like = likes(question, bind);
  const others = othersSql(question, bind);
  const beyond = beyondSql(question, bind);
  const walks = scopeWays(scope, bind).flatMap(({ from, ways }) =>
    ways.map(
      (way) => `
    SELECT p.name, d.id FROM ${from} JOIN motcua.dossier d ON ${way}
      JOIN motcua.dossier_party p ON p.dossier_id = d.id AND p.revision = d.party_revision
    WHERE ${all([...like('p.folded'), ...beyond('p'), ...others])} ORDER BY 1, 2 LIMIT ${most}`,
    ),
  );
  return pageOf([papersSql(question, others, beyond, most, bind), ...walks], most);
}

/** The words that a name must hold. */
export function wordsOf(text: string): string[] {
  return text
    .split(/\s+/)
    .filter((word) => word !== '')
    .slice(0, MOST_WORDS);
}

/** SQL: the folded name holds each word. */
export function likes({ conditions }: PageQuestion, bind: Bind): (folded: string) => string[] {
  // fold() runs before the wildcards are escaped: it turns full-width signs into plain ones.
  const patterns = wordsOf(conditions.text!).map(
    (word) => `'%' || ${escaped(`motcua.fold(${bind(word)})`)} || '%'`,
  );
  return (folded) => patterns.map((pattern) => `${folded} LIKE ${pattern}`);
}

// With the revision: an older name or paper, amended since, does not find the dossier.
const CURRENT = 'JOIN motcua.dossier d ON d.id = p.dossier_id AND d.party_revision = p.revision';
const all = (where: readonly string[]): string => where.join(' AND ');

function othersSql({ conditions, scope, now }: PageQuestion, bind: Bind): string[] {
  return [...conditionsSql('d', AT, conditions, now, bind), ...scopeConditions('d', scope, bind)];
}

function beyondSql({ after }: PageQuestion, bind: Bind): (alias: string) => string[] {
  if (after?.order !== 'name') return () => [];
  const [name, id] = [bind(after.name), bind(after.id)];
  return (alias) => [`(${alias}.name, d.id) > (${name}, ${id}::uuid)`];
}

function papersSql(
  { conditions }: PageQuestion,
  others: string[],
  beyond: (alias: string) => string[],
  most: string,
  bind: Bind,
): string {
  const paper = [`p.paper_number = ${bind(conditions.text)}`];
  return `
    SELECT p.name, d.id FROM motcua.dossier_party p ${CURRENT}
    WHERE ${all([...paper, ...beyond('p'), ...others])} ORDER BY 1, 2 LIMIT ${most}`;
}

function pageOf(ways: readonly string[], most: string): string {
  return `SELECT id FROM (${ways.map((way) => `(${way})`).join(' UNION ')}) AS found ORDER BY name, id LIMIT ${most}`;
}

/** LIKE's own signs in what a user wrote stand for themselves. */
function escaped(sql: string): string {
  return `replace(replace(replace(${sql}, '\\', '\\\\'), '%', '\\%'), '_', '\\_')`;
}
