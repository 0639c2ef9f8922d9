import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { type TestDatabase, testDatabase } from '#libs/testing';
import { connect } from './connect.js';
import type { Scope } from './scope.js';
import { inScope, scopeText } from './scope.js';

/** Receiving, competent, and what else held it: 1 and 2 are units, 3 is consulted, 0 is the post. */
const DOSSIERS: [string, number, number, number[] | null][] = [
  ['a', 1, 1, null],
  ['b', 1, 2, null],
  ['c', 2, 2, [3]],
  ['d', 2, 2, [0]],
];
const SCOPES: Scope[] = ['all', [], [1], [2], [3], [0], [1, 3], [9]];

let db: TestDatabase;
before(async () => {
  db = await testDatabase();
  const owner = await connect(db.ownerUrl);
  await owner.query(`SET session_replication_role = replica`);
  for (const [index, [code, receiving, competent, held]] of DOSSIERS.entries()) {
    const id = `00000000-0000-0000-0000-00000000000${index}`;
    await owner.query(
      `INSERT INTO motcua.dossier (id, code, procedure_version_id, receiving_unit_id, competent_unit_id, current_unit_id, held_by,
         channel, return_by, state, version, snapshot, submitted_at, last_at)
       VALUES ($1, $2, 1, $3, $4, $4, $5, 'counter', 'counter', 'received', 1, '{}', now(), now())`,
      [id, code, receiving, competent, held],
    );
    await owner.query(
      `INSERT INTO motcua.dossier_party (dossier_id, revision, name, occurred_at, recorded_at) VALUES ($1, 1, $2, now(), now())`,
      [id, code],
    );
  }
  await owner.end();
});

test('a read sees the dossiers of its scope and what hangs on them, and no others, whatever it asks', async () => {
  for (const scope of SCOPES) {
    const wanted = DOSSIERS.filter(([, receivingUnitId, competentUnitId, held]) =>
      inScope(scope, { receivingUnitId, competentUnitId, heldBy: held ?? [] }),
    ).map(([code]) => code);
    const seen = await db.reads.read(scope, async (client) => ({
      codes: (await client.query<{ code: string }>('SELECT code FROM motcua.dossier ORDER BY code')).rows,
      names: (await client.query<{ name: string }>('SELECT name FROM motcua.dossier_party ORDER BY name'))
        .rows,
    }));
    assert.deepEqual(seen.codes.map(({ code }) => code), wanted, scopeText(scope)); // prettier-ignore
    assert.deepEqual(seen.names.map(({ name }) => name), wanted, scopeText(scope)); // prettier-ignore
  }
});

test('a scope ends with its read: without one there is an error, not an answer', async () => {
  await db.reads.read('all', (client) => client.query('SELECT FROM motcua.dossier'));
  const outside = db.reads as unknown as { pool: { query(sql: string): Promise<unknown> } };
  await assert.rejects(outside.pool.query('SELECT FROM motcua.dossier'), /malformed array|unrecognized/);
});

test('no role that the application works as may pass row-level security by, or own what it guards', async () => {
  const owner = await connect(db.ownerUrl);
  const { rows } = await owner.query<{ rolname: string }>(
    `SELECT rolname FROM pg_roles WHERE rolname LIKE 'motcua_%' AND (rolbypassrls OR rolsuper OR rolcreaterole)`,
  );
  assert.deepEqual(rows, []);
  const open = await owner.query<{ relname: string }>(
    `SELECT relname FROM pg_class c WHERE relnamespace = 'motcua'::regnamespace AND relkind IN ('r', 'p')
       AND NOT (relrowsecurity AND relforcerowsecurity)
       AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname IN ('dossier_id', 'dossier_ids', 'paper_number'))`,
  );
  await owner.end();
  assert.deepEqual(open.rows, [], 'every table that names a dossier is guarded');
});

test('who reads for a person changes nothing', async () => {
  for (const sql of [
    'DELETE FROM motcua.event',
    `UPDATE motcua.dossier SET state = 'delivered'`,
    'DELETE FROM motcua.access_log',
    `UPDATE motcua.access_log SET what = 'view'`,
    'SELECT FROM motcua.command',
    'SELECT FROM motcua.event_rest',
  ]) {
    await assert.rejects(
      db.reads.read('all', (client) => client.query(sql)),
      { code: '42501' },
      sql,
    );
  }
});
