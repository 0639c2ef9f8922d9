import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { connect, type Pool, type Reads, type Scope } from '#libs/database';
import { actingAlone, type Acting } from '#libs/identity';
import { DomainError, ManualClock } from '#libs/kernel';
import { Desk, PROCEDURE, UNIT, smallProvince, testDatabase, type SmallProvince } from '#libs/testing';
import type { ListFilter } from './list.js';
import { startBoard } from './persistence/board.js';
import { createQueries, type DossierQueries } from './queries.js';

let pool: Pool;
let reads: Reads;
let ownerUrl: string;
let province: SmallProvince;
const codes: Record<'own' | 'other' | 'held' | 'post', string> = { own: '', other: '', held: '', post: '' };
const clock = new ManualClock('2019-03-27T00:00:00.000Z');

const acting = (code: string): Acting => actingAlone(province.units.officer(code)!, province.units);
const as = (who: Acting): DossierQueries => createQueries({ reads, ...province, clock }).as(who);
const unit = (code: string): number => province.units.byCode(code)!.id;

before(async () => {
  ({ app: pool, reads, ownerUrl } = await testDatabase());
  province = await smallProvince(pool);
  const desk = new Desk(pool, province);
  const applicant = (name: string): { name: string } => ({ name });
  codes.own = await desk.file('2019-03-18T01:00:00.000Z', { applicant: applicant('Trần Văn Của') });
  const unitOf = { unit: UNIT.otherCommune, applicant: applicant('Trần Văn Khác') };
  codes.other = await desk.file('2019-03-18T02:00:00.000Z', unitOf);
  codes.held = await desk.file('2019-03-18T03:00:00.000Z', {
    procedure: PROCEDURE.joint,
    unit: UNIT.department,
    applicant: applicant('Trần Văn Giữ'),
  });
  codes.post = await desk.file('2019-03-18T04:00:00.000Z', {
    unit: UNIT.otherCommune,
    channel: 'postal',
    applicant: applicant('Trần Văn Thư'),
  });
  const owner = await connect(ownerUrl);
  const held = 'UPDATE motcua.dossier SET held_by = $2 WHERE code = $1';
  await owner.query(held, [codes.held, [unit(UNIT.commune)]]);
  await owner.query(held, [codes.post, [0]]).finally(() => owner.end());
});

const below = (code: string): number[] => [
  unit(code),
  ...province.units.descendants(unit(code)).map(({ id }) => id),
];

/** What each scope sees, written by hand. */
const SEES: [string, () => Scope, (keyof typeof codes)[]][] = [
  ['the commune: its own, and what it held', () => [unit(UNIT.commune)], ['own', 'held']],
  ['the other commune', () => [unit(UNIT.otherCommune)], ['other', 'post']],
  ['the department', () => [unit(UNIT.department)], ['held']],
  ['the district above the communes', () => below(UNIT.district), ['own', 'other', 'held', 'post']],
  ['the post', () => [0], ['post']],
  ['all', () => 'all', ['own', 'other', 'held', 'post']],
  ['nobody', () => [], []],
]; // prettier-ignore

const FILTERS: ListFilter[] = [
  {},
  { text: 'tran van' },
  { text: '000.' },
  { state: 'submitted' },
  { overdue: false },
];

for (const kept of [false, true]) {
  describe(`a scope, the board ${kept ? 'kept' : 'never kept'}`, () => {
    before(async () => {
      if (!kept) return;
      const board = startBoard({ pool, signal: new AbortController().signal });
      await board.caughtUp();
      await board.stop();
    });
    for (const [name, scopeOf, seen] of SEES) {
      test(`of ${name} bounds every list, search and look`, async () => {
        const scope = scopeOf();
        const queries = as({ ...acting(`head-1@${UNIT.commune}`), scope });
        for (const filter of FILTERS) {
          const found = (await queries.list(filter)).items.map(({ code }) => code);
          assert.deepEqual(found.sort(), seen.map((key) => codes[key]).sort(), JSON.stringify(filter));
        }
        for (const [key, code] of Object.entries(codes)) {
          const asked = [
            () => queries.get(code),
            () => queries.history(code),
            () => queries.actions(code),
            () => queries.deadline(code),
          ];
          for (const ask of asked) {
            if (seen.includes(key as keyof typeof codes)) await ask();
            else {
              await assert.rejects(
                ask(),
                (error: unknown) => error instanceof DomainError && error.code === 'unknown_dossier',
              );
            }
          }
        }
      });
    }
  });
}

