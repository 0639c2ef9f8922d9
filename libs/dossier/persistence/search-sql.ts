import { type Bind, type PageQuestion, conditionsSql } from './list-conditions.js';

/** The beginning of an agency code, `000.00.21`: with it a code begins, and no name. */
const CODE = /^[0-9]{3}\.[0-9A-Za-z.-]*$/;
/** More words than any name has; each is one more condition. */
const MOST_WORDS = 12;
const AT = { id: 'd.id', clock: null, due: null };

/** True for a text that is the beginning of a dossier's code. */
export function isCode(text: string): boolean {
  return CODE.test(text);
}

/** By the beginning of the code, in the order of codes: the one index of the codes gives both. */
export function byCodeSql({ conditions, now, after, limit }: PageQuestion, bind: Bind): string {
  const where = [
    `d.code LIKE ${escaped(`${bind(conditions.text!.toUpperCase())}::text`)} || '%'`,
    `d.code >= ${bind(conditions.text!.toUpperCase())}`,
    ...conditionsSql('d', AT, conditions, now, bind),
    ...(after?.order === 'code' ? [`d.code > ${bind(after.code)}`] : []),
  ];
  return `SELECT d.id FROM motcua.dossier d WHERE ${where.join(' AND ')} ORDER BY d.code LIMIT ${bind(limit)}`;
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
  const { conditions, now, after, limit } = question;
  const words = conditions
    .text!.split(/\s+/)
    .filter((word) => word !== '')
    .slice(0, MOST_WORDS);
  // fold() runs before the wildcards are escaped: it turns full-width signs into plain ones.
  const patterns = words.map((word) => `'%' || ${escaped(`motcua.fold(${bind(word)})`)} || '%'`);
  const most = bind(limit);
  const paper = bind(conditions.text);
  const name = after?.order === 'name' ? bind(after.name) : null;
  const id = after?.order === 'name' ? bind(after.id) : null;
  const beyond = (alias: string): string[] =>
    name ? [`(${alias}.name, d.id) > (${name}, ${id}::uuid)`] : [];
  const others = conditionsSql('d', AT, conditions, now, bind);
  const all = (where: readonly string[]): string => where.join(' AND ');
  const like = (folded: string): string[] => patterns.map((pattern) => `${folded} LIKE ${pattern}`);
  // With the revision: an older name or paper, amended since, does not find the dossier.
  const current = 'JOIN motcua.dossier d ON d.id = p.dossier_id AND d.party_revision = p.revision';
  const known = `
    SELECT n.name, w.id FROM (
        SELECT n.name FROM motcua.party_name n WHERE ${all([...like('n.folded'), ...(name ? [`n.name >= ${name}`] : [])])} ORDER BY n.name
      ) AS n CROSS JOIN LATERAL (
        SELECT d.id FROM motcua.dossier_party p ${current}
        WHERE ${all(['hashtextextended(p.name, 0) = hashtextextended(n.name, 0)', 'p.name = n.name', ...beyond('n'), ...others])}
        ORDER BY p.dossier_id LIMIT ${most}
      ) AS w
    ORDER BY n.name, w.id LIMIT ${most}`;
  const papers = `
    SELECT p.name, d.id FROM motcua.dossier_party p ${current}
    WHERE ${all([`p.paper_number = ${paper}`, ...beyond('p'), ...others])} ORDER BY 1, 2 LIMIT ${most}`;
  const unknown = (ids: string[]): string => `
    SELECT p.name, d.id FROM motcua.dossier_party p ${current}
    WHERE ${all([...ids, ...like('motcua.fold(p.name)'), ...beyond('p'), ...others])}
    ORDER BY 1, 2 LIMIT ${most}`;
  const ways = [papers];
  if (recent) ways.push(known);
  if (!recent) ways.push(unknown([]));
  else if (recent.length > 0) ways.push(unknown([`d.id = ANY(${bind(recent)}::uuid[])`]));
  return `SELECT id FROM (${ways.map((way) => `(${way})`).join(' UNION ')}) AS found ORDER BY name, id LIMIT ${most}`;
}

/** LIKE's own signs in what a user wrote stand for themselves. */
function escaped(sql: string): string {
  return `replace(replace(replace(${sql}, '\\', '\\\\'), '%', '\\%'), '_', '\\_')`;
}
