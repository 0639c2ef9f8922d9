import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { type UnitDirectory, importDemoOfficers, loadUnits } from '#libs/organization';
import { type TestDatabase, UNIT, smallProvince, testDatabase } from '#libs/testing';
import { importDemoAccounts, scopeOf } from './index.js';

let database: TestDatabase;
let units: UnitDirectory;
before(async () => {
  database = await testDatabase();
  units = (await smallProvince(database.app)).units;
});
const officers = () => database.app.query('SELECT * FROM motcua.officer ORDER BY code');

describe('demonstration accounts', () => {
  it('are one for each demonstration officer, of the same name, under one hash', async () => {
    const { rows } = await database.app.query(
      `SELECT o.code, o.position, a.login, a.kind, a.demo, a.must_change, a.unit_id = o.unit_id AS same, a.password_hash
         FROM motcua.officer o JOIN motcua.account a ON a.no = o.account_no`,
    );
    assert.equal(rows.length, 5 * 6 + 3 + 3);
    for (const row of rows) {
      assert.deepEqual([row.login, row.demo, row.must_change], [row.code, true, false]);
      assert.equal(row.kind, row.position === 'system' ? 'system' : 'person', row.code);
      assert.notEqual(row.same, false, row.code);
    }
    assert.equal(new Set(rows.map((row) => row.password_hash)).size, 1);
  });

  it('are made once, also by two at the same moment, and for officers that come later', async () => {
    const before = (await officers()).rows;
    assert.equal(await importDemoAccounts(database.app), 0);
    await database.app.query(
      `INSERT INTO motcua.unit (agency_code, level, kind, name, parent_id)
       SELECT 'LATER', level, kind, 'Later', parent_id FROM motcua.unit WHERE agency_code = $1`,
      [UNIT.commune],
    );
    await importDemoOfficers(database.app);
    const made = await Promise.all([importDemoAccounts(database.app), importDemoAccounts(database.app)]);
    assert.deepEqual(made.sort(), [0, 6]);
    const after = (await officers()).rows;
    assert.deepEqual(
      after.filter((one) => !one.code.endsWith('@LATER')),
      before,
    );
    assert.ok(after.every((one) => one.account_no !== null));
  });

  it('leave real positions and accounts of the same name alone', async () => {
    await database.app.query(
      `INSERT INTO motcua.officer (code, position, demo) VALUES ('real@X', 'head', false), ('taken@X', 'head', true)`,
    );
    await database.app.query(
      `INSERT INTO motcua.account (login, kind, created_at) VALUES ('Taken@X', 'person', now())`,
    );
    await importDemoAccounts(database.app);
    const { rows } = await database.app.query(`SELECT account_no FROM motcua.officer WHERE code LIKE '%@X'`);
    assert.deepEqual(rows, [{ account_no: null }, { account_no: null }]);
  });
});

describe('the scope of a position', () => {
  it('is its unit, what is below for a supervisor, the post, all, or nothing', async () => {
    const id = (code: string) => units.byCode(code)!.id;
    const of = (code: string) => scopeOf(units.officer(code)!, units);
    const own = [id(UNIT.commune)];
    for (const name of ['counter-1', 'specialist-2', 'head-1'])
      assert.deepEqual(of(`${name}@${UNIT.commune}`), own);
    assert.deepEqual(of(`supervisor-1@${UNIT.commune}`), own);
    assert.deepEqual(
      [...of(`supervisor-1@${UNIT.district}`)].sort(),
      [id(UNIT.district), id(UNIT.commune), id(UNIT.otherCommune)].sort(),
    );
    assert.equal(of(`supervisor-1@${UNIT.province}`), 'all');
    for (const name of ['post', 'carrier']) assert.deepEqual(of(`${name}@${UNIT.province}`), [0]);
    for (const name of ['portal', 'auditor-1']) assert.equal(of(`${name}@${UNIT.province}`), 'all');
    for (const name of ['administrator-1', 'catalogueManager-1'])
      assert.deepEqual(of(`${name}@${UNIT.province}`), []);
  });

  it('of a system is all only for the portal itself', () => {
    const system = { ...units.officer(`carrier@${UNIT.province}`)! };
    for (const code of ['portal@X', 'portal-2@X'])
      assert.equal(scopeOf({ ...system, code }, units), 'all', code);
    for (const code of ['carrier@X', 'portal-x@X', 'portals@X', 'not-portal@X', 'carrier-1@portal@'])
      assert.deepEqual(scopeOf({ ...system, code }, units), [0], code);
  });

  it('is the same after the organization was read again', async () => {
    const again = await loadUnits(database.app);
    assert.deepEqual(scopeOf(again.officer(`head-1@${UNIT.commune}`)!, again), [
      units.byCode(UNIT.commune)!.id,
    ]);
  });
});