test('a list of another unit holds what of it is in one’s own scope', async () => {
  const queries = as(acting(`head-1@${UNIT.commune}`));
  assert.deepEqual((await queries.list({ unit: UNIT.otherCommune })).items, []);
  assert.deepEqual((await queries.list({ unit: UNIT.department })).items.map(({ code }) => code), [codes.held]); // prettier-ignore
});

describe('personal data', () => {
  const logged = async (): Promise<
    { what: string; officer: string; dossiers: number; reason: string | null }[]
  > =>
    (
      await pool.query<{ what: string; officer: string; dossiers: number; reason: string | null }>(
        'SELECT what, officer, cardinality(dossier_ids) AS dossiers, reason FROM motcua.access_log ORDER BY no',
      )
    ).rows;
  const supervisor = (): Acting => {
    const head = acting(`head-1@${UNIT.commune}`);
    return { ...head, officer: { ...head.officer, code: 'supervisor', position: 'supervisor' } };
  };

  test('is shown whole to who works on the dossier, and each look is recorded', async () => {
    const before = (await logged()).length;
    const queries = as(acting(`head-1@${UNIT.commune}`));
    const { applicant } = await queries.get(codes.own);
    assert.deepEqual([applicant.name, applicant.masked], ['Trần Văn Của', false]);
    await queries.list({ text: 'tran van cua' });
    await queries.list({ text: 'nobody' });
    // Freely written words may name somebody, and are told whole to who works on the dossier: a look as well.
    await queries.history(codes.own);
    const officer = `head-1@${UNIT.commune}`;
    assert.deepEqual((await logged()).slice(before), [
      { what: 'view', officer, dossiers: 1, reason: null },
      { what: 'search', officer, dossiers: 1, reason: null },
      { what: 'history', officer, dossiers: 1, reason: null },
    ]);
  });

  test('is masked for a supervisor, who may see it for a reason that is recorded', async () => {
    const before = (await logged()).length;
    const queries = as(supervisor());
    assert.equal((await queries.get(codes.own)).applicant.name, 'Trần V•• C••');
    assert.ok((await queries.list()).items.every(({ applicant }) => applicant.name.includes('•')));
    assert.equal((await logged()).length, before);
    assert.equal((await queries.reveal(codes.own, 'khiếu nại')).name, 'Trần Văn Của');
    assert.deepEqual((await logged()).slice(before), [
      { what: 'reveal', officer: 'supervisor', dossiers: 1, reason: 'khiếu nại' },
    ]);
    await assert.rejects(queries.reveal(codes.own, '  '), { code: 'field_required' });
    await assert.rejects(queries.reveal(codes.other, 'khiếu nại'), { code: 'unknown_dossier' });
    await assert.rejects(as(acting(`head-1@${UNIT.commune}`)).reveal(codes.own, 'vì'), {
      code: 'not_your_position',
    });
  });

  test('is not shown when the look cannot be recorded', async () => {
    const owner = await connect(ownerUrl);
    await owner.query('REVOKE INSERT ON motcua.access_log FROM motcua_reader');
    try {
      const queries = as(acting(`head-1@${UNIT.commune}`));
      await assert.rejects(queries.get(codes.own), { code: '42501' });
      await assert.rejects(queries.list(), { code: '42501' });
    } finally {
      await owner.query('GRANT INSERT ON motcua.access_log TO motcua_reader').finally(() => owner.end());
    }
  });

  test('has a log that an auditor reads, and nobody else; it names no applicant', async () => {
    const head = acting(`head-1@${UNIT.commune}`);
    const auditor: Acting = { ...head, scope: 'all', officer: { ...head.officer, position: 'auditor' } };
    const page = await as(auditor).access({ dossier: codes.own, limit: 2 });
    assert.equal(page.items.length, 2);
    assert.ok(page.items.every(({ dossiers }) => dossiers.includes(codes.own)));
    assert.doesNotMatch(JSON.stringify(page), /Trần/);
    const next = await as(auditor).access({ dossier: codes.own, cursor: page.next! });
    assert.ok(next.items.length > 0 && next.items.every(({ at }) => at <= page.items[1]!.at));
    assert.deepEqual((await as(auditor).access({ officer: 'nobody' })).items, []);
    assert.deepEqual((await as(auditor).access({ until: '2019-01-01T00:00:00Z' })).items, []);
    await assert.rejects(as(head).access(), { code: 'not_your_position' });
  });
});
