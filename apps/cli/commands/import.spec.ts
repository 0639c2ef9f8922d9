import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { Command } from 'commander';
import { loadCatalogue } from '#libs/catalogue';
import { loadUnits } from '#libs/organization';
import { type TestDatabase, testDatabase } from '#libs/testing';
import { registerImport } from './import.js';
import { registerProcedure } from './procedure.js';

/** Runs `motcua` with these arguments in this process and catches what it prints. */
async function motcua(database: TestDatabase | undefined, ...args: string[]) {
  const written = { stdout: '', stderr: '' };
  const program = new Command('motcua').exitOverride().configureOutput({
    writeOut: (text) => (written.stdout += text),
    writeErr: (text) => (written.stderr += text),
  });
  registerProcedure(program);
  registerImport(program, {
    open: async () => {
      assert.ok(database, 'this command must not open a database');
      return { pool: database.app, close: async () => {} };
    },
    today: () => '2026-11-24',
  });
  await program.parseAsync(['node', 'motcua', ...args]);
  return { ...written, code: Number(process.exitCode ?? 0) };
}

afterEach(() => {
  process.exitCode = undefined;
});

describe('motcua import', () => {
  let database: TestDatabase;
  let folder: string;
  before(async () => {
    database = await testDatabase();
    folder = await mkdtemp(join(tmpdir(), 'motcua-import-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));
  const file = async (name: string, text: string) => {
    await writeFile(join(folder, name), text);
    return join(folder, name);
  };

  it('names line, field, expectation and finding of a broken row and imports the rest', async () => {
    const path = await file(
      'catalogue.csv',
      'code,name,sector,level,channels,limit_value,limit_unit\n' +
        '1.000001,Một,Du lịch,province,counter,5,working_day\n' +
        '1.000002,Hai,Du lịch,province,counter,-5,working_day\n' +
        '1.000003,Ba,Du lịch,commune,counter,5,working_day\n',
    );
    const { stdout, stderr, code } = await motcua(database, 'import', 'catalogue', path);
    assert.match(stdout, /^procedures: 2 new, 0 changed, 0 as they were; faults: 1, named above\n$/);
    assert.match(stderr, /catalogue\.csv:3: limit_value: expected a number .*; found "-5"\n$/);
    assert.equal(code, 1);
    const catalogue = await loadCatalogue(database.app);
    assert.equal(catalogue.current('1.000001', '2026-11-23'), undefined);
    assert.equal(catalogue.current('1.000001', '2026-11-24')?.definitionKey, 'province5@1');
  });

  it('makes a new version from a given day and prints one JSON document', async () => {
    const path = await file(
      'changed.csv',
      'code,name,sector,level,channels,limit_value,limit_unit\n1.000001,Một,Du lịch,province,counter,6,working_day\n',
    );
    const { stdout, stderr, code } = await motcua(
      database,
      'import',
      'catalogue',
      path,
      '--from',
      '2027-01-01',
      '--json',
    );
    assert.deepEqual(JSON.parse(stdout), { imported: 1, added: 0, changed: 1, unchanged: 0, problems: [] });
    assert.equal(stderr, '');
    assert.equal(code, 0);
    assert.equal((await loadCatalogue(database.app)).current('1.000001', '2027-01-01')?.version, 2);
  });

  it('imports units and says what was as it was', async () => {
    const path = await file('units.csv', 'agency_code,level,name\n000.00.00.H59,province,Tỉnh Trà Vinh\n');
    assert.match(
      (await motcua(database, 'import', 'province', path)).stdout,
      /^units: 1 new, 0 changed, 0 as they were\n$/,
    );
    assert.match(
      (await motcua(database, 'import', 'province', path)).stdout,
      /^units: 0 new, 0 changed, 1 as they were\n$/,
    );
    assert.equal((await loadUnits(database.app)).byCode('000.00.00.H59')?.name, 'Tỉnh Trà Vinh');
  });

  it('says that a file cannot be read, before any database is opened', async () => {
    const { stderr, code } = await motcua(undefined, 'import', 'catalogue', join(folder, 'nowhere.csv'));
    assert.match(stderr, /^motcua import: cannot read ".*nowhere\.csv": ENOENT\n$/);
    assert.equal(code, 1);
  });
});

describe('motcua procedure show', () => {
  it('prints limit, fee, channels, steps and a state diagram, without a database', async () => {
    const { stdout, code } = await motcua(undefined, 'procedure', 'show', '1.001193');
    assert.match(stdout, /^1\.001193 {2}Thủ tục đăng ký khai sinh\n/);
    for (const part of [
      'counter 0 working_day',
      '0 VND',
      '1. check',
      '2. sign',
      '(assumed)',
      'stateDiagram-v2',
    ])
      assert.ok(stdout.includes(part), part);
    assert.equal(code, 0);
  });

  it('prints one JSON document', async () => {
    const { stdout } = await motcua(undefined, 'procedure', 'show', '1.001193', '--json');
    const shown = JSON.parse(stdout) as {
      code: string;
      definition: { steps: unknown[] };
      diagram: string;
      line?: number;
    };
    assert.equal(shown.code, '1.001193');
    assert.equal(shown.definition.steps.length, 2);
    assert.match(shown.diagram, /^stateDiagram-v2/);
    assert.equal(shown.line, undefined);
  });

  it('ends with 1 and a sentence for a code that is not there', async () => {
    const { stdout, stderr, code } = await motcua(undefined, 'procedure', 'show', '9.999999');
    assert.equal(stdout, '');
    assert.equal(stderr, 'motcua: no procedure "9.999999" in the catalogue\n');
    assert.equal(code, 1);
  });
});
