import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { Command } from 'commander';
import { connect } from '#libs/database';
import { Desk, type TestDatabase, UNIT, smallProvince, testDatabase } from '#libs/testing';
import { registerVerify } from './verify.js';

const COUNTER = `counter-1@${UNIT.commune}`;
let database: TestDatabase;
let owner: Awaited<ReturnType<typeof connect>>;
let code: string;
let closed = 0;

before(async () => {
  database = await testDatabase();
  owner = await connect(database.ownerUrl);
  const desk = new Desk(database.app, await smallProvince(database.app));
  code = await desk.file('2019-03-18T01:00:00.000Z');
  await desk.act(code, 'receive', COUNTER, '2019-03-18T01:10:00.000Z');
});
after(() => owner.end());
afterEach(() => {
  process.exitCode = undefined;
});

/** Runs `motcua verify` in this process and catches what it prints. */
async function verify(...args: string[]): Promise<{ stdout: string; stderr: string; code: number }> {
  process.exitCode = undefined;
  const written = { stdout: '', stderr: '' };
  const program = new Command('motcua').exitOverride();
  const open = async () => ({ pool: database.app, close: async () => void closed++ });
  registerVerify(program, open, {
    out: (text) => (written.stdout += text),
    err: (text) => (written.stderr += text),
  });
  await program.parseAsync(['node', 'motcua', 'verify', ...args]);
  return { ...written, code: Number(process.exitCode ?? 0) };
}

test('a database in order is said to be so, with what was looked at, and the exit code is 0', async () => {
  const { stdout, stderr, code: exit } = await verify();
  assert.match(
    stdout,
    /^dossiers +1 looked at, in order .*\ncodes +1 looked at, in order .*\ncounts +\d+ looked at, in order/,
  );
  assert.match(stdout, /nothing wrong \([\d.]+ s\)\n$/);
  assert.deepEqual([stderr, exit, closed], ['', 0, 1]);
});

test('the counts are brought up to the log before they are compared', async () => {
  const { rows } = await owner.query('SELECT sum(received) AS n FROM motcua.report_cell');
  assert.equal(Number(rows[0].n), 1);
});

test('each thing that is wrong is told with its dossier, and the exit code is 1', async () => {
  await owner.query('UPDATE motcua.dossier SET version = 3');
  try {
    const { stdout, code: exit } = await verify();
    assert.match(
      stdout,
      new RegExp(`^  ${code}  version_differs: the dossier stands at version 3, its log ends with 2$`, 'm'),
    );
    assert.match(stdout, /^1 things? (is|are) wrong/m);
    assert.equal(exit, 1);
  } finally {
    await owner.query('UPDATE motcua.dossier SET version = 2');
  }
});

test('a count that a recount does not give is found', async () => {
  await owner.query('UPDATE motcua.report_cell SET received = received + 1');
  try {
    const { stdout, code: exit } = await verify('--json');
    const result = JSON.parse(stdout);
    assert.deepEqual([result.ok, exit], [false, 1]);
    assert.ok(result.findings.length > 0);
    assert.ok(result.findings.every(({ fault }: { fault: string }) => fault === 'count_differs'));
    assert.deepEqual(
      result.checks.map(({ name, found }: { name: string; found: number }) => [name, found > 0]),
      [
        ['dossiers', false],
        ['codes', false],
        ['counts', true],
      ],
    );
  } finally {
    await owner.query('UPDATE motcua.report_cell SET received = received - 1');
  }
  assert.equal((await verify('--json')).code, 0);
});
