import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import fc from 'fast-check';
import { connect, type Pool } from '#libs/database';
import { actingAlone } from '#libs/identity';
import { DomainError, ManualClock, fromMillis, toMillis } from '#libs/kernel';
import { Desk, PROCEDURE, UNIT, smallProvince, testDatabase } from '#libs/testing';
import { STATES } from '#libs/workflow';
import { readCursor, writeCursor } from './cursor.js';
import type { ListFilter } from './list.js';
import { parseInstant } from './moments.js';
import { startBoard } from './persistence/board.js';
import { createQueries, type DossierQueries } from './queries.js';

let pool: Pool;
let ownerUrl: string;
let desk: Desk;
let queries: DossierQueries;
const START = '2019-03-18T01:00:00.000Z';
const NAMES = [
  'Nguyễn Văn Đạt', 'Nguyễn Thị Ánh', 'Đặng Văn Ấu', 'Dương Văn An', 'Ân Thị Bảy', 'An Văn Chín', 'Thạch Sô Phia',
  'Trần 100% Nhựa', 'Trần 100X Nhựa', 'Lê_Gạch', 'LêXGạch', 'Nguyễn Văn\\Xuyệt',
]; // prettier-ignore
const codes = new Map<string, string>();

before(async () => {
  const database = await testDatabase();
  ({ app: pool, ownerUrl } = database);
  const province = await smallProvince(pool);
  desk = new Desk(pool, province);
  const head = actingAlone(province.units.officer(`head-1@${UNIT.commune}`)!, province.units);
  const clock = new ManualClock('2019-03-27T00:00:00.000Z');
  queries = createQueries({ reads: database.reads, ...province, clock }).as({ ...head, scope: 'all' });
  for (const [nth, name] of NAMES.entries()) {
    const at = fromMillis(toMillis(START) + nth * 60_000);
    const unit = nth % 2 === 0 ? UNIT.commune : UNIT.otherCommune;
    codes.set(
      name,
      await desk.file(at, {
        unit,
        channel: nth < 3 ? 'online' : 'counter',
        applicant: { name, paperNumber: `99${nth}` },
      }),
    );
  }
  // The first to be received is the newest; the one after it goes late, the third waits for its applicant.
  for (const nth of [0, 2, 4]) {
    const code = codes.get(NAMES[nth]!)!;
    await desk.act(
      code,
      'receive',
      `counter-1@${UNIT.commune}`,
      fromMillis(toMillis(START) + (7_200 - nth) * 1_000),
    );
  }
  await desk.act(
    codes.get(NAMES[4]!)!,
    'requestSupplement',
    `counter-1@${UNIT.commune}`,
    '2019-03-19T01:00:00.000Z',
    {
      reason: 'thiếu',
      documents: ['đơn'],
    },
  );
});

async function names(filter: ListFilter): Promise<string[]> {
  return (await queries.list({ limit: 200, ...filter })).items.map((item) => item.applicant.name);
}

const refusal =
  (code: string, field: string) =>
  (error: unknown): boolean =>
    error instanceof DomainError && error.code === code && error.detail.field === field;

