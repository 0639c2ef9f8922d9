import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { openDatabase, type Database } from '#libs/database';
import { countDossiers } from '#libs/dossier';
import { systemClock } from '#libs/kernel';
import { birth, COMMUNE } from '../../../test/support/engine.js';
import { loadConfig } from '#libs/config';
import { openRuntime } from '../runtime.js';
import { importReferenceData } from '../setup.js';
import { runMotcua as motcua } from '../spawn.fixture.js';

describe('the demonstration', () => {
  const folders: string[] = [];
  const folder = (): string => {
    folders.push(mkdtempSync(join(tmpdir(), 'motcua-demo-')));
    return folders.at(-1)!;
  };
  after(() => {
    for (const each of folders) rmSync(each, { recursive: true, force: true });
  });

  const withDatabase = async <T>(dataDir: string, work: (database: Database) => Promise<T>): Promise<T> => {
    const database = await openDatabase({ dataDir });
    try {
      return await work(database);
    } finally {
      await database.close();
    }
  };

  it('prints one document whose figures add up, with stock carried over, and the table on stderr', async () => {
    const args = ['demo', '--scale', '0.01', '--carried-over', '25', '--exit', '--json'];
    const { code, stdout, stderr } = await motcua(args, { MOTCUA_DATA: folder() });
    assert.equal(code, 0, stderr);
    const told = JSON.parse(stdout) as Record<string, unknown> & {
      byLevel: Record<string, Record<string, number>>;
      byChannel: Record<string, number>;
      commands: number;
    };
    const { period, from, to, carriedOver, received, resolved, inProcess } = told;
    assert.deepEqual(
      { period, from, to, carriedOver, received, resolved, inProcess },
      {
        period: '2019Q2',
        from: '2019-03-15',
        to: '2019-06-14',
        carriedOver: 25,
        received: 388,
        resolved: 386,
        inProcess: 27,
      },
    );
    assert.deepEqual(Object.keys(told.byLevel).sort(), ['commune', 'district', 'province']);
    const sum = (name: string): number =>
      Object.values(told.byLevel).reduce((total, level) => total + level[name]!, 0);
    assert.deepEqual(
      [sum('carriedOver'), sum('received'), sum('resolved'), sum('inProcess')],
      [25, 388, 386, 27],
    );
    const { counter, online, postal } = told.byChannel;
    assert.equal(counter! + online! + postal!, 388);
    assert.ok(told.commands > 388 * 4);
    assert.match(stderr, /Total .*✓/);
  });

  it('never mixes with dossiers that no replay made, nor erases them', async () => {
    const dataDir = folder();
    await withDatabase(dataDir, async (database) => {
      await importReferenceData(database.app, { demoOfficers: true, today: '2019-01-01' });
      const { engine } = await openRuntime(loadConfig({}), database, { clock: systemClock });
      const officer = `counter-1@${COMMUNE}`;
      assert.equal(
        (await engine.execute({ command: 'submit', officer, key: 'mine', payload: birth() })).kind,
        'accepted',
      );
    });
    for (const args of [
      ['demo', '--exit'],
      ['demo', '--exit', '--fresh'],
    ]) {
      const { code, stderr } = await motcua(args, { MOTCUA_DATA: dataDir });
      assert.equal(code, 1);
      assert.match(stderr, /dossiers that no replay made/);
    }
    assert.equal(await withDatabase(dataDir, (database) => countDossiers(database.app)), 1);
  });

  it('does not erase a database that is not its own', async () => {
    const { code, stderr } = await motcua(['demo', '--exit', '--fresh'], {
      DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/nothing',
    });
    assert.equal(code, 1);
    assert.match(stderr, /yours to erase/);
  });
});
