import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { type TestDatabase, UNIT, smallProvince, testDatabase } from '#libs/testing';
import type { Acting, Identity } from '../index.js';
import { HERE, type Office, PASSWORD, coded, openOffice } from '../office.fixture.js';

let database: TestDatabase;
let office: Office;
let identity: Identity;
/** administrators of the province and of the district */
let top: Acting;
let district: Acting;
let named = 0;
before(async () => {
  database = await testDatabase();
  await smallProvince(database.app);
  office = await openOffice(database.app);
  identity = office.identity;
  top = await administrator('quan.tri.tinh', UNIT.province);
  district = await administrator('quan.tri.huyen', UNIT.district);
});

async function administrator(login: string, unit: string): Promise<Acting> {
  await office.person(login, unit);
  await office.position(login, 'administrator', unit);
  return office.acting(login);
}
async function someone(unit: string): Promise<string> {
  const login = `nguoi.${(named += 1)}`;
  await office.person(login, unit);
  return login;
}
const admin = () => identity.administration;
const give = (by: Acting | null, login: string, role: string, unit: string, days = {}) =>
  admin().givePosition(by, { login, role, unit, ...days });

describe('who administers', () => {
  it('is an administrator, and nobody else', async () => {
    const login = await someone(UNIT.commune);
    for (const role of ['counter', 'specialist', 'head', 'supervisor', 'auditor', 'catalogueManager']) {
      const other = await someone(UNIT.province);
      await office.position(other, role, UNIT.province);
      const by = await office.acting(other);
      const refused = coded('administrators_only');
      await assert.rejects(give(by, login, 'counter', UNIT.commune), refused, role);
      await assert.rejects(admin().createAccount(by, { login: 'x', kind: 'person' }), refused, role);
      await assert.rejects(admin().disableAccount(by, login), refused, role);
      await assert.rejects(admin().resetPassword(by, login), refused, role);
      await assert.rejects(admin().endPosition(by, `head-1@${UNIT.commune}`), refused, role);
      await assert.rejects(admin().endDelegation(by, 1), refused, role);
      await assert.rejects(admin().accounts(by), refused, role);
    }
  });

  it('acts at their unit and below, not beside or above', async () => {
    const login = await someone(UNIT.commune);
    const given = await give(district, login, 'counter', UNIT.commune);
    assert.equal(given.accountNo, (await office.principal(login)).accountNo);
    for (const unit of [UNIT.province, UNIT.department])
      await assert.rejects(give(district, login, 'counter', unit), coded('unit_out_of_reach'), unit);
    for (const unit of [UNIT.province, UNIT.department, undefined])
      await assert.rejects(
        admin().createAccount(district, { login: 'o.ngoai', kind: 'person', unit }),
        coded('unit_out_of_reach'),
      );
    await assert.rejects(
      admin().endPosition(district, `head-1@${UNIT.province}`),
      coded('unit_out_of_reach'),
    );
    const far = await someone(UNIT.department);
    for (const attempt of [
      () => admin().disableAccount(district, far),
      () => admin().resetPassword(district, far),
      () => give(district, far, 'counter', UNIT.commune),
    ])
      await assert.rejects(attempt, coded('account_unknown'));
  });

  it('grants no administrator above themselves', async () => {
    const login = await someone(UNIT.district);
    await assert.rejects(give(district, login, 'administrator', UNIT.province), coded('unit_out_of_reach'));
    assert.equal((await give(district, login, 'administrator', UNIT.commune)).position, 'administrator');
  });

  it('gives no position to themselves, in their own name or for another', async () => {
    await assert.rejects(give(top, 'quan.tri.tinh', 'head', UNIT.department), coded('not_for_yourself'));
    await office.position('quan.tri.huyen', 'specialist', UNIT.province);
    const principal = await office.principal('quan.tri.tinh');
    await admin().delegate(principal, {
      position: top.officer.code,
      to: 'quan.tri.huyen',
      from: '2019-04-15',
      until: '2019-04-20',
    });
    const standIn = await office.acting('quan.tri.huyen', top.officer.code);
    assert.equal(standIn.principal, principal.accountNo);
    await assert.rejects(give(standIn, 'quan.tri.huyen', 'head', UNIT.district), coded('not_for_yourself'));
    await assert.rejects(give(standIn, 'quan.tri.tinh', 'head', UNIT.district), coded('not_for_yourself'));
    await assert.rejects(admin().resetPassword(standIn, 'quan.tri.tinh'), coded('not_for_yourself'));
    await assert.rejects(admin().disableAccount(standIn, 'quan.tri.huyen'), coded('not_for_yourself'));
    const [event] = await eventsOf('positionGiven', await giveAny(standIn));
    assert.deepEqual([event!.who, event!.what.by], [standIn.person, standIn.by]);
  });

  it('takes over nobody who also has a say above them', async () => {
    const login = await someone(UNIT.commune);
    await give(top, login, 'specialist', UNIT.province, { from: '2019-06-01' });
    await assert.rejects(admin().resetPassword(district, login), coded('account_unknown'));
    await assert.rejects(admin().disableAccount(district, login), coded('account_unknown'));
    assert.ok((await admin().resetPassword(top, login)).secret);
  });

  it('below the top reaches no account that no unit answers for, and gives no position that serves all', async () => {
    await office.person('khong.don.vi');
    await assert.rejects(admin().resetPassword(district, 'khong.don.vi'), coded('account_unknown'));
    assert.ok(await admin().resetPassword(top, 'khong.don.vi'));
    const login = await someone(UNIT.district);
    await assert.rejects(give(district, login, 'postal', UNIT.district), coded('unit_out_of_reach'));
    const post = await give(top, login, 'postal', UNIT.province);
    assert.deepEqual([post.unitId, post.servesAll, post.code], [null, true, `post-2@${UNIT.province}`]);
  });

  it('sees the accounts that they reach', async () => {
    const [here, there] = [await someone(UNIT.commune), await someone(UNIT.department)];
    const seen = new Set((await admin().accounts(district)).map((one) => one.login));
    assert.ok(seen.has(here) && !seen.has(there) && !seen.has('quan.tri.tinh'));
    const all = (await admin().accounts(top)).map((one) => one.login);
    assert.ok(all.includes(here) && all.includes(there));
    assert.ok(!JSON.stringify(await admin().accounts(top)).includes('argon2'));
  });
});

