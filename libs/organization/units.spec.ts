import assert from 'node:assert/strict';
import { createReadStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { projectRoot } from '#libs/config';
import { DomainError } from '#libs/kernel';
import { demoOfficers } from './demo-officers.js';
import { makeDirectory } from './directory.js';
import { parseLevels } from './levels.js';
import { periodsFrom } from './periods.js';
import { shown } from './problem.js';
import type { Unit } from './types.js';
import { readDepartments, readUnits } from './unit-rows.js';

const data = (name: string): string => join(projectRoot(), 'data', name);
const json = (name: string): unknown => JSON.parse(readFileSync(data(name), 'utf8'));
const LEVELS = ['province', 'district', 'commune'];
const HEADER = 'agency_code,gso_code,level,name,parent_gso_code,valid_from,valid_to';

describe('the units of Trà Vinh in 2019', () => {
  it('are the province, 9 districts, 106 communes and 18 assumed departments', async () => {
    const { rows, problems } = await readUnits(createReadStream(data('tra-vinh-units-2019.csv')), LEVELS);
    const top = rows.find((row) => row.parent === null)!;
    const departments = await readDepartments(
      createReadStream(data('tra-vinh-departments-assumed.csv')),
      top,
    );
    assert.deepEqual([...problems, ...departments.problems], []);
    const count = (level: string) => rows.filter((row) => row.level === level).length;
    assert.deepEqual(LEVELS.map(count), [1, 9, 106]);
    assert.equal(departments.rows.length, 18);
    assert.ok(departments.rows.every((row) => row.kind === 'department' && row.certainty === 'assumed'));
    assert.deepEqual(departments.rows[0]?.parent, { agencyCode: '000.00.00.H59' });
    assert.equal(departments.rows[0]?.validUntil, '2025-07-01');
  });
});

describe('reading units', () => {
  it('keeps two bearers of one code when their times do not meet', async () => {
    const { rows, problems } = await readUnits(
      `${HEADER}\n000.10.21.H59,29263,commune,Xã Long Đức,,,2025-07-01\n` +
        `000.10.21.H59,29263,commune,Phường Long Đức,,2025-07-01,\n`,
      LEVELS,
    );
    assert.deepEqual(problems, []);
    assert.deepEqual(
      rows.map((row) => [row.validFrom, row.validUntil]),
      [
        ['-infinity', '2025-07-01'],
        ['2025-07-01', 'infinity'],
      ],
    );
  });

  it('names the line and the field of what it cannot use, and keeps the rest', async () => {
    const { rows, problems } = await readUnits(
      [
        HEADER,
        'nonsense,842,district,A,,,',
        '000.00.21.H59,842,ward,A,,,',
        '000.00.22.H59,842,district,,,,',
        '000.00.23.H59,842,district,A,,2025-02-30,',
        '000.00.24.H59,842,district,A,,2025-07-01,2025-07-01',
        '000.00.25.H59,84a,district,A\u0000B,,,',
        '000.00.26.H59,842,district,A,,,2025-07-01',
        '000.00.26.H59,842,district,B,,2025-06-30,',
        '000.00.27.H59,842,district,Good,,,',
        '',
      ].join('\n'),
      LEVELS,
    );
    assert.deepEqual(
      rows.map((row) => row.name),
      ['A', 'Good'],
    );
    assert.deepEqual(
      problems.map(({ line, field }) => `${line} ${field}`),
      [
        '2 agency_code',
        '3 level',
        '4 name',
        '5 valid_from',
        '6 valid_to',
        '7 name',
        '7 gso_code',
        '9 agency_code',
      ],
    );
    assert.equal(
      problems.find((problem) => problem.line === 7 && problem.field === 'name')?.found,
      '"A\\u0000B"',
    );
  });

  it('takes agency codes of the old and of the new style', async () => {
    const { rows } = await readUnits(
      `agency_code,level,name\nH55.242,commune,A\n000.00.00.H59,province,B\n`,
      LEVELS,
    );
    assert.equal(rows.length, 2);
  });
});

describe('the directory of units', () => {
  const unit = (id: number, agencyCode: string, parentId: number | null, more: Partial<Unit> = {}): Unit => ({
    id,
    agencyCode,
    gsoCode: null,
    level: 'commune',
    kind: 'committee',
    name: agencyCode,
    parentId,
    validFrom: '-infinity',
    validUntil: 'infinity',
    certainty: 'official',
    ...more,
  });
  const units = [
    unit(1, 'P', null),
    unit(2, 'D', 1, { validUntil: '2025-07-01' }),
    unit(3, 'C', 2, { validUntil: '2025-07-01', gsoCode: '29263' }),
    unit(4, 'C', 1, { validFrom: '2025-07-01', gsoCode: '29263' }),
  ];
  const officers = demoOfficers(units).map((one, at) => ({ ...one, no: at + 1, accountNo: null }));
  const directory = makeDirectory([], units, officers);

  it('finds the bearer of a code on a day, and without a day the last one', () => {
    assert.equal(directory.byCode('C', '2019-04-01')?.id, 3);
    assert.equal(directory.byCode('C', '2025-06-30')?.id, 3);
    assert.equal(directory.byCode('C', '2025-07-01')?.id, 4);
    assert.equal(directory.byCode('C')?.id, 4);
    assert.equal(directory.byGsoCode('29263', '2019-04-01')?.id, 3);
    assert.equal(directory.byCode('D', '2026-01-01'), undefined);
    assert.equal(directory.byCode('X'), undefined);
  });

  it('climbs and descends the tree', () => {
    assert.deepEqual(
      directory.descendants(1).map((one) => one.id),
      [4, 2, 3],
    );
    assert.deepEqual(
      directory.ancestors(3).map((one) => one.id),
      [2, 1],
    );
    assert.deepEqual(directory.descendants(3), []);
  });

  it('cannot be changed', () => {
    assert.throws(() => (directory.byId(1)!.name = 'other'), TypeError);
    assert.throws(() => (directory.all() as Unit[]).pop(), TypeError);
  });

  it('has six demonstration officers at every unit, three more at the top, and three that serve all', () => {
    assert.deepEqual(
      directory.officersAt(1).map((one) => `${one.code} ${one.position}`),
      [
        'counter-1@P counter',
        'counter-2@P counter',
        'specialist-1@P specialist',
        'specialist-2@P specialist',
        'head-1@P head',
        'supervisor-1@P supervisor',
        'administrator-1@P administrator',
        'auditor-1@P auditor',
        'catalogueManager-1@P catalogueManager',
      ],
    );
    assert.deepEqual(
      directory.officersEverywhere().map((one) => `${one.code} ${one.position} ${one.unitId}`),
      ['portal@P system null', 'post@P postal null', 'carrier@P system null'],
    );
    assert.equal(directory.officer('head-1@C')?.unitId, 4);
    assert.equal(directory.officer('head-9@C'), undefined);
  });
});

describe('levels and periods', () => {
  it('reads the three levels of 2019, highest first', () => {
    const levels = parseLevels(json('levels.json'));
    assert.deepEqual(
      levels.map((level) => level.code),
      LEVELS,
    );
  });

  it('refuses levels that share a rank or lack a language, naming the place', () => {
    const level = (code: string, rank: number) => ({ code, rank, labels: { vi: 'a', en: 'b', km: 'c' } });
    const refused = (value: unknown, field: string) =>
      assert.throws(
        () => parseLevels(value),
        (error) => error instanceof DomainError && error.detail.field === field,
      );
    refused([level('a', 1), level('b', 1)], 'rank');
    refused([level('a', 1), level('a', 2)], 'code');
    refused([level('a', 1), { code: 'b', rank: 2, labels: { vi: 'x' } }], 'levels[1]');
    refused({}, 'levels');
  });

  it('makes ten periods a year, half-open, by both rules', () => {
    const periods = periodsFrom(json('periods.json'));
    assert.equal(periods.length, 13 * 10);
    const find = (code: string) => periods.find((period) => period.code === code);
    assert.deepEqual(find('2019Q2'), {
      code: '2019Q2',
      rule: 'from-15th',
      from: '2019-03-15',
      until: '2019-06-15',
    });
    assert.deepEqual(find('2019H1'), {
      code: '2019H1',
      rule: 'from-15th',
      from: '2018-12-15',
      until: '2019-06-15',
    });
    assert.deepEqual(find('2019Q4-calendar')?.until, '2020-01-01');
  });

  it('leaves no day between two quarters, and none in both', () => {
    for (const suffix of ['', '-calendar']) {
      const quarters = periodsFrom(json('periods.json')).filter((one) =>
        new RegExp(`Q\\d${suffix}$`).test(one.code),
      );
      for (let i = 1; i < quarters.length; i += 1) assert.equal(quarters[i]!.from, quarters[i - 1]!.until);
    }
  });

  it('refuses bounds that do not follow each other', () => {
    const part = { name: 'Q1', from: { year: 0, day: '03-15' }, until: { year: 0, day: '03-15' } };
    const file = { firstYear: 2019, lastYear: 2019, rules: [{ rule: 'x', suffix: '', parts: [part] }] };
    assert.throws(() => periodsFrom(file), /periods_not_understood \(2019Q1\)/);
    assert.throws(() => periodsFrom({}), /periods_not_understood/);
    part.until.day = '02-30';
    assert.throws(() => periodsFrom(file), /periods_not_understood/);
  });

  it('shows any text on one line, cut at 80 characters', () => {
    assert.equal(shown('a\nb\u202e'), '"a\\u000ab\\u202e"');
    assert.equal(shown('x'.repeat(100_000)), `"${'x'.repeat(80)}…" (100000 characters)`);
  });
});