describe('a search by text', () => {
  test('finds a name without its accents, in any case and any order of its words', async () => {
    const found = ['Nguyễn Văn Đạt', 'Nguyễn Văn\\Xuyệt'];
    assert.deepEqual(await names({ text: 'nguyen van' }), found);
    assert.deepEqual(await names({ text: 'VĂN nguyễn' }), found);
    assert.deepEqual(await names({ text: 'dat' }), ['Nguyễn Văn Đạt']);
    assert.deepEqual(await names({ text: 'nguye\u0302\u0303n đạt' }), ['Nguyễn Văn Đạt']);
    assert.deepEqual(await names({ text: 'khong ai' }), []);
  });

  test('takes the wildcards of SQL for the signs that they are', async () => {
    assert.deepEqual(await names({ text: '100%' }), ['Trần 100% Nhựa']);
    assert.deepEqual(await names({ text: 'lê_gạch' }), ['Lê_Gạch']);
    assert.deepEqual(await names({ text: 'van\\xuyet' }), ['Nguyễn Văn\\Xuyệt']);
    // A full-width sign folds into a plain one, and is escaped all the same.
    assert.deepEqual(await names({ text: '１００％' }), ['Trần 100% Nhựa']);
    assert.deepEqual(await names({ text: "' OR true --" }), []);
  });

  test('finds by the beginning of a code and by a whole paper number', async () => {
    const code = codes.get('Dương Văn An')!;
    assert.deepEqual(await names({ text: code }), ['Dương Văn An']);
    assert.deepEqual(await names({ text: code.toLowerCase() }), ['Dương Văn An']);
    assert.equal((await names({ text: `${UNIT.commune}-190318` })).length, 6);
    assert.deepEqual(await names({ text: '993' }), ['Dương Văn An']);
    assert.deepEqual(await names({ text: '99' }), []);
  });

  test('answers in the order of the Vietnamese alphabet', async () => {
    assert.deepEqual(await names({ text: 'an' }), [
      'An Văn Chín',
      'Ân Thị Bảy',
      'Dương Văn An',
      'Đặng Văn Ấu',
      'Nguyễn Thị Ánh',
      'Nguyễn Văn Đạt',
      'Nguyễn Văn\\Xuyệt',
      'Trần 100% Nhựa',
      'Trần 100X Nhựa',
    ]);
  });

  test('goes by the name as it is now, not as it was misspelt', async () => {
    const code = await desk.file('2019-03-18T03:00:00.000Z', { applicant: { name: 'Quách Văn Sai' } });
    await desk.act(code, 'amend', `counter-1@${UNIT.commune}`, '2019-03-18T04:00:00.000Z', {
      field: 'name',
      value: 'Quách Văn Đúng',
    });
    assert.deepEqual(await names({ text: 'quach sai' }), []);
    assert.deepEqual(await names({ text: 'quach dung' }), ['Quách Văn Đúng']);
  });
});

describe('a list', () => {
  test('has the newest filed first', async () => {
    const times = (await queries.list({ limit: 200 })).items.map((item) => item.submittedAt);
    assert.deepEqual(times, [...times].sort().reverse());
  });

  test('is narrowed by state, unit, procedure, channel, due moment and lateness', async () => {
    assert.deepEqual(await names({ state: 'received' }), [NAMES[2], NAMES[0]]);
    assert.deepEqual(await names({ channel: 'online' }), [NAMES[2], NAMES[1], NAMES[0]]);
    assert.equal((await names({ unit: UNIT.otherCommune })).length, 6);
    assert.deepEqual(await names({ unit: UNIT.otherCommune, channel: 'online' }), [NAMES[1]]);
    assert.deepEqual(await names({ procedure: PROCEDURE.joint }), []);
    assert.deepEqual(await names({ overdue: true }), [NAMES[2], NAMES[0]]);
    assert.ok(!(await names({ overdue: false })).includes(NAMES[0]!));
    assert.ok((await names({ overdue: false })).includes(NAMES[4]!));
    assert.deepEqual(await names({ dueBefore: '2019-03-21T10:00:00.001Z' }), [NAMES[2], NAMES[0]]);
    assert.deepEqual(await names({ dueBefore: '2019-03-21T17:00:00+07:00' }), []);
    assert.deepEqual(await names({ text: 'nguyen', overdue: true }), [NAMES[0]]);
  });

  test('finds at a unit what it received, what it answers for and what it holds', async () => {
    const counter = `counter-1@${UNIT.otherCommune}`;
    const code = await desk.file('2019-03-18T05:00:00.000Z', {
      procedure: PROCEDURE.joint,
      unit: UNIT.department,
      by: counter,
      applicant: { name: 'Qua Ba Nơi' },
    });
    await desk.act(code, 'receive', counter, '2019-03-18T05:10:00.000Z');
    await desk.act(code, 'startProcessing', counter, '2019-03-18T06:00:00.000Z');
    await desk.act(code, 'completeStep', `specialist-1@${UNIT.department}`, '2019-03-18T07:00:00.000Z');
    for (const unit of [UNIT.otherCommune, UNIT.department, UNIT.district])
      assert.deepEqual(await names({ unit, text: 'qua ba' }), ['Qua Ba Nơi']);
    assert.deepEqual(await names({ unit: UNIT.commune, text: 'qua ba' }), []);
  });

  test('shows of the applicant the name and nothing else', async () => {
    const [item] = (await queries.list({ text: '993' })).items;
    assert.deepEqual(item!.applicant, { name: 'Dương Văn An' });
    assert.doesNotMatch(JSON.stringify(item), /993/);
  });

  test('refuses what it does not know, naming the field', async () => {
    const bad: [ListFilter, string, string][] = [
      [{ state: 'gone' }, 'unknown_state', 'state'],
      [{ unit: '000.00.99.H59' }, 'unknown_unit', 'unit'],
      [{ unit: 'x\0' }, 'unknown_unit', 'unit'],
      [{ procedure: '9.999999' }, 'unknown_procedure', 'procedure'],
      [{ channel: 'fax' }, 'unknown_channel', 'channel'],
      [{ dueBefore: '2019-02-30T00:00:00Z' }, 'moment_not_understood', 'dueBefore'],
      [{ text: '  ' }, 'text_not_understood', 'text'],
      [{ text: 'a\0b' }, 'text_not_understood', 'text'],
      [{ text: 'x'.repeat(100_000) }, 'text_not_understood', 'text'],
      [{ limit: 0 }, 'limit_out_of_range', 'limit'],
      [{ limit: 201 }, 'limit_out_of_range', 'limit'],
      [{ limit: 1.5 }, 'limit_out_of_range', 'limit'],
    ];
    for (const [filter, code, field] of bad)
      await assert.rejects(queries.list(filter), refusal(code, field), JSON.stringify(filter).slice(0, 80));
  });
});

