import assert from 'node:assert/strict';
import { createReadStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { projectRoot } from '#libs/config';
import { type ProcedureDefinition, compile } from '#libs/workflow';
import { parseDetails } from './details.js';
import { type CatalogueReference, readCatalogue } from './rows.js';
import { definitionFor, parseTemplateRules, roughWorkingDays } from './templates.js';
import { limitFor } from './types.js';

const data = (name: string): string => join(projectRoot(), 'data', name);
const json = (name: string): unknown => JSON.parse(readFileSync(data(name), 'utf8'));

const LEVELS = ['province', 'district', 'commune'];
const definitions = json('step-templates.json') as ProcedureDefinition[];
const reference: CatalogueReference = {
  levels: LEVELS,
  definitions,
  rules: parseTemplateRules(
    json('template-rules.json'),
    definitions.map((definition) => definition.key),
  ),
  details: parseDetails(json('procedures-in-detail.json')),
  departments: new Map([['Đất đai', '000.00.09.H59']]),
};

const HEADER = 'code,name,sector,level,online_level,channels,limit_value,limit_unit,fee_vnd,decision';
const GOOD: Record<string, string> = {
  code: '1.000001',
  name: 'Thủ tục',
  sector: 'Đất đai',
  level: 'province',
  online_level: '3',
  channels: 'counter|online',
  limit_value: '5',
  limit_unit: 'working_day',
  fee_vnd: '1000',
  decision: '1/QĐ',
};

function line(changes: Record<string, string> = {}): string {
  return HEADER.split(',')
    .map((name) => `"${(changes[name] ?? GOOD[name]!).replaceAll('"', '""')}"`)
    .join(',');
}
const read = (...lines: string[]) => readCatalogue([HEADER, ...lines].join('\n'), reference);

describe('the catalogue of 1,995 procedures', () => {
  it('is read without a fault: 535 at online level 3 and 255 at level 4, as the report counts', async () => {
    const { rows, problems } = await readCatalogue(createReadStream(data('catalogue-1995.csv')), reference);
    assert.deepEqual(problems, []);
    assert.equal(rows.length, 1_995);
    const online = (level: number) => rows.filter((row) => row.onlineLevel === level).length;
    assert.deepEqual([2, 3, 4].map(online), [1_205, 535, 255]);
    assert.deepEqual(
      LEVELS.map((level) => rows.filter((row) => row.level === level).length),
      [1_372, 470, 153],
    );
  });

  it('uses every step template, none for all', async () => {
    const { rows } = await readCatalogue(createReadStream(data('catalogue-1995.csv')), reference);
    const used = new Map<string, number>();
    for (const row of rows) used.set(row.definitionKey, (used.get(row.definitionKey) ?? 0) + 1);
    assert.deepEqual([...used.keys()].sort(), definitions.map((definition) => definition.key).sort());
    assert.ok(Math.max(...used.values()) < rows.length / 2);
  });
});

describe('the step templates', () => {
  it('can all run, are labelled as assumed and speak three languages', () => {
    for (const definition of definitions) {
      compile(definition, { levels: LEVELS });
      assert.equal(definition.certainty, 'assumed');
      for (const { title } of [definition, ...definition.steps])
        for (const text of [title.vi, title.en, title.km]) assert.ok(text.length > 0);
    }
  });

  it('have one to seven steps, and at least one with a second unit', () => {
    const steps = definitions.map((definition) => definition.steps.length);
    assert.deepEqual([...new Set(steps)].sort(), [1, 2, 3, 4, 5, 6, 7]);
    assert.ok(definitions.some(({ steps: own }) => own.some((one) => typeof one.performer.at === 'object')));
  });

  it('are chosen by level, limit and sector', () => {
    const chosen = (level: string, sector: string, value: number) =>
      definitionFor({ level, sector, limit: { value, unit: 'working_day' } }, reference.rules);
    assert.equal(chosen('commune', 'Chứng thực', 0), 'sameDay1@1');
    assert.equal(chosen('commune', 'Hộ tịch', 0), 'sameDay2@1');
    assert.equal(chosen('commune', 'Hộ tịch', 3), 'commune3@1');
    assert.equal(chosen('district', 'Đất đai', 20), 'district4@1');
    assert.equal(chosen('province', 'Du lịch', 5), 'province5@1');
    assert.equal(chosen('province', 'Du lịch', 30), 'province7@1');
    assert.equal(chosen('province', 'Đất đai', 5), 'province5@1');
    assert.equal(chosen('province', 'Đất đai', 30), 'province6Consult@1');
    assert.equal(chosen('province', 'Quản lý công sản', 30), 'province6ConsultPlanning@1');
  });

  it('have one for every procedure, also at a level that the rules do not name', () =>
    fc.assert(
      fc.property(
        fc.constantFrom(...LEVELS, 'ward'),
        fc.string(),
        fc.double({ min: 0, max: 4_000, noNaN: true }),
        fc.constantFrom('working_day' as const, 'calendar_day' as const, 'hour' as const, 'month' as const),
        (level, sector, value, unit) => {
          const key = definitionFor({ level, sector, limit: { value, unit } }, reference.rules);
          const steps = definitions.find((definition) => definition.key === key)!.steps;
          // A dossier must never wait at a step for a level that it does not belong to.
          for (const { performer } of steps)
            if (performer.at === 'competent') assert.ok(['any', level].includes(performer.level));
        },
      ),
    ));

  it('refuse a rule that names a template which does not exist', () => {
    assert.throws(
      () => parseTemplateRules([{ definition: 'x@1' }], ['y@1']),
      /template_rules_not_understood \(rules\[0\]\)/,
    );
    assert.throws(() => parseTemplateRules('x', []), /template_rules_not_understood/);
    const rules = parseTemplateRules([{ definition: 'y@1', levels: ['commune'] }], ['y@1']);
    const limit = { value: 1, unit: 'hour' as const };
    assert.throws(() => definitionFor({ level: 'province', sector: '', limit }, rules), /no_template/);
  });

  it('compare limits in rough working days', () => {
    assert.deepEqual(
      (['working_day', 'calendar_day', 'hour', 'month'] as const).map((unit) =>
        roughWorkingDays({ value: 56, unit }),
      ),
      [56, 40, 7, 1_176],
    );
  });
});

describe('a limit that depends on the channel', () => {
  it('is 17 days online, 20 at the counter and 30 by post for 1.012753', async () => {
    const { rows } = await read(
      line({ code: '1.012753', limit_value: '20', channels: 'counter|online|postal' }),
    );
    const days = (['online', 'counter', 'postal'] as const).map((channel) => limitFor(rows[0]!, channel));
    assert.deepEqual(
      days.map((limit) => `${limit.value} ${limit.unit}`),
      ['17 working_day', '20 working_day', '30 working_day'],
    );
  });

  it('stands for the limit of a row that is published without one', async () => {
    const { rows, problems } = await read(line({ code: '1.012753', limit_value: '', limit_unit: '' }));
    assert.deepEqual(problems, []);
    assert.deepEqual(rows[0]?.limit, { value: 20, unit: 'working_day' });
  });

  it('is left out when it is no number, in no known unit, or published twice differently', () => {
    const channels = [
      { channel: 'counter', limit: '1 OTHER' },
      { channel: 'online', limit: 'OTHER' },
      { channel: 'postal', limit: '3 WORKING_DAY' },
      { channel: 'postal', limit: '4 WORKING_DAY' },
      { channel: 'pigeon', limit: '4 WORKING_DAY' },
    ];
    assert.deepEqual(parseDetails([{ code: 'x', channels }]).get('x'), {
      limitsByChannel: {},
      documents: [],
    });
    const days = parseDetails([{ code: 'x', channels: [{ channel: 'online', limit: '15 ngày' }] }]).get('x');
    assert.deepEqual(days?.limitsByChannel, { online: { value: 15, unit: 'calendar_day' } });
    assert.throws(() => parseDetails([{ code: 1 }]), /details_not_understood \(details\[0\]\)/);
  });
});

describe('a broken row of the catalogue', () => {
  const broken: [string, Record<string, string>, string][] = [
    ['a code of another form', { code: '1.00001' }, 'code'],
    ['no name', { name: '' }, 'name'],
    ['a name of 100,000 characters', { name: 'x'.repeat(100_000) }, 'name'],
    ['a control character in the name', { name: 'a\u0007b' }, 'name'],
    ['the remains of a wrong encoding', { sector: 'Đ\ufffdt' }, 'sector'],
    ['a decision with a line break', { decision: 'a\nb' }, 'decision'],
    ['an unknown level', { level: 'ministry' }, 'level'],
    ['an online level of 5', { online_level: '5' }, 'online_level'],
    ['an unknown channel', { channels: 'counter|pigeon' }, 'channels'],
    ['a channel twice', { channels: 'counter|counter' }, 'channels'],
    ['no channel', { channels: '' }, 'channels'],
    ['a limit below 0', { limit_value: '-1' }, 'limit_value'],
    ['a limit that is no number', { limit_value: 'NaN' }, 'limit_value'],
    ['a limit in another notation', { limit_value: '1e3' }, 'limit_value'],
    ['a limit of 100,000 days', { limit_value: '100000' }, 'limit_value'],
    ['0 hours, which are no time at all', { limit_value: '0', limit_unit: 'hour' }, 'limit_value'],
    ['half a month', { limit_value: '1.5', limit_unit: 'month' }, 'limit_value'],
    ['no limit', { limit_value: '', limit_unit: '' }, 'limit_value'],
    ['an unknown unit', { limit_unit: 'other' }, 'limit_unit'],
    ['a fee below 0', { fee_vnd: '-1' }, 'fee_vnd'],
    ['a fee that is no whole number', { fee_vnd: '1.5' }, 'fee_vnd'],
    ['a fee beyond all measure', { fee_vnd: '9'.repeat(30) }, 'fee_vnd'],
  ];
  for (const [what, changes, field] of broken)
    it(`with ${what} is named and left out, and the rest is kept`, async () => {
      const { rows, problems } = await read(line(changes), line({ code: '1.000002' }));
      assert.deepEqual(
        problems.map((problem) => [problem.line, problem.field]),
        [[2, field]],
      );
      assert.ok(problems[0]!.found.length < 130);
      assert.deepEqual(
        rows.map((row) => row.code),
        ['1.000002'],
      );
    });

  it('with several faults names each of them', async () => {
    const { problems } = await read(line({ code: 'x', level: 'y', fee_vnd: 'z' }));
    assert.deepEqual(
      problems.map(({ field, found }) => [field, found]),
      [
        ['code', '"x"'],
        ['level', '"y"'],
        ['fee_vnd', '"z"'],
      ],
    );
  });

  it('with a code that stood before is named with the line where it stood', async () => {
    const { rows, problems } = await read(line(), line({ name: 'other' }));
    assert.equal(rows.length, 1);
    assert.deepEqual(problems, [
      { line: 3, field: 'code', expected: 'a code not used before (line 2)', found: '"1.000001"' },
    ]);
  });

  it('does not take the code from a good row below it', async () => {
    const { rows } = await read(line({ fee_vnd: 'free' }), line());
    assert.deepEqual(
      rows.map((row) => row.line),
      [3],
    );
  });
});

describe('a good row of the catalogue', () => {
  it('takes an empty fee for 0 and an empty online level for 2', async () => {
    const { rows } = await read(line({ fee_vnd: '', online_level: '' }));
    assert.deepEqual([rows[0]?.feeVnd, rows[0]?.onlineLevel], [0, 2]);
  });

  it('belongs to the department of its sector at the highest level only', async () => {
    const { rows } = await read(
      line(),
      line({ code: '1.000002', level: 'district' }),
      line({ code: '1.000003', sector: 'x' }),
    );
    assert.deepEqual(
      rows.map((row) => row.department),
      ['000.00.09.H59', null, null],
    );
  });

  it('keeps fractions of a day', async () => {
    const { rows } = await read(line({ limit_value: '3.5' }));
    assert.equal(rows[0]?.limit.value, 3.5);
  });
});

describe('any text at all', () => {
  it('gives rows or problems and never an error', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.oneof(
            fc.string({ unit: 'binary' }),
            fc
              .constantFrom(...HEADER.split(','))
              .chain((name) => fc.string().map((value) => line({ [name]: value }))),
          ),
        ),
        async (lines) => {
          const { rows, problems } = await read(...lines);
          for (const row of rows) assert.match(row.code, /^\d\.\d{6,9}$/);
          for (const problem of problems) assert.ok(problem.line >= 2);
        },
      ),
      { numRuns: 200 },
    ));
});
