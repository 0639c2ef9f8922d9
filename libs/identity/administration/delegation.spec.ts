import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { type Officer, type Unit, type UnitDirectory, validOn } from '#libs/organization';
import { type TestDatabase, UNIT, smallProvince, testDatabase } from '#libs/testing';
import { type Identity, actingAs } from '../index.js';
import { type Office, coded, openOffice } from '../office.fixture.js';
import { type Standing, type WantedDelegation, refuseDelegation } from './delegation-rules.js';

const TODAY = '2019-04-15';
const LEAVE = { from: '2019-05-01', until: '2019-05-11' };

function officer(code: string, accountNo: number, more: Partial<Officer> = {}): Officer {
  return {
    code,
    no: accountNo,
    accountNo,
    unitId: 5,
    position: 'specialist',
    servesAll: false,
    demo: false,
    validFrom: '2019-01-01',
    validUntil: '2020-01-01',
    ...more,
  };
}
/** The specialist of account 1 asks account 2, who works at the same unit. */
function wanted(more: Partial<WantedDelegation> = {}): WantedDelegation {
  const position = officer('a', 1);
  return { position, principal: 1, delegate: 2, delegatePositions: [officer('b', 2)], ...LEAVE, ...more };
}
function standing(
  principal: number,
  delegate: number,
  from: string,
  until: string,
  position?: string,
): Standing {
  return { position: position ?? `of-${principal}`, principal, delegate, from, until };
}
const refused = (more: Partial<WantedDelegation>, code: string, others: Standing[] = []) =>
  assert.throws(() => refuseDelegation(wanted(more), others, TODAY), coded(code), JSON.stringify(more));

describe('a delegation', () => {
  it('is fine for some days to somebody at the same unit', () => {
    refuseDelegation(wanted(), [], TODAY);
    refuseDelegation(wanted({ from: TODAY, until: '2019-04-16' }), [], TODAY);
  });

  it('is refused without two bounds that are days, in order, and not past', () => {
    for (const from of ['', 'infinity', '-infinity', '2019-02-29']) refused({ from }, 'day_not_understood');
    for (const until of ['', 'infinity', '2019-5-1']) refused({ until }, 'day_not_understood');
    refused({ until: LEAVE.from }, 'validity_empty');
    refused({ from: '2019-05-12' }, 'validity_empty');
    refused({ from: '2019-04-14' }, 'delegation_past');
  });

  it('is refused to oneself', () => refused({ delegate: 1 }, 'delegation_to_oneself'));

  it('is refused by who does not hold the position', () => {
    refused({ principal: 3 }, 'position_not_yours');
    refused({ position: officer('a', 1, { accountNo: null }) }, 'position_not_yours');
  });

  it('is refused beyond what the position lasts', () => {
    refused({ position: officer('a', 1, { validUntil: '2019-05-10' }) }, 'delegation_beyond_position');
    refused({ position: officer('a', 1, { validFrom: '2019-05-02' }) }, 'delegation_beyond_position');
    refuseDelegation(wanted({ position: officer('a', 1, { validUntil: LEAVE.until }) }), [], TODAY);
  });

  it('is refused to somebody with no position at that unit on all of these days', () => {
    refused({ delegatePositions: [] }, 'delegate_not_at_unit');
    refused({ delegatePositions: [officer('b', 2, { unitId: 6 })] }, 'delegate_not_at_unit');
    refused({ delegatePositions: [officer('b', 2, { validUntil: '2019-05-10' })] }, 'delegate_not_at_unit');
  });

  it('is refused where the same position is delegated on one of these days', () => {
    refused({}, 'delegation_overlaps', [standing(1, 3, '2019-04-20', '2019-05-02', 'a')]);
    refused({}, 'delegation_overlaps', [standing(1, 2, '2019-05-10', '2019-05-12', 'a')]);
    const beside = [
      standing(1, 3, '2019-04-20', '2019-05-01', 'a'),
      standing(1, 3, '2019-05-11', '2019-05-20', 'a'),
    ];
    refuseDelegation(wanted(), beside, TODAY);
    refuseDelegation(wanted(), [standing(1, 3, '2019-05-01', '2019-05-11', 'another of theirs')], TODAY);
  });

  it('is refused in a circle of two, and of more', () => {
    refused({}, 'delegation_in_circle', [standing(2, 1, '2019-05-05', '2019-05-06')]);
    const round = [standing(2, 3, '2019-05-01', '2019-06-01'), standing(3, 1, '2019-04-20', '2019-05-03')];
    refused({}, 'delegation_in_circle', round);
    refused({}, 'delegation_in_circle', [standing(2, 4, '2019-05-01', '2019-05-02'), ...round]);
  });

  it('is refused in a circle that closes only by the longer of two ways to the same person', () => {
    const ways = [
      standing(2, 3, '2019-05-01', '2019-05-02'),
      standing(2, 4, '2019-05-01', '2019-05-11'),
      standing(4, 3, '2019-05-04', '2019-05-08'),
      standing(3, 1, '2019-05-05', '2019-05-06'),
    ];
    refused({}, 'delegation_in_circle', ways);
    refuseDelegation(wanted(), ways.slice(0, 2).concat(ways[3]!), TODAY);
  });

  it('is no circle when there is no day on which it closes', () => {
    refuseDelegation(wanted(), [standing(2, 1, '2019-05-11', '2019-05-20')], TODAY);
    const apart = [standing(2, 3, '2019-05-01', '2019-05-04'), standing(3, 1, '2019-05-04', '2019-05-09')];
    refuseDelegation(wanted(), apart, TODAY);
  });

  it('is judged in any web of others without running for ever', () => {
    const web: Standing[] = [];
    for (let a = 2; a < 30; a += 1)
      for (let b = 2; b < 30; b += 1) if (a !== b) web.push(standing(a, b, LEAVE.from, LEAVE.until));
    refuseDelegation(wanted(), web, TODAY);
    refused({}, 'delegation_in_circle', [...web, standing(7, 1, LEAVE.from, LEAVE.until)]);
  });
});

