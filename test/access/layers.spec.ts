import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startBoard } from '#libs/dossier';
import { CARRIER, COUNTER, UNIT, startBench, type Bench } from '../e2e/support.js';

/** Whose rows they are is told by the dossier, or by the unit. */
const MARKS = ['dossier_id', 'receiving_unit_id', 'dossier_ids', 'held_by'];
/** Counts by unit. */
const COUNTS = ['report_cell', 'report_sum'];

describe('row-level security by itself, with no condition in the statement', () => {
  let bench: Bench;
  let tables: { name: string; forced: boolean; readable: boolean }[];
  before(async () => {
    bench = await startBench();
    for (const returnBy of ['counter', 'postal']) await bench.act(await bench.file({ returnBy }), 'receive');
    await bench.call('GET', '/api/v1/dossiers');
    await bench.project();
    const board = startBoard({ pool: bench.database.app, signal: new AbortController().signal });
    await board.caughtUp();
    await board.stop();
    const { rows } = await bench.database.app.query<(typeof tables)[0]>(
      `SELECT c.relname AS name, c.relrowsecurity AND c.relforcerowsecurity AS forced,
         has_table_privilege('motcua_reader', c.oid, 'SELECT') AS readable
       FROM pg_class c WHERE c.relnamespace = 'motcua'::regnamespace AND c.relkind IN ('r', 'p')
         AND (c.relname = ANY($2) OR EXISTS (SELECT FROM pg_attribute a
           WHERE a.attrelid = c.oid AND a.attname = ANY($1) AND NOT a.attisdropped)) ORDER BY 1`,
      [MARKS, COUNTS],
    );
    tables = rows;
  });
  after(() => bench?.close());

  const seen = (unit: string | null): Promise<Record<string, number>> => {
    const { units } = bench.reference;
    const scope = unit === null ? ('all' as const) : [units.byCode(unit)!.id];
    return bench.database.reads.read(scope, async (db) => {
      const found: Record<string, number> = {};
      for (const { name } of tables.filter(({ readable }) => readable))
        found[name] = (
          await db.query<{ rows: number }>(`SELECT count(*)::int AS rows FROM motcua.${name}`)
        ).rows[0]!.rows;
      return found;
    });
  };

  it('is forced on every table whose rows are a dossier’s, or that no reader may read', () => {
    assert.ok(tables.length >= 8, tables.map(({ name }) => name).join());
    for (const { name, forced, readable } of tables) assert.ok(forced || !readable, name);
  });

  it('shows another unit no row of any of them, and the own unit its own', async () => {
    for (const unit of [UNIT.otherCommune, UNIT.district, UNIT.province])
      for (const [table, rows] of Object.entries(await seen(unit))) assert.equal(rows, 0, `${unit} ${table}`);
    const [own, all] = [await seen(UNIT.commune), await seen(null)];
    for (const table of [
      'dossier',
      'dossier_party',
      'deadline',
      'event',
      'dossier_board',
      'report_cell',
      'report_sum',
    ])
      assert.ok(own[table]! > 0 && own[table]! <= all[table]!, `${table}: ${own[table]} of ${all[table]}`);
    assert.deepEqual([own.access_log, all.access_log! > 0], [0, true], 'the access log is for who sees all');
    assert.equal(own.dossier, all.dossier);
  });

  it('keeps the post to what is posted', async () => {
    const posted = await bench.database.reads.read(
      [0],
      async (db) =>
        (
          await db.query<{ code: string; party: number }>(
            'SELECT d.code, (SELECT count(*)::int FROM motcua.dossier_party) AS party FROM motcua.dossier d',
          )
        ).rows,
    );
    assert.deepEqual(
      posted.map(({ party }) => party),
      [1],
    );
    const read = await bench.call('GET', `/api/v1/dossiers/${posted[0]!.code}`, { officer: CARRIER });
    assert.deepEqual([read.status, (read.json.applicant as { masked: boolean }).masked], [200, true]);
    const whole = await bench.call('GET', `/api/v1/dossiers/${posted[0]!.code}`, { officer: COUNTER });
    assert.equal((whole.json.applicant as { masked: boolean }).masked, false);
  });
});