describe('the pages of a list', () => {
  async function throughPages(filter: ListFilter, between?: () => Promise<unknown>): Promise<string[]> {
    const found: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await queries.list({ ...filter, limit: 3, ...(cursor !== undefined && { cursor }) });
      assert.ok(page.items.length <= 3);
      found.push(...page.items.map((item) => item.code));
      cursor = page.next ?? undefined;
      await between?.();
    } while (cursor !== undefined);
    return found;
  }

  test('are together the whole list, in every order', async () => {
    for (const filter of [
      {},
      { text: 'n' },
      { text: '000.' },
      { unit: UNIT.commune },
      { state: 'submitted' },
    ]) {
      const whole = (await queries.list({ ...filter, limit: 200 })).items.map((item) => item.code);
      assert.deepEqual(await throughPages(filter), whole);
      assert.equal(new Set(whole).size, whole.length);
    }
  });

  test('lose and repeat nothing when dossiers arrive while someone turns them', async () => {
    for (const filter of [{}, { text: 'n' }]) {
      const known = (await queries.list({ ...filter, limit: 200 })).items.map((item) => item.code);
      let nth = 0;
      const arrive = () =>
        desk.file(fromMillis(toMillis('2019-03-19T01:00:00.000Z') + ++nth), {
          applicant: { name: nth % 2 ? 'An Mới' : 'Vương Mới' },
        });
      const turned = await throughPages(filter, arrive);
      assert.equal(new Set(turned).size, turned.length);
      assert.deepEqual(
        turned.filter((code) => known.includes(code)),
        known,
      );
    }
  });

  test('go on from the old place when the last name of a page is amended meanwhile', async () => {
    const first = await queries.list({ text: 'n', limit: 3 });
    const rest = (await queries.list({ text: 'n', limit: 200 })).items.slice(3).map((item) => item.code);
    const last = first.items.at(-1)!;
    const by = `counter-1@${last.receivingUnit.code}`;
    await desk.act(last.code, 'amend', by, '2019-03-20T01:00:00.000Z', { field: 'name', value: 'Xuân Sửa' });
    const next = await queries.list({ text: 'n', limit: 200, cursor: first.next! });
    assert.deepEqual(
      next.items.map((item) => item.code).filter((code) => code !== last.code),
      rest,
    );
  });

  test('break on no cursor: what is not one of ours is refused', async () => {
    const { next } = await queries.list({ limit: 1 });
    const other = Buffer.from('["name",1,"00000000-0000-0000-0000-000000000000"]').toString('base64url');
    for (const cursor of [
      '',
      'x',
      '{}',
      '%00',
      'null',
      Buffer.from('null').toString('base64url'),
      other,
      `${next}x`,
      'A'.repeat(10_000),
    ]) {
      await assert.rejects(
        queries.list({ cursor }),
        refusal('cursor_not_understood', 'cursor'),
        cursor.slice(0, 40),
      );
    }
    await assert.rejects(
      queries.list({ cursor: next!, text: 'an' }),
      refusal('cursor_not_understood', 'cursor'),
    );
    await assert.rejects(
      queries.list({ cursor: other, text: 'an' }),
      refusal('cursor_not_understood', 'cursor'),
    );
  });

  test('carry no name in their cursors', async () => {
    const { next } = await queries.list({ text: 'nguyen', limit: 1 });
    assert.doesNotMatch(Buffer.from(next!, 'base64url').toString(), /Nguy/i);
  });
});

