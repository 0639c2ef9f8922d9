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
  /** the path to ask for next */
  path(): string;
  /** ask for the page after the one that the path gives, and measure that */
  secondPage?: boolean;
}

const READ_MS = 15;
const LIST_MS = 50;
const RARE =
  'buu chuc doan hoai khiem luyen mung nhiem phan quan riem suu thuong uyen ve xoan au banh giap hang mac'.split(
    ' ',
  );
const COMMON = [
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

/** All kinds, with parameters drawn from what the database holds; the same ones each time. */
export async function questionsOn({ pool, reference }: Ground): Promise<Question[]> {
  const rng = createRng(2026, 1);
  const known = await drawKnown(rng, pool);
  const units = reference.units.all().map((unit) => unit.agencyCode);
  const procedures = reference.catalogue.all().map((procedure) => procedure.code);
  const unit = (): string => pick(rng, units);
  const list = (query: Record<string, string>): string =>
    `/api/v1/dossiers?${new URLSearchParams(query).toString()}`;
  const periods = (
    await pool.query<{ code: string }>(
      `SELECT code FROM motcua.period WHERE from_day < '2026-10-01' AND until_day > '2024-04-01' ORDER BY code`,
    )
  ).rows.map(({ code }) => code);
  const of = (name: string, path: () => string, goalMs = LIST_MS, secondPage = false): Question => ({
    name,
    goalMs,
    path,
    ...(secondPage && { secondPage }),
  });
  const { codes, names, papers } = known;
  const code = (): string => encodeURIComponent(pick(rng, codes));
  return [
    of('dossier', () => `/api/v1/dossiers/${code()}`, READ_MS),
    of('dossier with history', () => `/api/v1/dossiers/${code()}/history`, READ_MS),
    of('list, all', () => list({ limit: String(pick(rng, [20, 50, 100])) })),
    of('list, all, page 2', () => list({ limit: String(pick(rng, [20, 50, 100])) }), LIST_MS, true),
    of('list, unit', () => list({ unit: unit() })),
    of('list, unit, page 2', () => list({ unit: unit() }), LIST_MS, true),
    of('list, state', () => list({ state: pick(rng, STATES) })),
    of('list, state, page 2', () => list({ state: pick(rng, STATES), limit: '20' }), LIST_MS, true),
    of('list, unit and state', () => list({ unit: unit(), state: pick(rng, STATES) })),
    of('list, overdue', () => list({ overdue: 'true', limit: String(pick(rng, [20, 50, 100])) })),
    of('list, unit and overdue', () => list({ unit: unit(), overdue: 'true' })),
    of('list, clock', () => list({ deadline: pick(rng, ['running', 'paused', 'stopped', 'unknown']) })),
    of('list, procedure', () => list({ procedure: pick(rng, procedures) })),
    of('list, unit and procedure', () => list({ unit: unit(), procedure: pick(rng, procedures) })),
    of('list, channel', () => list({ channel: pick(rng, ['counter', 'online', 'postal']) })),
    of('search, rare word', () => list({ text: pick(rng, RARE) })),
    of('search, common words', () => list({ text: pick(rng, COMMON) })),
    of('search, common words, page 2', () => list({ text: pick(rng, COMMON) }), LIST_MS, true),
    of('search, whole name', () => list({ text: pick(rng, names) })),
    of('search, common words at a unit', () => list({ text: pick(rng, COMMON), unit: unit() })),
    of('search, paper number', () => list({ text: pick(rng, papers) })),
    of('search, beginning of a code', () =>
      list({ text: pick(rng, codes).slice(0, -4 - Math.floor(between(rng, 0, 4))) }),
    ),
    ...BACKLOG_KEYS.map((by) => of(`backlog by ${by}`, () => `/api/v1/reports/backlog?by=${by}`)),
    ...REPORT_KEYS.map((by) =>
      of(`quarter by ${by}`, () => `/api/v1/reports/quarterly?by=${by}&period=${pick(rng, periods)}`),
    ),
  ];
}

const SAMPLES = 300;

interface Known {
  codes: string[];
  names: string[];
  papers: string[];
}

/** Dossiers filed at random moments. */
async function drawKnown(rng: Rng, pool: Ground['pool']): Promise<Known> {
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
