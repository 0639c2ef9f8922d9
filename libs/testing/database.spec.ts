import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { type TestDatabase, testDatabase } from './index.js';

let one: TestDatabase;
let other: TestDatabase;
before(async () => {
  [one, other] = await Promise.all([testDatabase(), testDatabase()]);
});

test('every test file gets a migrated database of its own, and works in it as the application', async () => {
  await one.app.query(`INSERT INTO motcua.level VALUES ('x', 1, 'x', 'x', 'x')`);
  const { rows } = await other.app.query('SELECT count(*) AS n, current_user AS role FROM motcua.level');
  assert.deepEqual(rows, [{ n: 0, role: 'motcua_app' }]);
});