describe('the board and the names behind a list', () => {
  const FILTERS: ListFilter[] = [
    {},
    ...STATES.map((state) => ({ state })),
    { unit: UNIT.commune },
    { unit: UNIT.department },
    { unit: UNIT.otherCommune, state: 'submitted' },
    { overdue: true },
    { overdue: false },
    { deadline: 'running' },
    { deadline: 'paused' },
    { deadline: 'stopped' },
    { procedure: PROCEDURE.certificate, channel: 'counter' },
    { procedure: PROCEDURE.joint },
    { text: 'nguyen van' },
    { text: 'n' },
    { text: 'moi nhat' },
    { text: 'an', unit: UNIT.commune },
    { text: '993' },
    { text: `${UNIT.commune}-19` },
    { text: 'n', state: 'received' },
  ];
  const answers = (): Promise<string[][]> =>
    Promise.all(
      FILTERS.map(async (filter) =>
        (await queries.list({ limit: 200, ...filter })).items.map(({ code }) => code),
      ),
    );
  const keep = async (): Promise<void> => {
    const board = startBoard({ pool, signal: new AbortController().signal });
    await board.caughtUp();
    await board.stop();
  };
  const never = async (): Promise<void> => {
    const owner = await connect(ownerUrl);
    await owner.query(`DELETE FROM motcua.follower WHERE name = 'board'`).finally(() => owner.end());
  };

  test('change nothing of it, whether they were kept, kept till a while ago or never', async () => {
    const unkept = await answers();
    assert.ok(unkept.filter((codes) => codes.length > 0).length > 15);
    await keep();
    assert.deepEqual(await answers(), unkept);

    const at = (minutes: number): string =>
      fromMillis(toMillis('2019-03-21T01:00:00.000Z') + minutes * 60_000);
    const counter = `counter-1@${UNIT.commune}`;
    const copy = { procedure: PROCEDURE.copy, applicant: { name: 'Nguyễn Văn Mới Nhất' } };
    const code = await desk.file(at(0), copy);
    await desk.act(codes.get(NAMES[6]!)!, 'receive', counter, at(1));
    await desk.act(codes.get(NAMES[8]!)!, 'amend', counter, at(2), { field: 'name', value: 'An Đổi Tên' });
    const halfKept = await answers();
    assert.notDeepEqual(halfKept, unkept);
    await never();
    assert.deepEqual(await answers(), halfKept);

    await keep();
    await desk.act(code, 'receive', counter, at(3));
    await desk.act(code, 'startProcessing', counter, at(4));
    await desk.act(code, 'resolve', `specialist-1@${UNIT.commune}`, at(5), { outcome: 'approved' });
    await desk.act(code, 'offerAtCounter', counter, at(6));
    await desk.act(code, 'collect', counter, at(7));
    assert.deepEqual(await names({ state: 'delivered' }), ['Nguyễn Văn Mới Nhất']);
    const ended = await answers();
    await keep();
    assert.deepEqual(await answers(), ended);
    await never();
    assert.deepEqual(await answers(), ended);
  });
});

test('any text is a cursor of ours or refused, never anything else', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json().map((json) => Buffer.from(json).toString('base64url')),
      ),
      (text) => {
        for (const order of ['time', 'name', 'code'] as const) {
          try {
            assert.equal(writeCursor(readCursor(text, order)), text);
          } catch (error) {
            assert.ok(error instanceof DomainError && error.code === 'cursor_not_understood');
          }
        }
      },
    ),
  );
});

test('a moment is read in every way of writing its zone, and no other text is one', () => {
  fc.assert(
    fc.property(
      fc.date({ min: new Date('0001-01-02'), max: new Date('9999-12-30'), noInvalidDate: true }),
      (date) => {
        assert.equal(parseInstant(date.toISOString()), date.toISOString());
      },
    ),
  );
  assert.equal(parseInstant('2019-06-15T00:00:00+07:00'), '2019-06-14T17:00:00.000Z');
  assert.equal(parseInstant('2019-06-15T00:00Z'), '2019-06-15T00:00:00.000Z');
  for (const bad of [
    '2019-06-31T00:00:00Z',
    '2019-06-15',
    '2019-06-15T00:00:00',
    '2019-06-15T25:00:00Z',
    ' 2019-06-15T00:00:00Z',
    '9999-12-31T23:59:59-07:00',
  ]) {
    assert.equal(parseInstant(bad), null, bad);
  }
});
