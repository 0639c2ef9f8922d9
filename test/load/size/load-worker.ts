import { parentPort, workerData } from 'node:worker_threads';
import { connect, openPool } from '#libs/database';
import type { Reference } from '#libs/dossier';
import { fromMillis, toMillis } from '#libs/kernel';
import { loadReference } from '../../../apps/cli/runtime.js';
import { ItemNumbers } from '../../../apps/cli/demo/post.js';
import { chance, createRng, type Rng } from '../../../apps/cli/demo/rng.js';
import { copyInto, copyLine } from './copy.js';
import { filingDays, type FilingDay } from './days.js';
import { Filings, type Filing } from './kinds.js';
import { Life, type Scene } from './life.js';
import { live } from './live.js';
import { SIZE_NOW, type SizePlan } from './plan.js';
import { TABLES, writeRows, type Sink, type Table } from './rows.js';

/** One share of the work: the dossiers of every `of`-th receiving unit, so that no two shares count the same codes. */
export interface Share {
  url: string;
  share: number;
  of: number;
  plan: SizePlan;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** How long answers are kept: older ones have been forgotten by now. */
const KEPT_MS = 30 * DAY_MS;

/** Rows by table, and what is still to be put in order: by day of recording. */
class Pages implements Sink {
  private rows = new Map<Table, string[]>();
  private readonly later: { [T in 'event' | 'command']: Map<number, [string, string][]> } = {
    event: new Map(),
    command: new Map(),
  };

  row(table: Table, values: unknown[]): void {
    const lines = this.rows.get(table);
    if (lines) lines.push(copyLine(values));
    else this.rows.set(table, [copyLine(values)]);
  }

  event(recordedAt: string, values: unknown[]): void {
    this.put('event', recordedAt, values);
  }

  command(recordedAt: string, values: unknown[]): void {
    this.put('command', recordedAt, values);
  }

  private put(table: 'event' | 'command', recordedAt: string, values: unknown[]): void {
    const day = Math.floor(toMillis(recordedAt) / DAY_MS);
    const lines = this.later[table].get(day);
    const line: [string, string] = [recordedAt, copyLine(values)];
    if (lines) lines.push(line);
    else this.later[table].set(day, [line]);
  }

  /** Everything that is complete when nothing more comes from before `ms`, as texts to copy. */
  take(ms: number): Map<Table, string> {
    const rows = this.rows;
    this.rows = new Map();
    for (const table of ['event', 'command'] as const) {
      const days = [...this.later[table].keys()]
        .filter((day) => (day + 1) * DAY_MS <= ms)
        .sort((a, b) => a - b);
      const lines = days.flatMap((day) => {
        const own = this.later[table].get(day)!;
        this.later[table].delete(day);
        // Stable: what is written down at the same moment stays in the order of its dossier.
        return own.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, line]) => line);
      });
      if (lines.length > 0) rows.set(table, lines);
    }
    return new Map([...rows].map(([table, lines]) => [table, lines.join('')]));
  }
}

interface Filed {
  filing: Filing;
  rng: Rng;
  ms: number;
}

/** The dossiers of a day that are this share's, as they were filed one after the other. */
function* filedOn(
  day: FilingDay,
  { plan, share, of }: Share,
  filings: Filings,
  scene: Scene,
): Generator<Filed> {
  const mine: Filed[] = [];
  for (let nth = day.first; nth < day.end; nth++) {
    const rng = createRng(plan.seed, nth);
    let filing = filings.draw(rng, day.day);
    while (!day.office && filing.channel !== 'online') filing = filings.draw(rng, day.day);
    if (filing.receiving.id % of !== share) continue;
    const online = filing.channel === 'online' && (!day.office || chance(rng, 0.4));
    const ms = online
      ? day.startMs + Math.floor((6 + 17 * rng()) * HOUR_MS)
      : scene.office.toMillis(day.office!.before + day.office!.minutes * 0.97 * rng() ** 1.2);
    mine.push({ filing, rng, ms });
  }
  yield* mine.sort((a, b) => a.ms - b.ms);
}

async function work(own: Share, tell: (dossiers: number, events: number) => void): Promise<void> {
  const { url, share, plan } = own;
  const pool = openPool(url, { max: 1 });
  const reference: Reference = await loadReference(pool);
  await pool.end();
  const client = await connect(url);
  await client.query('SET synchronous_commit = off');
  const { office, days } = filingDays(plan, reference.calendar);
  const province = reference.units.all().find((unit) => unit.parentId === null)!.agencyCode;
  const scene = {
    office,
    province,
    items: new ItemNumbers(share * 10_000_000),
    endMs: toMillis(SIZE_NOW) - HOUR_MS,
  };
  const filings = new Filings(reference, plan.from);
  const pages = new Pages();
  const keepFrom = fromMillis(toMillis(SIZE_NOW) - KEPT_MS);
  let writing: Promise<void> = Promise.resolve();
  const flush = async (texts: Map<Table, string>): Promise<void> => {
    await client.query('BEGIN');
    for (const [table, columns] of Object.entries(TABLES)) {
      const text = texts.get(table as Table);
      if (text) await copyInto(client, `motcua.${table}`, columns, text);
    }
    await client.query('COMMIT');
  };
  for (const day of days) {
    const last = new Map<number, { day: string; last: number }>();
    let [dossiers, events] = [0, 0];
    for (const { filing, rng, ms } of filedOn(day, own, filings, scene)) {
      const lived = live(
        new Life(rng, scene, filing, ms).write(),
        reference,
        ({ receivingUnitId, ...birth }) => {
          const number = (last.get(receivingUnitId)?.last ?? 0) + 1;
          last.set(receivingUnitId, { day: birth.day, last: number });
          return `${birth.agencyCode}-${birth.day.slice(2).replaceAll('-', '')}-${String(number).padStart(4, '0')}`;
        },
        keepFrom,
      );
      writeRows(lived, pages);
      dossiers++;
      events += lived.committed.length;
    }
    for (const [unit, { day: on, last: number }] of last) pages.row('code_counter', [unit, on, number]);
    await writing;
    // The next day is made while PostgreSQL takes this one in.
    const texts = pages.take(day.startMs - DAY_MS);
    writing = flush(texts);
    writing.catch(() => {});
    tell(dossiers, events);
  }
  await writing;
  await flush(pages.take(Infinity));
  await client.end();
}

await work(workerData as Share, (dossiers, events) => parentPort!.postMessage({ dossiers, events }));
