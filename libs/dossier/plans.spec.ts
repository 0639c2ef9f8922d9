import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { POST_UNIT, connect, type PoolClient, type Reads, type Scope } from '#libs/database';
import { Desk, PROCEDURE, UNIT, smallProvince, testDatabase, type SmallProvince } from '#libs/testing';
import { CLOCK_EVENTS } from './event-labels.js';
import { startBoard } from './persistence/board.js';
import type { ListConditions } from './persistence/list-conditions.js';
import { readPage } from './persistence/queries-list.js';
import { readDossier, readEvents, type Queryable } from './persistence/queries-read.js';

let reads: Reads;
let province: SmallProvince;
let ownerUrl: string;
let code: string;

const unit = (agency: string): number => province.units.byCode(agency)!.id;
const NOW = '2019-03-27T00:00:00.000Z';

before(async () => {
  const database = await testDatabase();
  ({ reads, ownerUrl } = database);
  province = await smallProvince(database.app);
  const desk = new Desk(database.app, province);
  for (let nth = 0; nth < 6; nth++)
    code = await desk.file(`2019-03-18T0${nth}:00:00.000Z`, {
      unit: nth % 2 === 0 ? UNIT.commune : UNIT.otherCommune,
      applicant: { name: `Nguyễn Văn ${'ABCDEF'[nth]!}` },
    });
  const board = startBoard({ pool: database.app, signal: new AbortController().signal });
  await board.caughtUp();
  await board.stop();
});

interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Index Cond'?: string;
  Plans?: PlanNode[];
}

/** A scan of some rows: of what table, by what index, and whether the index is asked anything. */
interface Scan {
  table: string;
  index: string | null;
  asked: boolean;
}

function scansOf(node: PlanNode, found: Scan[] = []): Scan[] {
  const { 'Node Type': type, 'Relation Name': table, 'Index Name': index, 'Index Cond': asked } = node;
  // What a bitmap is of stands below it.
  if (type.endsWith('Scan') && type !== 'Bitmap Heap Scan' && (table ?? index) !== undefined)
    found.push({ table: table ?? tableOf(index!), index: index ?? null, asked: asked !== undefined });
  for (const below of node.Plans ?? []) scansOf(below, found);
  return found;
}

const tableOf = (index: string): string =>
  ['dossier_party', 'dossier_board', 'dossier'].find((table) => index.startsWith(table)) ?? index;

/**
 * The scans of all statements of a read, as they are planned for the reader's role when reading whole tables is put off: a
 * condition that no index can be asked would have to be one all the same.
 */
async function scans(scope: Scope, work: (db: Queryable) => Promise<unknown>): Promise<Scan[]> {
  const found: Scan[] = [];
  await reads.read(scope, async (client: PoolClient) => {
    await client.query('SET LOCAL enable_seqscan = off');
    const db = {
      async query(asked: string | { text: string; values?: unknown[] }, values?: unknown[]) {
        const question = typeof asked === 'string' ? { text: asked, values } : asked;
        const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>({
          text: `EXPLAIN (FORMAT JSON) ${question.text}`,
          values: question.values ?? [],
        });
        found.push(...scansOf(rows[0]!['QUERY PLAN'][0].Plan));
        return client.query({ text: question.text, values: question.values ?? [] });
      },
    };
    await work(db as unknown as Queryable);
  });
  return found;
}

const page =
  (conditions: ListConditions, scope: Scope, unitWithin = false) =>
  (db: Queryable): Promise<unknown> =>
    readPage(db, { conditions, scope, unitWithin, now: NOW, after: null, limit: 51 });

/** Large tables. Of the board all is read, by design, and reference data is small. */
const LARGE = /^(dossier|dossier_party|deadline|event(_\w+)?)$/;

/** Nothing large is read through: by no table, and by no index that is asked nothing, but for those walked in their order. */
function assertBounded(found: readonly Scan[], walked: readonly string[] = []): void {
  for (const { table, index, asked } of found.filter((scan) => LARGE.test(scan.table)))
    assert.ok(asked || walked.includes(index ?? ''), `${table} is read through, by ${index ?? 'all of it'}`);
}

