import assert from 'node:assert/strict';
import { createReadStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { projectRoot } from '#libs/config';
import { type TestDatabase, testDatabase } from '#libs/testing';
import { parseLevels } from '../levels.js';
import { periodsFrom } from '../periods.js';
import type { UnitRow } from '../types.js';
import { readDepartments, readUnits } from '../unit-rows.js';
import { importCalendarYears, importPeriods, loadCalendarYears } from './calendar.js';
import { importDemoOfficers, importProvince } from './import.js';
import { loadUnits } from './load.js';

const data = (name: string): string => join(projectRoot(), 'data', name);
const levels = parseLevels(JSON.parse(readFileSync(data('levels.json'), 'utf8')));
const codes = levels.map((level) => level.code);

async function traVinh(): Promise<{ levels: typeof levels; units: UnitRow[] }> {
  const units = await readUnits(createReadStream(data('tra-vinh-units-2019.csv')), codes);
  const departments = await readDepartments(
    createReadStream(data('tra-vinh-departments-assumed.csv')),
    units.rows[0]!,
  );
  return { levels, units: [...units.rows, ...departments.rows] };
}

const HEADER = 'agency_code,gso_code,level,name,parent_gso_code,valid_from,valid_to';
const rowsOf = async (...lines: string[]) => (await readUnits([HEADER, ...lines].join('\n'), codes)).rows;

describe('importing the province', () => {
  let database: TestDatabase;
  before(async () => {
    database = await testDatabase();
  });

  it('puts in the province, 18 departments, 9 districts and 106 communes, each under its parent', async () => {
    const done = await importProvince(database.app, await traVinh());
    assert.deepEqual(done, {
      levels: { inserted: 3, updated: 0, unchanged: 0 },
      units: { inserted: 134, updated: 0, unchanged: 0 },
      problems: [],
    });
    const directory = await loadUnits(database.app);
    const count = (test: (unit: { level: string; kind: string }) => boolean) =>
      directory.all().filter(test).length;
    assert.equal(
      count((unit) => unit.kind === 'department' && unit.level === 'province'),
      18,
    );
    assert.equal(
      count((unit) => unit.kind === 'committee' && unit.level === 'province'),
      1,
    );
    assert.equal(
      count((unit) => unit.level === 'district'),
      9,
    );
    assert.equal(
      count((unit) => unit.level === 'commune'),
      106,
    );
    const top = directory.byCode('000.00.00.H59')!;
    assert.equal(directory.children(top.id).length, 27);
    assert.equal(directory.descendants(top.id).length, 133);
    const commune = directory.byCode('000.10.21.H59', '2019-04-01')!;
    assert.deepEqual(
      directory.ancestors(commune.id).map((unit) => unit.name),
      ['Thành phố Trà Vinh', 'Tỉnh Trà Vinh'],
    );
    assert.equal(directory.byCode('000.10.21.H59', '2025-07-01'), undefined);
    assert.deepEqual(
      directory.levels.map((level) => level.labels.en),
      ['Province', 'District', 'Commune'],
    );
  });

  it('changes nothing the second time and says so', async () => {
    const done = await importProvince(database.app, await traVinh());
    assert.deepEqual(done.levels, { inserted: 0, updated: 0, unchanged: 3 });
    assert.deepEqual(done.units, { inserted: 0, updated: 0, unchanged: 134 });
  });

  it('adds six officers at every unit, three more at the top and three that serve all, once', async () => {
    assert.deepEqual(await importDemoOfficers(database.app), {
      inserted: 134 * 6 + 6,
      updated: 0,
      unchanged: 0,
    });
    assert.deepEqual(await importDemoOfficers(database.app), { inserted: 0, updated: 0, unchanged: 810 });
    const directory = await loadUnits(database.app);
    for (const unit of directory.all())
      assert.equal(directory.officersAt(unit.id).length, unit.parentId === null ? 9 : 6);
    const counter = directory.officer('counter-1@000.00.21.H59')!;
    assert.equal(directory.byId(counter.unitId!)?.name, 'Thành phố Trà Vinh');
    assert.equal(counter.position, 'counter');
    assert.deepEqual(
      directory.officersEverywhere().map((officer) => [officer.code, officer.position, officer.unitId]),
      [
        ['carrier@000.00.00.H59', 'system', null],
        ['portal@000.00.00.H59', 'system', null],
        ['post@000.00.00.H59', 'postal', null],
      ],
    );
  });

  it('takes over a correction and keeps the id that dossiers refer to', async () => {
    const earlier = (await loadUnits(database.app)).byGsoCode('842', '2019-04-01')!;
    const units = await rowsOf('000.00.21.H59,842,district,TP Trà Vinh,84,,2025-07-01');
    const done = await importProvince(database.app, { levels, units });
    assert.deepEqual(done.units, { inserted: 0, updated: 1, unchanged: 0 });
    const corrected = (await loadUnits(database.app)).byGsoCode('842', '2019-04-01')!;
    assert.deepEqual(corrected, { ...earlier, name: 'TP Trà Vinh' });
  });

  it('gives a code to a new unit after the old one, and both keep their history', async () => {
    const units = await rowsOf(
      'H59.100,86,province,Tỉnh Vĩnh Long,,2025-07-01,',
      '000.10.21.H59,29263,commune,Phường Long Đức,86,2025-07-01,',
    );
    const done = await importProvince(database.app, { levels, units });
    assert.deepEqual(done.problems, []);
    assert.equal(done.units.inserted, 2);
    const directory = await loadUnits(database.app);
    assert.equal(directory.byGsoCode('29263', '2019-04-01')?.name, 'Xã Long Đức');
    assert.equal(directory.byGsoCode('29263', '2025-07-01')?.name, 'Phường Long Đức');
    assert.equal(directory.ancestors(directory.byCode('000.10.21.H59')!.id)[0]?.name, 'Tỉnh Vĩnh Long');
  });

  it('reports a unit without a parent, one in a circle and one whose code is taken, and imports the rest', async () => {
    const units = await rowsOf(
      '000.90.21.H59,90001,commune,No parent,99999,,2025-07-01',
      '000.91.21.H59,90002,commune,Circle A,90003,,2025-07-01',
      '000.92.21.H59,90003,commune,Circle B,90002,,2025-07-01',
      '000.01.21.H59,90004,commune,Taken,842,2019-01-01,2025-07-01',
      '000.93.21.H59,90005,commune,Good,842,,2025-07-01',
    );
    const done = await importProvince(database.app, { levels, units });
    assert.deepEqual(
      done.problems.map(({ line, field }) => [line, field]),
      [
        [2, 'parent_gso_code'],
        [3, 'parent_gso_code'],
        [4, 'parent_gso_code'],
        [5, 'agency_code'],
      ],
    );
    assert.deepEqual(done.units, { inserted: 1, updated: 0, unchanged: 0 });
  });

  it('closes a unit and gives its code on in one file', async () => {
    const open = await rowsOf('000.95.21.H59,90010,commune,Old,842,2020-01-01,');
    await importProvince(database.app, { levels, units: open });
    const units = await rowsOf(
      '000.95.21.H59,90010,commune,Old,842,2020-01-01,2022-01-01',
      '000.95.21.H59,90010,commune,New,842,2022-01-01,2025-07-01',
    );
    const done = await importProvince(database.app, { levels, units });
    assert.deepEqual(done.problems, []);
    const directory = await loadUnits(database.app);
    assert.equal(directory.byCode('000.95.21.H59', '2021-12-31')?.name, 'Old');
    assert.equal(directory.byCode('000.95.21.H59', '2022-01-01')?.name, 'New');
  });

  it('leaves nothing behind when it fails in the middle', async () => {
    const before = (await loadUnits(database.app)).all().length;
    const units = await rowsOf('000.96.21.H59,90020,commune,Lost,842,,2025-07-01');
    const broken = { ...units[0]!, agencyCode: '000.97.21.H59', level: 'no such level' };
    await assert.rejects(importProvince(database.app, { levels, units: [...units, broken] }), {
      code: '23503',
    });
    assert.equal((await loadUnits(database.app)).all().length, before);
  });
});

describe('two processes that import at once', () => {
  it('put everything in once', async () => {
    const database = await testDatabase();
    const province = await traVinh();
    const done = await Promise.all([1, 2, 3].map(() => importProvince(database.app, province)));
    assert.deepEqual(done.map((one) => one.units.inserted).sort(), [0, 0, 134]);
    assert.equal((await loadUnits(database.app)).all().length, 134);
  });
});

describe('calendar years and periods', () => {
  let database: TestDatabase;
  before(async () => {
    database = await testDatabase();
  });

  it('are stored once; a changed year is taken over, a changed period is not', async () => {
    const tet = { day: '2019-02-05', why: 'Tết', certainty: 'A' };
    const years = new Map([[2019, { off: [tet], makeUp: [] }]]);
    assert.equal((await importCalendarYears(database.app, 'state', years)).inserted, 1);
    assert.equal((await importCalendarYears(database.app, 'state', years)).unchanged, 1);
    assert.deepEqual(await loadCalendarYears(database.app, 'state'), years);
    years.get(2019)!.off.pop();
    assert.equal((await importCalendarYears(database.app, 'state', years)).updated, 1);
    assert.deepEqual(await loadCalendarYears(database.app, 'state'), years);
    assert.equal((await loadCalendarYears(database.app, 'other')).size, 0);

    const periods = periodsFrom(JSON.parse(readFileSync(data('periods.json'), 'utf8')));
    assert.equal((await importPeriods(database.app, periods)).inserted, 130);
    await database.app.query(`UPDATE motcua.period SET until_day = '2019-06-21' WHERE code = '2019Q2'`);
    assert.deepEqual(await importPeriods(database.app, periods), { inserted: 0, updated: 0, unchanged: 130 });
    const found = await database.app.query(`SELECT until_day::text FROM motcua.period WHERE code = '2019Q2'`);
    assert.equal(found.rows[0].until_day, '2019-06-21');
  });
});
