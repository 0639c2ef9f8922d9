import assert from 'node:assert/strict';
import { createReadStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import fc from 'fast-check';
import { projectRoot } from '#libs/config';
import { DomainError } from '#libs/kernel';
import { importProvince, parseLevels, validOn } from '#libs/organization';
import { type TestDatabase, testDatabase } from '#libs/testing';
import type { ProcedureDefinition } from '#libs/workflow';
import { parseDetails } from '../details.js';
import { type CatalogueReference, readCatalogue } from '../rows.js';
import { parseTemplateRules } from '../templates.js';
import { limitFor } from '../types.js';
import { importCatalogue, importDefinitions } from './import.js';
import { loadCatalogue } from './load.js';

const data = (name: string): string => join(projectRoot(), 'data', name);
const json = (name: string): unknown => JSON.parse(readFileSync(data(name), 'utf8'));

const levels = parseLevels(json('levels.json'));
const definitions = json('step-templates.json') as ProcedureDefinition[];
const reference: CatalogueReference = {
  levels: levels.map((level) => level.code),
  definitions,
  rules: parseTemplateRules(
    json('template-rules.json'),
    definitions.map((definition) => definition.key),
  ),
  details: parseDetails(json('procedures-in-detail.json')),
};

async function prepared(): Promise<TestDatabase> {
  const database = await testDatabase();
  await importProvince(database.app, { levels, units: [] });
  await importDefinitions(database.app, definitions, reference.levels);
  return database;
}

const HEADER = 'code,name,sector,level,channels,limit_value,limit_unit,fee_vnd';
const read = (...lines: string[]) => readCatalogue([HEADER, ...lines].join('\n'), reference);
const TOURISM = '1.000001,Giấy phép,Du lịch,province,counter,5,working_day';

describe('importing the catalogue', () => {
  let database: TestDatabase;
  before(async () => {
    database = await prepared();
  });
  const whole = () => readCatalogue(createReadStream(data('catalogue-1995.csv')), reference);

  it('puts in 1,995 procedures, in force from the beginning', async () => {
    const done = await importCatalogue(database.app, await whole(), {
      day: '2026-07-01',
      newFrom: '-infinity',
    });
    assert.deepEqual(done, { imported: 1_995, added: 1_995, changed: 0, unchanged: 0, problems: [] });
    const catalogue = await loadCatalogue(database.app);
    const inForce = catalogue
      .all()
      .filter((version) => catalogue.current(version.code, '2019-04-01') === version);
    assert.equal(inForce.length, 1_995);
    assert.equal(inForce.filter((version) => version.onlineLevel === 3).length, 535);
    assert.equal(inForce.filter((version) => version.onlineLevel === 4).length, 255);
  });

  it('changes nothing the second time and says so', async () => {
    const done = await importCatalogue(database.app, await whole(), { day: '2026-08-01' });
    assert.deepEqual(done, { imported: 1_995, added: 0, changed: 0, unchanged: 1_995, problems: [] });
  });

  it('gives back what was put in', async () => {
    const rows = new Map((await whole()).rows.map((row) => [row.code, row]));
    const catalogue = await loadCatalogue(database.app);
    for (const { id, version, validFrom, validUntil, ...content } of catalogue.all()) {
      const row = rows.get(content.code)!;
      assert.deepEqual({ ...content, line: row.line }, row);
      assert.deepEqual([version, validFrom, validUntil], [1, '-infinity', 'infinity']);
      assert.equal(catalogue.version(id)?.code, content.code);
      assert.ok(catalogue.definition(content.definitionKey));
    }
  });

  it('keeps the limits of 1.012753 by channel', async () => {
    const rows = await read(
      '1.012753,Đăng ký đất đai,Đất đai,province,counter|online|postal,20,working_day,0',
    );
    await importCatalogue(database.app, rows, { day: '2019-01-01' });
    const version = (await loadCatalogue(database.app)).current('1.012753', '2019-04-01')!;
    assert.deepEqual(
      (['online', 'counter', 'postal'] as const).map((channel) => limitFor(version, channel).value),
      [17, 20, 30],
    );
  });
});

describe('a procedure that changes', () => {
  let database: TestDatabase;
  before(async () => {
    database = await prepared();
  });
  const load = () => loadCatalogue(database.app);

  it('gets a new version from the import day, which closes the one before', async () => {
    await importCatalogue(database.app, await read(`${TOURISM},100`), { day: '2019-01-01' });
    const done = await importCatalogue(database.app, await read(`${TOURISM},200`), { day: '2020-01-01' });
    assert.deepEqual(done, { imported: 1, added: 0, changed: 1, unchanged: 0, problems: [] });
    const catalogue = await load();
    assert.deepEqual(
      catalogue.versions('1.000001').map((one) => [one.version, one.feeVnd, one.validFrom, one.validUntil]),
      [
        [1, 100, '2019-01-01', '2020-01-01'],
        [2, 200, '2020-01-01', 'infinity'],
      ],
    );
    assert.equal(catalogue.current('1.000001', '2018-12-31'), undefined);
    assert.equal(catalogue.current('1.000001', '2019-12-31')?.version, 1);
    assert.equal(catalogue.current('1.000001', '2020-01-01')?.version, 2);
  });

  it('stays as it is when a file does not mention it', async () => {
    const other = await read('1.000002,Giấy phép,Du lịch,province,counter,5,working_day,0');
    assert.equal((await importCatalogue(database.app, other, { day: '2020-02-01' })).added, 1);
    assert.equal((await load()).current('1.000001', '2026-01-01')?.version, 2);
  });

  it('changes twice on one day: the last version counts, the one between keeps its number', async () => {
    await importCatalogue(database.app, await read(`${TOURISM},300`), { day: '2020-01-01' });
    const catalogue = await load();
    assert.equal(catalogue.current('1.000001', '2020-01-01')?.version, 3);
    assert.equal(catalogue.versions('1.000001').length, 3);
    assert.equal(catalogue.current('1.000001', '2019-12-31')?.version, 1);
  });

  it('is refused, with its line, when the file is dated before the version that stands', async () => {
    const done = await importCatalogue(database.app, await read(`${TOURISM},400`), { day: '2019-06-01' });
    assert.equal(done.imported, 0);
    assert.deepEqual(done.problems, [
      { line: 2, field: 'valid_from', expected: 'an import day from 2020-01-01 on', found: '"2019-06-01"' },
    ]);
    assert.equal((await load()).versions('1.000001').length, 3);
  });

  it('is stored though other rows of its file are broken, and those are told', async () => {
    const file = await read('1.000009,Thiếu cột', `${TOURISM},500`, '"1.000010,Mở ngoặc,Du lịch', 'x,,,,,,,');
    const done = await importCatalogue(database.app, file, { day: '2021-01-01' });
    assert.equal(done.changed, 1);
    assert.deepEqual([...new Set(done.problems.map((problem) => problem.line))], [2, 4, 5]);
  });
});

describe('any history of imports', () => {
  it('leaves one version in force on each day, that of the last import up to it', async () => {
    const { app } = await prepared();
    let made = 0;
    // Fees stand for content; days only grow, as they do for someone who imports on the day.
    const history = fc.array(fc.record({ later: fc.nat(2), fee: fc.nat(2) }), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(history, async (imports) => {
        const code = `5.${String((made += 1)).padStart(6, '0')}`;
        const model: { day: string; fee: number }[] = [];
        let day = 10;
        for (const { later, fee } of imports) {
          day += later;
          const file = await read(`${code},Giấy phép,Du lịch,province,counter,5,working_day,${fee}`);
          const done = await importCatalogue(app, file, { day: `2019-03-${day}` });
          assert.equal(done.changed + done.added, model.at(-1)?.fee === fee ? 0 : 1);
          model.push({ day: `2019-03-${day}`, fee });
        }
        const catalogue = await loadCatalogue(app);
        for (let asked = 9; asked <= 28; asked += 1) {
          const on = `2019-03-${String(asked).padStart(2, '0')}`;
          const expected = model.filter((one) => one.day <= on).at(-1)?.fee;
          assert.equal(catalogue.current(code, on)?.feeVnd, expected);
          const inForce = catalogue.versions(code).filter((one) => validOn(one, on));
          assert.equal(inForce.length, expected === undefined ? 0 : 1);
        }
      }),
      { numRuns: 25 },
    );
  });
});

describe('step templates', () => {
  let database: TestDatabase;
  before(async () => {
    database = await prepared();
  });

  it('are stored once under their keys', async () => {
    const again = await importDefinitions(database.app, definitions, reference.levels);
    assert.deepEqual(again, { inserted: 0, updated: 0, unchanged: definitions.length });
    const catalogue = await loadCatalogue(database.app);
    assert.deepEqual(
      catalogue.definition('commune3@1'),
      definitions.find((one) => one.key === 'commune3@1'),
    );
    assert.equal(catalogue.definitions().length, definitions.length);
  });

  it('are never changed under a key that dossiers may run under', async () => {
    const changed = { ...definitions[0]!, supplementPolicy: 'restart' as const };
    await assert.rejects(
      importDefinitions(database.app, [changed], reference.levels),
      (error) => error instanceof DomainError && error.code === 'definition_changed',
    );
  });

  it('are refused when they cannot run: an unreachable step, a level that nobody knows', async () => {
    const lost = { ...definitions[2]!, key: 'lost@1', first: 'sign' };
    const refused = (error: unknown) => error instanceof DomainError && error.code === 'definition_invalid';
    await assert.rejects(importDefinitions(database.app, [lost], reference.levels), refused);
    await assert.rejects(importDefinitions(database.app, definitions, ['ward']), refused);
    assert.equal((await loadCatalogue(database.app)).definition('lost@1'), undefined);
  });
});