function assertUses(found: readonly Scan[], ...indexes: string[]): void {
  const used = new Set(found.filter(({ asked }) => asked).map(({ index }) => index));
  for (const index of indexes)
    assert.ok(used.has(index), `${index} is not asked; ${[...used].join(' ')} are`);
}

const WALKS = ['dossier_competent', 'dossier_received', 'dossier_held_1', 'dossier_held_2', 'dossier_held_3', 'dossier_held_more']; // prettier-ignore

describe('within a scope, by the indexes meant for it,', () => {
  test('a unit’s own list and a supervisor’s are walked, each way by its own', async () => {
    const below = [unit(UNIT.district), unit(UNIT.commune), unit(UNIT.otherCommune)];
    for (const scope of [[unit(UNIT.commune)], below])
      for (const conditions of [{}, { channel: 'counter' }, { procedure: PROCEDURE.copy }]) {
        const found = await scans(scope, page(conditions, scope));
        assertUses(found, ...WALKS);
        assertBounded(found);
      }
  });

  test('one unit of many is walked as that unit’s', async () => {
    const found = await scans('all', page({ unit: UNIT.commune }, 'all', true));
    assertUses(found, 'dossier_competent', 'dossier_received', 'dossier_held');
    assertBounded(found);
  });

  test('what is posted has one, in the order of filing', async () => {
    assertBounded(await scans([POST_UNIT], page({}, [POST_UNIT])), ['dossier_post']);
  });

  test('all there are is walked in the order of filing, a procedure by its versions', async () => {
    assertBounded(await scans('all', page({}, 'all')), ['dossier_filed']);
    const found = await scans('all', page({ procedure: PROCEDURE.copy }, 'all'));
    assertUses(found, 'dossier_procedure');
    assertBounded(found);
  });

  test('what is open or late is read on the board, and of the log what is newer', async () => {
    for (const scope of ['all', [unit(UNIT.commune)], [POST_UNIT]] as const)
      for (const conditions of [{ state: 'received' }, { overdue: true }, { deadline: 'paused' as const }]) {
        const found = await scans(scope, page(conditions, scope));
        assert.ok(found.some(({ table }) => table === 'dossier_board'));
        assertBounded(found);
      }
  });

  test('a rare name is found among the names, and its bearers by its hash', async () => {
    for (const scope of ['all', [unit(UNIT.commune)], [POST_UNIT]] as const) {
      const found = await scans(scope, page({ text: 'nguyen van' }, scope));
      assertUses(found, 'dossier_party_name', 'dossier_party_paper', 'dossier_pkey');
      assertBounded(found);
    }
  });

  test('the beginning of a code is asked of the codes, or of the unit’s own', async () => {
    const found = await scans('all', page({ text: `${UNIT.commune}-19` }, 'all'));
    assertUses(found, 'dossier_code_key');
    assertBounded(found);
    const own = [unit(UNIT.commune)];
    assertBounded(await scans(own, page({ text: `${UNIT.commune}-19` }, own)));
  });

  test('one dossier and its events are found by code and by id', async () => {
    const scope = [unit(UNIT.commune), unit(UNIT.otherCommune)];
    const found = await scans(scope, async (db) => {
      const row = await readDossier(db, code);
      await readEvents(db, row!.id, CLOCK_EVENTS);
    });
    assertUses(found, 'dossier_code_key', 'dossier_party_pkey', 'deadline_pkey');
    assertBounded(found);
    assert.ok(found.some(({ table, index }) => table.startsWith('event_') && index?.includes('dossier')));
  });

  // Last: it makes a name common that was rare.
  test('a common name at one unit is looked for among its own dossiers', async () => {
    const owner = await connect(ownerUrl);
    await owner
      .query(
        `INSERT INTO motcua.party_name (name) SELECT 'Nguyễn Văn ' || n FROM generate_series(1, 400) AS n`,
      )
      .finally(() => owner.end());
    const own = [unit(UNIT.commune)];
    const found = await scans(own, page({ text: 'nguyen van' }, own));
    assertUses(found, 'dossier_competent', 'dossier_party_pkey');
    assertBounded(found);
    assert.ok(!found.some(({ index }) => index === 'dossier_party_name'));
  });
});
