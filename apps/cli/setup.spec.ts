import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { importCatalogue, loadCatalogue, readCatalogue } from '#libs/catalogue';
import { importCalendarYears, loadCalendarYears, loadUnits } from '#libs/organization';
import { type TestDatabase, testDatabase } from '#libs/testing';
import { catalogueReference } from './reference-data.js';
import { importReferenceData } from './setup.js';

describe('the reference data that comes with Motcua', () => {
  let database: TestDatabase;
  before(async () => {
    database = await testDatabase();
  });
  const run = (demoOfficers: boolean) =>
    importReferenceData(database.app, { demoOfficers, today: '2026-11-24' });

  it('is imported whole, without a fault', async () => {
    const done = await run(true);
    assert.deepEqual(done.problems, []);
    assert.equal(done.units.inserted, 1 + 18 + 9 + 106);
    assert.equal(done.catalogue.added, 1_995);
    assert.equal(done.definitions.inserted, 8);
    assert.equal(done.calendarYears.inserted, 4);
    assert.equal(done.periods.inserted, 130);
    assert.equal(done.officers.inserted, 810);
    assert.equal(done.changed, true);
    assert.match(
      done.sentence,
      /^reference data imported: 134 units, 1995 procedures, 8 step templates, 4 calendar years$/,
    );
  });

  it('is found by the second run, which changes nothing and says so', async () => {
    const done = await run(true);
    assert.equal(done.changed, false);
    assert.match(done.sentence, /nothing to change/);
    assert.deepEqual(done.officers, { inserted: 0, updated: 0, unchanged: 810 });
    assert.equal(done.catalogue.unchanged, 1_995);
  });

  it('never undoes what was imported since', async () => {
    const header = 'code,name,sector,level,channels,limit_value,limit_unit';
    const row = '1.001193,Đăng ký khai sinh,Hộ tịch,commune,counter,1,working_day';
    const read = await readCatalogue(`${header}\n${row}\n`, await catalogueReference());
    await importCatalogue(database.app, read, { day: '2026-12-01' });
    const years = new Map([[2026, { off: [], makeUp: [] }]]);
    await importCalendarYears(database.app, 'state', years);
    await database.app.query(`UPDATE motcua.unit SET name = 'corrected' WHERE gso_code = '842'`);

    assert.equal((await run(true)).changed, false);

    const [units, catalogue] = await Promise.all([loadUnits(database.app), loadCatalogue(database.app)]);
    assert.equal(catalogue.versions('1.001193').length, 2);
    assert.equal(units.byGsoCode('842')?.name, 'corrected');
    assert.deepEqual((await loadCalendarYears(database.app, 'state')).get(2026), years.get(2026));
  });

  it('fits together: every consulted unit and every department stands in 2019, with officers', async () => {
    const [units, catalogue] = await Promise.all([loadUnits(database.app), loadCatalogue(database.app)]);
    const named = new Set<string>();
    for (const { steps } of catalogue.definitions())
      for (const { performer } of steps) if (typeof performer.at === 'object') named.add(performer.at.unit);
    assert.ok(named.size >= 2);
    for (const { department } of catalogue.all()) if (department) named.add(department);
    for (const code of named) {
      const unit = units.byCode(code, '2019-04-01');
      assert.equal(unit?.kind, 'department');
      assert.equal(units.officersAt(unit.id).length, 6);
    }
    // Every one of the 18 departments has something to do, or it could receive no dossier.
    assert.equal(named.size, 18);
    assert.ok(catalogue.all().every((one) => (one.department === null) === (one.level !== 'province')));
  });

  it('holds the calendar of the years that are known', async () => {
    assert.deepEqual([...(await loadCalendarYears(database.app, 'state')).keys()], [2019, 2024, 2025, 2026]);
  });
});

describe('the reference data without the demonstration', () => {
  it('has no officers', async () => {
    const database = await testDatabase();
    const done = await importReferenceData(database.app, { demoOfficers: false, today: '2026-11-24' });
    assert.equal(done.officers.inserted, 0);
    const found = await database.app.query('SELECT count(*)::int AS officers FROM motcua.officer');
    assert.equal(found.rows[0].officers, 0);
  });
});
