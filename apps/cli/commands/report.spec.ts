import assert from 'node:assert/strict';
import { afterEach, before, test } from 'node:test';
import { Command, CommanderError } from 'commander';
import { type TestDatabase, testDatabase } from '#libs/testing';
import { registerReport } from './report.js';

let database: TestDatabase;
let opened = 0;
let closed = 0;

before(async () => {
  database = await testDatabase();
  await database.app.query(`INSERT INTO motcua.level VALUES ('commune', 3, 'Cấp xã', 'Commune', 'ឃុំ')`);
  await database.app.query(
    `INSERT INTO motcua.period VALUES ('2019Q2', 'from-15th', '2019-03-15', '2019-06-15') ON CONFLICT DO NOTHING`,
  );
});
afterEach(() => {
  process.exitCode = undefined;
});

/** Runs `motcua report` with these arguments in this process and catches what it prints. */
async function motcua(...args: string[]): Promise<{ stdout: string; stderr: string; code: number }> {
  const written = { stdout: '', stderr: '' };
  const output = {
    out: (text: string) => (written.stdout += text),
    err: (text: string) => (written.stderr += text),
  };
  const program = new Command('motcua').exitOverride();
  program.configureOutput({ writeErr: output.err, writeOut: output.out });
  const open = async () => {
    opened++;
    return { pool: database.app, close: async () => void closed++ };
  };
  registerReport(program, open, output);
  for (const command of program.commands.flatMap((c) => [c, ...c.commands]))
    command.exitOverride().configureOutput({ writeErr: output.err, writeOut: output.out });
  try {
    await program.parseAsync(['node', 'motcua', 'report', ...args]);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode;
  }
  return { ...written, code: Number(process.exitCode ?? 0) };
}

test('the quarter is printed as a table, as JSON and as CSV, and nothing else reaches stdout', async () => {
  const table = await motcua('quarterly', '--period', '2019Q2', '--by', 'level');
  assert.match(
    table.stdout,
    /^Period 2019Q2, from 2019-03-15 to 2019-06-14 inclusive\nColumns of form II\.06a/,
  );
  const json = JSON.parse(
    (await motcua('quarterly', '--period', '2019Q2', '--by', 'level', '--json')).stdout,
  );
  assert.equal(json.period.until, '2019-06-15');
  assert.deepEqual([json.total.toSettle, json.identityHolds, json.form.code], [0, true, 'II.06a']);
  const csv = await motcua(
    'quarterly',
    '--from',
    '2019-03-15',
    '--until',
    '2019-06-15',
    '--by',
    'channel',
    '--csv',
  );
  assert.match(csv.stdout, /^channel,name,3_toSettle,.*\r\ncounter,At the counter,0,/);
  assert.equal(table.stderr + csv.stderr, '');
});

test('headings and names come in the language that was asked for', async () => {
  const { stdout } = await motcua('quarterly', '--period', '2019Q2', '--language', 'vi');
  assert.match(stdout, /Kỳ 2019Q2/);
  assert.match(stdout, /^Cấp xã /m);
});

test('the backlog is printed as tables and as JSON', async () => {
  assert.match((await motcua('backlog')).stdout, /By time left +in process/);
  const json = JSON.parse((await motcua('backlog', '--by', 'state', '--json')).stdout);
  assert.deepEqual([json.by, json.total.inProcess], ['state', 0]);
});

test('a question that cannot be answered ends with 1 and one sentence on stderr, and the database is closed', async () => {
  for (const [args, sentence] of [
    [['quarterly', '--period', '2019Q9'], /there is no period "2019Q9"/],
    [['quarterly', '--from', '2019-02-30', '--until', '2019-03-01'], /from: "2019-02-30" is no day/],
    [['quarterly', '--from', '2019-03-01', '--until', '2019-03-01'], /the period has no days/],
  ] as const) {
    const result = await motcua(...args);
    assert.match(result.stderr, sentence);
    assert.deepEqual([result.code, result.stdout], [1, '']);
    assert.equal(opened, closed);
  }
});

test('what is wrong with the question itself is said before any database is opened', async () => {
  const before = opened;
  for (const args of [
    ['quarterly'],
    ['quarterly', '--period', '2019Q2', '--from', '2019-03-15'],
    ['quarterly', '--period', '2019Q2', '--by', 'officer'],
    ['quarterly', '--period', '2019Q2', '--known-at', '2019-06-15'],
    ['quarterly', '--period', '2019Q2', '--json', '--csv'],
    ['backlog', '--by', 'channel'],
  ]) {
    const result = await motcua(...args);
    assert.equal(result.code, 1, args.join(' '));
    assert.notEqual(result.stderr, '');
  }
  assert.equal(opened, before);
});
