import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import fc from 'fast-check';
import type { Pool } from '#libs/database';
import { fromMillis, toMillis } from '#libs/kernel';
import { Desk, PROCEDURE, UNIT, smallProvince, testDatabase } from '#libs/testing';
import { boardSql, recentDossiers, startBoard } from './persistence/board.js';

let pool: Pool;
let desk: Desk;
let now = toMillis('2019-03-18T01:00:00.000Z');

before(async () => {
  ({ app: pool } = await testDatabase());
  desk = new Desk(pool, await smallProvince(pool));
});

async function keep(): Promise<void> {
  const board = startBoard({ pool, signal: new AbortController().signal });
  await board.caughtUp();
  await board.stop();
}

async function rowsOf(recent: string[] | null): Promise<unknown[]> {
  const values: unknown[] = [];
  const sql = boardSql(recent, (value) => `$${values.push(value)}`);
  return (await pool.query(`SELECT b.* FROM ${sql} AS b ORDER BY dossier_id`, values)).rows;
}

const CLERK = `counter-1@${UNIT.commune}`;
const HEAD = `head-1@${UNIT.commune}`;
/** Tried on a dossier in this order of likelihood; what does not fit is refused, and changes nothing. */
const ACTS = [
  ['receive', CLERK, {}],
  ['startProcessing', CLERK, {}],
  ['resolve', HEAD, { outcome: 'approved' }],
  ['offerAtCounter', CLERK, {}],
  ['collect', CLERK, {}],
  ['requestSupplement', CLERK, { reason: 'thiếu' }],
  ['supplement', CLERK, {}],
  ['amend', CLERK, { field: 'name', value: 'Trần Thị Sửa' }],
  ['withdraw', CLERK, {}],
  ['refuse', CLERK, { reason: 'sai' }],
] as const;
type Act = (typeof ACTS)[number];
/** The first so many of them lead to the end, one after the other. */
const WAY = 5;

const happening = fc.oneof(
  { weight: 2, arbitrary: fc.constant({ kind: 'file' as const }) },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('act' as const),
      dossier: fc.nat(4),
      act: fc.constantFrom<Act>(...ACTS),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('through' as const), dossier: fc.nat(4), steps: fc.nat(WAY) }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'sweep' as const }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'keep' as const }) },
);

test('whatever happened since it was kept, the board shows every dossier as it stands, and no delivered one', async () => {
  let kept = 0;
  let beyond = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { minLength: 5, maxLength: 30 }), async (happenings) => {
      const codes: string[] = [];
      for (const what of happenings) {
        now += 3_600_000;
        const at = fromMillis(now);
        if (what.kind === 'keep') await keep();
        else if (what.kind === 'sweep') await desk.alarms.sweep(at);
        else if (what.kind === 'file')
          codes.push(await desk.file(at, { procedure: PROCEDURE.restarting, unit: UNIT.commune }));
        else if (codes.length > 0) {
          const code = codes[what.dossier % codes.length]!;
          const acts = what.kind === 'act' ? [what.act] : ACTS.slice(0, what.steps);
          for (const [command, by, payload] of acts) await desk.ask({ command, code, by, at, payload });
        }
      }
      const recent = await recentDossiers(pool);
      if (recent) kept++;
      beyond += recent?.length ?? 0;
      const all = await rowsOf(null);
      assert.deepEqual(await rowsOf(recent), all);
      const { rows } = await pool.query(
        `SELECT id FROM motcua.dossier WHERE state <> 'delivered' ORDER BY id`,
      );
      assert.deepEqual(
        all.map((row) => (row as { dossier_id: string }).dossier_id),
        rows.map((row: { id: string }) => row.id),
      );
    }),
    { numRuns: 40 },
  );
  assert.ok(kept > 20 && beyond > 20, 'the board was kept, and had fallen behind');
});

test('where nobody ever kept it, every dossier is read from its own row', async () => {
  const { app } = await testDatabase();
  assert.equal(await recentDossiers(app), null);
});

test('every name that a dossier bears, or bore when it was kept, is among the names', async () => {
  await keep();
  const { rows } = await pool.query(
    'SELECT count(*) AS missing FROM motcua.dossier_party WHERE name NOT IN (SELECT name FROM motcua.party_name)',
  );
  assert.deepEqual(rows, [{ missing: 0 }]);
});
