import { asRole, type DatabaseRole, openPool, Reads } from '#libs/database';
import { scopeOf } from '#libs/identity';
import type { ListConditions } from '../../../libs/dossier/persistence/list-conditions.js';
import { readPage } from '../../../libs/dossier/persistence/queries-list.js';
import { type Queryable, readDossier } from '../../../libs/dossier/persistence/queries-read.js';
import { createRng, pick } from '../../../apps/cli/demo/rng.js';
import { median, significant } from '../document.js';
import type { SizeProvince } from './province.js';
import { COMMON, drawKnown, RARE } from './questions.js';

/** One kind of list with row-level security and without it, in milliseconds: medians over all rounds. */
export interface Secured {
  name: string;
  securedMs: number;
  plainMs: number;
  /** the median over the rounds of secured ÷ plain, the least and the most */
  ratio: number;
  min: number;
  max: number;
}

/** A kind of read: whose, and what; drawn anew for each round. */
interface Kind {
  name: string;
  /** a position's code */
  officer(): string;
  conditions?(officer: string): ListConditions;
  /** one dossier by its code, instead of a list */
  code?: true;
}

const PAGE = 51;
/** So many different questions in each round. */
const DRAWN = 10;
/** Each is asked so often on either side in each round, in turn. */
const TURNS = 3;

/**
 * The product's own statements as `motcua_reader`, whom policies show the rows of its scope, and in turn as `motcua_app`, to whom
 * they show every row: the same statements with the same conditions, the same transaction around them. Throws when the two read
 * different pages.
 */
export async function rowSecurity(
  province: SizeProvince,
  { rounds, signal }: { rounds: number; signal: AbortSignal },
): Promise<Secured[]> {
  const as = (role: DatabaseRole): Reads => new Reads(openPool(asRole(province.url, role), { max: 1 }));
  const sides = [as('motcua_reader'), as('motcua_app')] as const;
  try {
    const found = [];
    for (const kind of await kindsOn(province)) {
      signal.throwIfAborted();
      found.push(await compared(kind, province, sides, rounds));
    }
    return found;
  } finally {
    await Promise.all(sides.map((side) => side.end()));
  }
}

type Work = (db: Queryable) => Promise<{ id: string }[]>;

async function compared(
  { name, officer: whose, conditions, code }: Kind,
  { reference, clock, pool }: SizeProvince,
  sides: readonly [secured: Reads, plain: Reads],
  rounds: number,
): Promise<Secured> {
  const waits: [number[], number[]] = [[], []];
  const ratios: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const spent: [number, number] = [0, 0];
    for (let nth = 0; nth < DRAWN; nth++) {
      const officer = whose();
      const scope = scopeOf(reference.units.officer(officer)!, reference.units);
      const question = { conditions: conditions?.(officer) ?? {}, scope, unitWithin: false };
      const one = code && (await codeOf(pool, scope));
      const work: Work = one
        ? async (db) => [(await readDossier(db, one))!]
        : (db) => readPage(db, { ...question, now: clock.now(), after: null, limit: PAGE });
      const pages = [];
      // Once each unmeasured: what either needs is in memory then.
      for (const side of sides) pages.push(await side.read(scope, work));
      const [ours, theirs] = pages.map((rows) => rows.map(({ id }) => id).join());
      if (ours !== theirs)
        throw new Error(`${name}: ${officer} reads another page without row-level security`);
      for (let turn = 0; turn < TURNS; turn++) {
        for (const at of (turn + nth) % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const)) {
          const begun = performance.now();
          await sides[at].read(scope, work);
          const wait = performance.now() - begun;
          waits[at].push(wait);
          spent[at] += wait;
        }
      }
    }
    ratios.push(spent[0] / spent[1]);
  }
  return {
    name,
    securedMs: significant(median(waits[0]), 3),
    plainMs: significant(median(waits[1]), 3),
    ratio: significant(median(ratios), 3),
    min: significant(Math.min(...ratios), 3),
    max: significant(Math.max(...ratios), 3),
  };
}

/** A code of the scope's own. */
async function codeOf(
  pool: SizeProvince['pool'],
  scope: readonly number[] | 'all',
): Promise<string | undefined> {
  const { rows } = await pool.query<{ code: string }>(
    'SELECT code FROM motcua.dossier WHERE competent_unit_id = ANY($1::int[]) ORDER BY id LIMIT 1 OFFSET 20',
    [scope],
  );
  return rows[0]?.code;
}

async function kindsOn({ pool, reference }: SizeProvince): Promise<Kind[]> {
  const rng = createRng(2026, 2);
  const { codes } = await drawKnown(rng, pool);
  const { units } = reference;
  const standing = units.all().filter(({ agencyCode }) => units.officer(`counter-1@${agencyCode}`));
  const top = standing.find(({ parentId }) => parentId === null)!.agencyCode;
  const districts = standing.filter(({ id, parentId }) => parentId !== null && units.children(id).length > 0);
  const own = (): string => `counter-1@${pick(rng, standing).agencyCode}`;
  const district = (): string => `supervisor-1@${pick(rng, districts).agencyCode}`;
  const all = (): string => `supervisor-1@${top}`;
  const post = (): string => `post@${top}`;
  const rare = (): ListConditions => ({ text: pick(rng, RARE) });
  const common = (): ListConditions => ({ text: pick(rng, COMMON) });
  const prefix = (): ListConditions => ({ text: pick(rng, codes).slice(0, -6) });
  const open = (): ListConditions => ({ state: 'processing' });
  return [
    { name: 'one dossier by its code', officer: own, code: true },
    { name: 'own unit', officer: own },
    { name: 'own unit, processing', officer: own, conditions: open },
    { name: 'own unit, overdue', officer: own, conditions: () => ({ overdue: true }) },
    { name: 'own unit, rare word', officer: own, conditions: rare },
    { name: 'own unit, common words', officer: own, conditions: common },
    {
      name: 'own unit, beginning of a code',
      officer: own,
      conditions: (officer) => ({ text: `${officer.split('@')[1]}-26` }),
    },
    { name: 'district', officer: district },
    { name: 'district, rare word', officer: district, conditions: rare },
    { name: 'district, common words', officer: district, conditions: common },
    { name: 'all', officer: all },
    { name: 'all, processing', officer: all, conditions: open },
    { name: 'all, rare word', officer: all, conditions: rare },
    { name: 'all, common words', officer: all, conditions: common },
    { name: 'all, beginning of a code', officer: all, conditions: prefix },
    { name: 'the post', officer: post },
    { name: 'the post, common words', officer: post, conditions: common },
  ];
}