describe('acting for somebody', () => {
  let database: TestDatabase;
  let office: Office;
  let identity: Identity;
  let named = 0;
  before(async () => {
    database = await testDatabase();
    await smallProvince(database.app);
    office = await openOffice(database.app);
    identity = office.identity;
  });

  /** A head and a specialist of the commune. */
  async function pair() {
    const [head, specialist] = [`truong.${(named += 1)}`, `vien.${named}`];
    await office.person(head, UNIT.commune);
    await office.person(specialist, UNIT.commune);
    const position = (await office.position(head, 'head', UNIT.commune)).code;
    const own = (await office.position(specialist, 'specialist', UNIT.commune)).code;
    return { head, specialist, position, own };
  }
  const leave = async (
    head: string,
    position: string,
    to: string,
    days = { from: TODAY, until: '2019-04-20' },
  ) => identity.administration.delegate(await office.principal(head), { position, to, ...days });
  const actsFor = async (login: string) =>
    (await office.principal(login)).actsFor.map((one) => one.officer.code);

  it('names both: whose position it is, who acts, and in which of their own', async () => {
    const { head, specialist, position, own } = await pair();
    await leave(head, position, specialist);
    const principal = await office.principal(specialist);
    const holder = await office.principal(head);
    const acting = identity.actingAs(principal, position);
    assert.deepEqual(
      [acting.officer.code, acting.person, acting.principal, acting.by],
      [position, principal.accountNo, holder.accountNo, own],
    );
    assert.deepEqual(acting.scope, [acting.officer.unitId]);
    const mine = identity.actingAs(principal, own);
    assert.deepEqual(
      [mine.person, mine.principal, mine.by],
      [principal.accountNo, principal.accountNo, null],
    );
    assert.throws(() => identity.actingAs(principal, undefined), {
      ...coded('position_required'),
      detail: { field: 'position', params: { choices: [own, position] } },
    });
  });

  it('begins on the first day and is over on the last', async () => {
    const { head, specialist, position } = await pair();
    const elsewhere = await openOffice(database.app, { keys: office.deps.keys });
    const days = { from: '2019-04-20', until: '2019-04-22' };
    await leave(head, position, specialist, days);
    const held = async (at: string) => {
      elsewhere.clock.moveTo(at);
      return (await elsewhere.principal(specialist)).actsFor.length;
    };
    assert.equal(await held('2019-04-19T16:59:59.000Z'), 0);
    assert.equal(await held('2019-04-19T17:00:00.000Z'), 1);
    assert.equal(await held('2019-04-21T16:59:59.000Z'), 1);
    assert.equal(await held('2019-04-21T17:00:00.000Z'), 0);
  });

  it('ends with the position, with its holder, and with the own position at that unit', async () => {
    const ended = await pair();
    await leave(ended.head, ended.position, ended.specialist);
    assert.deepEqual(await actsFor(ended.specialist), [ended.position]);
    await identity.administration.endPosition(null, ended.position);
    assert.deepEqual(await actsFor(ended.specialist), []);

    const disabled = await pair();
    await leave(disabled.head, disabled.position, disabled.specialist);
    await identity.administration.disableAccount(null, disabled.head);
    assert.deepEqual(await actsFor(disabled.specialist), []);

    const moved = await pair();
    await leave(moved.head, moved.position, moved.specialist);
    await identity.administration.endPosition(null, moved.own);
    assert.deepEqual(await actsFor(moved.specialist), []);
  });

  it('ends early by who gave it or by an administrator of that unit, and by nobody else', async () => {
    const { head, specialist, position } = await pair();
    const { no } = await leave(head, position, specialist);
    const holder = await office.principal(head);
    const delegate = await office.principal(specialist);
    assert.deepEqual(
      (await identity.administration.delegations(delegate)).map((one) => [one.no, one.endedAt]),
      [[no, null]],
    );
    for (const unknown of [no + 1000, 0, -1, 1.5, 2 ** 40])
      await assert.rejects(
        identity.administration.endDelegation(holder, unknown),
        coded('delegation_unknown'),
      );
    await assert.rejects(identity.administration.endDelegation(delegate, no), coded('delegation_unknown'));
    await office.person(`ql.${no}`, UNIT.otherCommune);
    await office.position(`ql.${no}`, 'administrator', UNIT.otherCommune);
    const beside = await office.acting(`ql.${no}`);
    await assert.rejects(identity.administration.endDelegation(beside, no), coded('unit_out_of_reach'));
    await identity.administration.endDelegation(holder, no);
    assert.deepEqual(await actsFor(specialist), []);
  });

  it('is not handed on: who acts for somebody does not hold the position', async () => {
    const { head, specialist, position } = await pair();
    await leave(head, position, specialist);
    const third = await pair();
    await assert.rejects(leave(specialist, position, third.specialist), coded('position_not_yours'));
    await assert.rejects(leave(head, 'head-9@NOWHERE', specialist), coded('position_not_yours'));
  });

  it('is given to people who are there', async () => {
    const { head, position, specialist } = await pair();
    await identity.administration.createAccount(null, { login: `may.${head}`, kind: 'system' });
    await identity.administration.disableAccount(null, specialist);
    for (const to of ['nobody', `may.${head}`, specialist])
      await assert.rejects(leave(head, position, to), coded('account_unknown'), to);
  });

  it('is checked against those that are asked for at the same moment: none overlap, none close a circle', async () => {
    const { administration } = identity;
    const days = { from: TODAY, until: '2019-04-20' };
    for (let round = 0; round < 4; round += 1) {
      const [one, two] = [await pair(), await pair()];
      const head = await office.principal(one.head);
      const outcome = async (asked: Promise<unknown>[]) =>
        (await Promise.allSettled(asked))
          .map((each) => (each.status === 'rejected' ? each.reason.code : 'done'))
          .sort();
      const toBoth = [one.specialist, two.specialist].map((to) =>
        administration.delegate(head, { position: one.position, to, ...days }),
      );
      assert.deepEqual(await outcome(toBoth), ['delegation_overlaps', 'done']);
      const other = await office.principal(two.head);
      const second = await office.principal(two.specialist);
      const toEachOther = [
        administration.delegate(other, { position: two.position, to: two.specialist, ...days }),
        administration.delegate(second, { position: two.own, to: two.head, ...days }),
      ];
      assert.deepEqual(await outcome(toEachOther), ['delegation_in_circle', 'done']);
    }
  });

  it('works nowhere once the unit is no more and others of its level go on', async () => {
    const { head, position } = await pair();
    const principal = await office.principal(head);
    const units = office.deps.units();
    const unitId = principal.positions.find(({ code }) => code === position)!.unitId;
    const cut = (unit: Unit | undefined): Unit | undefined =>
      unit?.id === unitId ? { ...unit!, validUntil: '2019-04-15' } : unit;
    const ended: UnitDirectory = {
      ...units,
      all: () => units.all().map((unit) => cut(unit)!),
      byId: (id) => cut(units.byId(id)),
      byCode: (code, day) => {
        const unit = cut(units.byCode(code));
        return unit && (day === undefined || validOn(unit, day)) ? unit : undefined;
      },
    };
    const act = (now: string) => actingAs(principal, position, ended, now);
    assert.equal(act('2019-04-14T16:59:59.000Z').officer.code, position);
    assert.throws(() => act('2019-04-14T17:00:00.000Z'), coded('unit_ended'));
  });
});