async function giveAny(by: Acting): Promise<string> {
  return (await give(by, await someone(UNIT.commune), 'counter', UNIT.commune)).code;
}
const eventsOf = async (act: string, position: string) =>
  (await admin().events(null, { limit: 500 })).filter(
    (one) => one.act === act && one.what.position === position,
  );

describe('accounts', () => {
  it('bear a login once, however it is written, and only a login that can be typed', async () => {
    await admin().createAccount(top, { login: 'Trùng.Tên', kind: 'person', unit: UNIT.commune });
    await assert.rejects(
      admin().createAccount(top, { login: 'trùng.tên', kind: 'person' }),
      coded('login_taken'),
    );
    for (const login of ['', ' ', 'a b', 'a\u0000b', 'a\nb', '<b>', "x'--", 'x'.repeat(101), '\u202eabc'])
      await assert.rejects(
        admin().createAccount(top, { login, kind: 'person' }),
        coded('login_not_understood'),
        JSON.stringify(login),
      );
  });

  it('are made with a weak password by nobody', async () => {
    await assert.rejects(
      admin().createAccount(null, { login: 'yeu', kind: 'person', password: 'abc' }),
      coded('password_too_short'),
    );
  });

  it('once disabled get neither a password nor a position', async () => {
    const login = await someone(UNIT.commune);
    await admin().disableAccount(top, login);
    await assert.rejects(admin().resetPassword(top, login), coded('account_disabled'));
    await assert.rejects(give(top, login, 'counter', UNIT.commune), coded('account_disabled'));
    await assert.rejects(admin().disableAccount(top, 'nobody.there'), coded('account_unknown'));
  });
});

