import { STATES } from '#libs/workflow';
import { BACKLOG_KEYS, REPORT_KEYS } from '#libs/reporting';
import { between, createRng, pick, type Rng } from '../../../apps/cli/demo/rng.js';
import type { Ground } from '../ground.js';
import { SIZE_NOW } from './plan.js';

/** One kind of question, asked many times with different parameters. */
export interface Question {
  name: string;
  /** the 95th percentile that is wanted, in milliseconds */
  goalMs: number;
  /** what to ask next */
  next(): Asked;
  /** ask for the page after the one that comes, and measure that */
  secondPage?: boolean;
}

/** One request: a GET, or with a body a POST. */
export interface Asked {
  /** the position whose holder asks: what it may see is all that is looked through */
  officer: string;
  path: string;
  body?: Readonly<Record<string, string>>;
}

const READ_MS = 15;
const LIST_MS = 50;
/** Words of few names. */
export const RARE =
  'buu chuc doan hoai khiem luyen mung nhiem phan quan riem suu thuong uyen ve xoan au banh giap hang mac'.split(
    ' ',
  );
/** Words of many. */
export const COMMON = [
  'nguyen van',
  'thi',
  'nguyen',
  'van',
  'tran thi',
  'le van',
  'nguyen thi',
  'minh',
  'thach',
  'kim thi',
  'an',
  'n',
];

/** All kinds, each asked by somebody who may, with parameters drawn from what the database holds; the same ones each time. */
export async function questionsOn({ pool, reference }: Ground): Promise<Question[]> {
  const rng = createRng(2026, 1);
  const { codes, names, papers } = await drawKnown(rng, pool);
  const units = reference.units
    .all()
    .filter(({ agencyCode }) => reference.units.officer(`counter-1@${agencyCode}`));
  const top = units.find(({ parentId }) => parentId === null)!.agencyCode;
  const districts = units.filter(
    ({ id, parentId }) => parentId !== null && reference.units.children(id).length > 0,
  );
  const procedures = reference.catalogue.all().map((procedure) => procedure.code);
  const periods = (
    await pool.query<{ code: string }>(
      `SELECT code FROM motcua.period WHERE from_day < '2026-10-01' AND until_day > '2024-04-01' ORDER BY code`,
    )
  ).rows.map(({ code }) => code);

  const all = `supervisor-1@${top}`;
  const post = `post@${top}`;
  const district = (): string => `supervisor-1@${pick(rng, districts).agencyCode}`;
  const unit = (): string => pick(rng, units).agencyCode;
  const own = (): string => `counter-1@${unit()}`;
  const some = (): string => String(pick(rng, [20, 50, 100]));
  const list = (officer: string, query: Record<string, string> = {}): Asked => ({
    officer,
    path: `/api/v1/dossiers?${new URLSearchParams(query).toString()}`,
  });
  const search = (officer: string, text: string, more: Record<string, string> = {}): Asked => ({
    officer,
    path: '/api/v1/dossiers/search',
    body: { text, ...more },
  });
  const of = (name: string, next: () => Asked, goalMs = LIST_MS): Question => ({ name, goalMs, next });
  const second = (name: string, next: () => Asked): Question => ({
    ...of(`${name}, page 2`, next),
    secondPage: true,
  });
  /** By the counter that received it: its agency's code begins the dossier's. */
  const one = (more = ''): Asked => {
    const code = pick(rng, codes);
    return {
      officer: `counter-1@${code.split('-')[0]!}`,
      path: `/api/v1/dossiers/${encodeURIComponent(code)}${more}`,
    };
  };
  const beginning = (): string => pick(rng, codes).slice(0, -4 - Math.floor(between(rng, 0, 4)));
  const report = (path: string): Asked => ({ officer: all, path: `/api/v1/reports/${path}` });
  return [
    of('dossier', () => one(), READ_MS),
    of('dossier with history', () => one('/history'), READ_MS),
    of('list, all', () => list(all, { limit: some() })),
    second('list, all', () => list(all, { limit: some() })),
    of('list, unit', () => list(all, { unit: unit() })),
    second('list, unit', () => list(all, { unit: unit() })),
    of('list, state', () => list(all, { state: pick(rng, STATES) })),
    second('list, state', () => list(all, { state: pick(rng, STATES), limit: '20' })),
    of('list, unit and state', () => list(all, { unit: unit(), state: pick(rng, STATES) })),
    of('list, overdue', () => list(all, { overdue: 'true', limit: some() })),
    of('list, unit and overdue', () => list(all, { unit: unit(), overdue: 'true' })),
    of('list, clock', () => list(all, { deadline: pick(rng, CLOCKS) })),
    of('list, procedure', () => list(all, { procedure: pick(rng, procedures) })),
    of('list, unit and procedure', () => list(all, { unit: unit(), procedure: pick(rng, procedures) })),
    of('list, channel', () => list(all, { channel: pick(rng, CHANNELS) })),
    of('list, own unit', () => list(own())),
    second('list, own unit', () => list(own())),
    of('list, own unit, state', () => list(own(), { state: pick(rng, STATES) })),
    of('list, own unit, overdue', () => list(own(), { overdue: 'true' })),
    of('list, own unit, procedure', () => list(own(), { procedure: pick(rng, procedures) })),
    of('list, district', () => list(district())),
    of('list, the post', () => list(post)),
    of('search, rare word, own unit', () => search(own(), pick(rng, RARE))),
    of('search, common words, own unit', () => search(own(), pick(rng, COMMON))),
    second('search, common words, own unit', () => search(own(), pick(rng, COMMON))),
    of('search, whole name, own unit', () => search(own(), pick(rng, names))),
    of('search, common words, the post', () => search(post, pick(rng, COMMON))),
    of('search, common words at a unit, the post', () => search(post, pick(rng, COMMON), { unit: unit() })),
    of('search, paper number, own unit', () => search(own(), pick(rng, papers))),
    of('search, beginning of a code, own unit', () => search(own(), beginning())),
    ...BACKLOG_KEYS.map((by) => of(`backlog by ${by}`, () => report(`backlog?by=${by}`))),
    ...REPORT_KEYS.map((by) =>
      of(`quarter by ${by}`, () => report(`quarterly?by=${by}&period=${pick(rng, periods)}`)),
    ),
  ];
}

const CLOCKS = ['running', 'paused', 'stopped', 'unknown'] as const;
const CHANNELS = ['counter', 'online', 'postal'] as const;
const SAMPLES = 300;

/** Of dossiers that there are. */
export interface Known {
  codes: string[];
  names: string[];
  papers: string[];
}

/** Dossiers filed at random moments. */
export async function drawKnown(rng: Rng, pool: Ground['pool']): Promise<Known> {
  const first = Date.parse('2024-04-01');
  const known: Known = { codes: [], names: [], papers: [] };
  for (let nth = 0; nth < SAMPLES; nth++) {
    const { rows } = await pool.query<{ code: string; name: string; paper: string }>(
      `SELECT d.code, p.name, p.paper_number AS paper
       FROM (SELECT * FROM motcua.dossier WHERE submitted_at >= $1 ORDER BY submitted_at, id LIMIT 1) d
       JOIN motcua.dossier_party p ON p.dossier_id = d.id AND p.revision = d.party_revision`,
      [new Date(between(rng, first, Date.parse(SIZE_NOW) - 864e5)).toISOString()],
    );
    const row = rows[0];
    if (!row) continue;
    known.codes.push(row.code);
    known.names.push(row.name);
    known.papers.push(row.paper);
  }
  return known;
}