describe('positions', () => {
  it('get the next free code of their role at that unit', async () => {
    const login = await someone(UNIT.department);
    const codes = [];
    for (const role of ['counter', 'counter', 'head', 'catalogueManager'])
      codes.push((await give(top, login, role, UNIT.department)).code);
    assert.deepEqual(
      codes,
      ['counter-3', 'counter-4', 'head-2', 'catalogueManager-1'].map((name) => `${name}@${UNIT.department}`),
    );
  });

  it('are refused for other roles, for another kind of account, and with a validity that is none', async () => {
    const login = await someone(UNIT.commune);
    for (const role of ['citizen', 'emperor', ''])
      await assert.rejects(give(top, login, role, UNIT.commune), coded('role_unknown'));
    await assert.rejects(give(top, login, 'system', UNIT.province), coded('role_not_for_account'));
    await admin().createAccount(top, { login: 'may.chu', kind: 'system' });
    await assert.rejects(give(top, 'may.chu', 'head', UNIT.commune), coded('role_not_for_account'));
    const refused = (days: object, code: string) =>
      assert.rejects(give(top, login, 'counter', UNIT.commune, days), coded(code), JSON.stringify(days));
    await refused({ from: '2019-02-30' }, 'day_not_understood');
    await refused({ from: '-infinity' }, 'day_not_understood');
    await refused({ until: 'tomorrow' }, 'day_not_understood');
    await refused({ from: '2019-05-01', until: '2019-05-01' }, 'validity_empty');
    await refused({ from: '2019-04-14' }, 'position_past');
  });

  it('stand only at a unit that stands on all of their days', async () => {
    const login = await someone(UNIT.province);
    await database.app.query(
      `INSERT INTO motcua.unit (agency_code, level, kind, name, parent_id, valid_from, valid_until)
       SELECT code, 'commune', 'committee', code, id, "from"::date, until::date
         FROM motcua.unit, (VALUES ('GONE', '2010-01-01', '2019-01-01'), ('SOON', '2019-07-01', 'infinity'),
           ('BRIEF', '2010-01-01', '2019-07-01')) AS u (code, "from", until) WHERE agency_code = $1`,
      [UNIT.province],
    );
    await office.deps.onPositions!();
    await assert.rejects(give(top, login, 'counter', 'NOWHERE'), coded('unit_unknown'));
    await assert.rejects(give(top, login, 'counter', 'GONE'), coded('unit_ended'));
    await assert.rejects(give(top, login, 'counter', 'SOON'), coded('unit_ended'));
    await assert.rejects(give(top, login, 'counter', 'BRIEF'), coded('unit_ended'));
    await assert.rejects(give(top, login, 'counter', 'BRIEF', { until: '2019-07-02' }), coded('unit_ended'));
    assert.ok(await give(top, login, 'counter', 'BRIEF', { until: '2019-07-01' }));
    assert.ok(await give(top, login, 'counter', 'SOON', { from: '2019-07-01' }));
  });

  it('are at once the account’s, and at once no more when they end today', async () => {
    const login = await someone(UNIT.commune);
    const { token } = await identity.signIn({ login, password: PASSWORD }, HERE);
    const held = async () =>
      (await identity.authenticate({ session: token }))!.positions.map((one) => one.code);
    assert.deepEqual(await held(), []);
    const { code } = await give(district, login, 'counter', UNIT.commune);
    assert.deepEqual(await held(), [code]);
    assert.equal((await admin().endPosition(district, code)).validUntil, '2019-04-15');
    assert.deepEqual(await held(), []);
  });

  it('end today or later, once, and are not drawn out by it', async () => {
    const login = await someone(UNIT.commune);
    const { code } = await give(top, login, 'counter', UNIT.commune, { until: '2019-06-01' });
    for (const on of ['2019-04-14', '2019-06-01', '2019-08-01'])
      await assert.rejects(admin().endPosition(top, code, on), coded('position_past'), on);
    await assert.rejects(admin().endPosition(top, code, 'x'), coded('day_not_understood'));
    await assert.rejects(admin().endPosition(top, 'head-9@NOWHERE'), coded('position_unknown'));
    await admin().endPosition(top, code, '2019-05-01');
    const { rows } = await database.app.query(
      'SELECT valid_until::text FROM motcua.officer WHERE code = $1',
      [code],
    );
    assert.equal(rows[0].valid_until, '2019-05-01');
  });
});

describe('what was done', () => {
  it('is written down with who, in which position, to whom and what: every act, and no secret', async () => {
    const login = await someone(UNIT.commune);
    const last = (await admin().events(null, { limit: 1 }))[0]!.no;
    const other = 'ghi.lai';
    const secrets = [
      (await admin().createAccount(district, { login: other, kind: 'person', unit: UNIT.commune })).secret!,
      (await admin().resetPassword(district, other)).secret!,
    ];
    const { code } = await give(district, login, 'head', UNIT.commune);
    const own = (await give(district, other, 'specialist', UNIT.commune)).code;
    const principal = await office.principal(login);
    const days = { from: '2019-05-01', until: '2019-05-03' };
    const { no } = await admin().delegate(principal, { position: code, to: other, ...days });
    await admin().endDelegation(principal, no);
    await admin().endPosition(district, own);
    await admin().disableAccount(district, other);
    const events = (await admin().events(null, { limit: 500 })).filter((one) => one.no > last).reverse();
    assert.deepEqual(
      events.map((one) => [one.act, one.position, one.who]),
      [
        ['accountCreated', district.officer.code, district.person],
        ['passwordReset', district.officer.code, district.person],
        ['positionGiven', district.officer.code, district.person],
        ['positionGiven', district.officer.code, district.person],
        ['delegated', code, principal.accountNo],
        ['delegationEnded', code, principal.accountNo],
        ['positionEnded', district.officer.code, district.person],
        ['accountDisabled', district.officer.code, district.person],
      ],
    );
    assert.ok(events.every((one) => one.account !== null && one.at === office.clock.now()));
    for (const secret of secrets) assert.ok(!JSON.stringify(events).includes(secret));
  });

  it('is not written down when it was refused', async () => {
    const count = async () => (await admin().events(null, { limit: 500 })).length;
    const before = await count();
    await assert.rejects(give(district, 'quan.tri.tinh', 'head', UNIT.province));
    assert.equal(await count(), before);
  });

  it('is told to auditors', async () => {
    const login = await someone(UNIT.province);
    await office.position(login, 'auditor', UNIT.province);
    assert.ok((await admin().events(await office.acting(login), { limit: 3 })).length === 3);
    assert.throws(() => admin().events(district), coded('auditors_only'));
  });
});
