import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { hash } from '@node-rs/argon2';
import { connect } from '#libs/database';
import { fromMillis, toMillis } from '#libs/kernel';
import { type TestDatabase, UNIT, smallProvince, testDatabase } from '#libs/testing';
import { DEMO_PASSWORD } from '../index.js';
import { fold } from './device.js';
import { HERE, type Office, PASSWORD, coded, openOffice } from '../office.fixture.js';

let database: TestDatabase;
let office: Office;
let named = 0;
before(async () => {
  database = await testDatabase();
  await smallProvince(database.app);
  office = await openOffice(database.app);
});

async function someone(): Promise<string> {
  const login = `nhanvien${(named += 1)}`;
  await office.person(login, UNIT.commune);
  return login;
}
const wrong = (login: string, origin: { address: string; device?: string } = HERE) =>
  assert.rejects(
    office.identity.signIn({ login, password: 'sai mật khẩu rồi' }, origin),
    coded('sign_in_failed'),
  );
const right = (login: string, origin: { address: string; device?: string } = HERE) =>
  office.identity.signIn({ login, password: PASSWORD }, origin);
const later = (seconds: number): void =>
  office.clock.moveTo(fromMillis(toMillis(office.clock.now()) + seconds * 1000));

describe('sign-in by password', () => {
  it('opens a session for the right password, however the login is written', async () => {
    const login = await someone();
    const signed = await right(` ${login.toUpperCase()} `);
    assert.equal(signed.principal.login, login);
    assert.equal(signed.principal.mustChange, false);
    assert.match(signed.token, /^[\w-]{43}$/);
    assert.equal((await office.identity.authenticate({ session: signed.token }))?.login, login);
  });

  it('gives one answer for a wrong password, no such login, a system and a disabled account', async () => {
    const login = await someone();
    await wrong(login);
    for (const nobody of ['nobody.at.all', '', 'a\0b', "x' OR 1=1 --", '\ud800', 'x'.repeat(5_000)])
      await wrong(nobody);
    const { secret } = await office.identity.administration.createAccount(null, {
      login: 'he.thong',
      kind: 'system',
    });
    await assert.rejects(
      office.identity.signIn({ login: 'he.thong', password: secret! }, HERE),
      coded('sign_in_failed'),
    );
    await office.identity.administration.disableAccount(null, login);
    await assert.rejects(right(login), coded('sign_in_failed'));
  });

  it('stores neither the password nor the token', async () => {
    const login = await someone();
    const { token } = await right(login);
    const { rows } = await database.app.query(
      `SELECT a.password_hash, s.token_hash FROM motcua.account a JOIN motcua.session s ON s.account_no = a.no
        WHERE a.login = $1 ORDER BY s.opened_at DESC, s.id DESC LIMIT 1`,
      [login],
    );
    assert.match(rows[0].password_hash, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    assert.equal(rows[0].token_hash.length, 32);
    assert.ok(!rows[0].token_hash.equals(Buffer.from(token, 'base64url')));
  });

  it('hashes anew at the next sign-in what was hashed at another cost', async () => {
    const login = await someone();
    const cheap = await hash(PASSWORD.normalize('NFC'), { memoryCost: 8_192, timeCost: 1, parallelism: 1 });
    await database.app.query('UPDATE motcua.account SET password_hash = $2 WHERE login = $1', [login, cheap]);
    await right(login);
    const { rows } = await database.app.query('SELECT password_hash FROM motcua.account WHERE login = $1', [
      login,
    ]);
    assert.match(rows[0].password_hash, /m=19456,t=2,p=1/);
    await right(login);
  });
});

describe('the first password', () => {
  it('must be changed before anything else works, and then is worth nothing', async () => {
    const { secret } = await office.identity.administration.createAccount(null, {
      login: 'moi',
      kind: 'person',
    });
    const { principal, token } = await office.identity.signIn({ login: 'moi', password: secret! }, HERE);
    assert.equal(principal.mustChange, true);
    assert.throws(() => office.identity.actingAs(principal, undefined), coded('password_change_required'));
    const changed = await office.identity.changePassword(principal, { current: secret!, next: PASSWORD });
    assert.equal(changed.principal.mustChange, false);
    assert.equal(await office.identity.authenticate({ session: token }), null);
    assert.ok(await office.identity.authenticate({ session: changed.token }));
    await assert.rejects(
      office.identity.signIn({ login: 'moi', password: secret! }, HERE),
      coded('sign_in_failed'),
    );
  });

  it('is worth nothing after three days', async () => {
    const { secret } = await office.identity.administration.createAccount(null, {
      login: 'cham',
      kind: 'person',
    });
    later(72 * 3_600);
    await assert.rejects(
      office.identity.signIn({ login: 'cham', password: secret! }, HERE),
      coded('sign_in_failed'),
    );
  });

  it('is changed only by who knows it, to one that is not weak and not the same', async () => {
    const { secret } = await office.identity.administration.createAccount(null, {
      login: 'thay.doi',
      kind: 'person',
    });
    const { principal } = await office.identity.signIn({ login: 'thay.doi', password: secret! }, HERE);
    const change = (current: string, next: string) =>
      office.identity.changePassword(principal, { current, next });
    await assert.rejects(change('không phải', PASSWORD), coded('password_wrong'));
    await assert.rejects(change(secret!, secret!), coded('password_same'));
    await assert.rejects(change(secret!, 'password1234'), coded('password_too_weak'));
    await assert.rejects(change(secret!, 'ngắn quá'), coded('password_too_short'));
    await assert.rejects(change(secret!, 'x'.repeat(129)), coded('password_too_long'));
    await assert.rejects(change(secret!, 'xin chao thay.doi 5821'), coded('password_holds_login'));
  });
});

describe('a password that is changed while it is reset', () => {
  it('is not the one that counts: the reset is', async () => {
    const login = await someone();
    const principal = await office.principal(login);
    const next = 'trăng lên đỉnh núi 77';
    const reset = 'mưa rào tháng sáu 1802';
    // As the owner, who may see who waits.
    const [client, watcher] = [await connect(database.ownerUrl), await connect(database.ownerUrl)];
    try {
      await client.query('BEGIN');
      const sql = 'UPDATE motcua.account SET password_hash = $2 WHERE login = $1';
      await client.query(sql, [login, await hash(reset.normalize('NFC'))]);
      const refused = assert.rejects(
        office.identity.changePassword(principal, { current: PASSWORD, next }),
        coded('password_wrong'),
      );
      const waiting = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
      const until = Date.now() + 10_000;
      while ((await watcher.query(waiting)).rowCount === 0) assert.ok(Date.now() < until, 'nobody waits');
      await client.query('COMMIT');
      await refused;
    } finally {
      await client.end();
      await watcher.end();
    }
    await assert.rejects(office.identity.signIn({ login, password: next }, HERE), coded('sign_in_failed'));
    assert.equal((await office.identity.signIn({ login, password: reset }, HERE)).principal.login, login);
  });
});

describe('lock-out', () => {
  it('makes a stranger wait after five wrong passwords, twice as long each time, and says how long', async () => {
    const login = await someone();
    for (let i = 0; i < 4; i += 1) await wrong(login, { address: '198.51.100.1' });
    for (const wait of [30, 60, 120]) {
      await wrong(login, { address: '198.51.100.1' });
      const locked = { ...coded('sign_in_locked'), detail: { params: { retryAfter: wait } } };
      await assert.rejects(right(login, { address: '198.51.100.1' }), locked);
      later(wait - 1);
      await assert.rejects(right(login, { address: '198.51.100.1' }), coded('sign_in_locked'));
      later(1);
    }
    await right(login, { address: '198.51.100.1' });
  });

  it('counts a login once, however it is written, for all letters that the database takes for the same', async () => {
    const login = await someone();
    for (let i = 0; i < 5; i++) await wrong(login);
    for (const written of [login.toUpperCase(), login.replaceAll('i', 'İ'), login.replace('n', 'N')])
      await assert.rejects(right(written), coded('sign_in_locked'), written);
    const { rows } = await database.app.query<{ written: string; stored: string }>(
      `SELECT chr(i) AS written, lower(chr(i)) AS stored FROM generate_series(1, 1114111) AS i
        WHERE i NOT BETWEEN 55296 AND 57343 AND lower(chr(i)) <> chr(i)`,
    );
    assert.ok(rows.length > 1_000, `${rows.length} letters`);
    assert.deepEqual(
      rows.filter(({ written, stored }) => fold(written) !== fold(stored)),
      [],
    );
    assert.equal(fold('ΑΣ'), fold('ασ'));
  });

  it('never waits longer than an hour, and forgets after a day', async () => {
    const login = await someone();
    const at = { address: '198.51.100.9' };
    let longest = 0;
    for (let i = 0; i < 16; i += 1) {
      await wrong(login, at);
      if (i < 4) continue;
      await assert.rejects(right(login, at), (error: { detail: { params: { retryAfter: number } } }) => {
        longest = error.detail.params.retryAfter;
        return true;
      });
      later(longest);
    }
    assert.equal(longest, 3_600);
    later(86_401);
    for (let i = 0; i < 4; i += 1) await wrong(login, at);
    await right(login, at);
  });

  it('locks neither a device that signed in before nor another address', async () => {
    const login = await someone();
    const { device } = await right(login);
    for (let i = 0; i < 5; i += 1) await wrong(login, { address: '203.0.113.7' });
    await assert.rejects(right(login, { address: '203.0.113.7' }), coded('sign_in_locked'));
    await right(login, { address: '203.0.113.7', device });
    await right(login, { address: '203.0.113.8' });
  });

  it('forgets no wrong password of a stranger because somebody else there knows the right one; of a device all', async () => {
    const login = await someone();
    const at = { address: '203.0.113.60' };
    for (let i = 0; i < 4; i += 1) await wrong(login, at);
    const { device } = await right(login, at);
    await wrong(login, at);
    await assert.rejects(right(login, at), coded('sign_in_locked'));
    for (let round = 0; round < 3; round += 1) {
      for (let i = 0; i < 4; i += 1) await wrong(login, { ...at, device });
      await right(login, { ...at, device });
    }
  });

  it('counts a known device, too, and only it', async () => {
    const login = await someone();
    const { device } = await right(login);
    for (let i = 0; i < 5; i += 1) await wrong(login, { ...HERE, device });
    await assert.rejects(right(login, { ...HERE, device }), coded('sign_in_locked'));
    await right(login);
  });

  it("takes a device token of another login, a forged or an old one for a stranger's", async () => {
    const [login, other] = [await someone(), await someone()];
    const { device } = await right(other);
    const own = (await right(login)).device;
    const at = { address: '203.0.113.40' };
    for (let i = 0; i < 5; i += 1) await wrong(login, { ...at, device });
    const [nonce, since] = own.split('.');
    for (const bad of [
      device,
      `${own}x`,
      `${nonce}.${since}`,
      `${nonce}.zzzzzz.${own.split('.')[2]}`,
      '..',
      '',
    ])
      await assert.rejects(right(login, { ...at, device: bad }), coded('sign_in_locked'), bad);
    later(91 * 86_400);
    for (let i = 0; i < 5; i += 1) await wrong(login, at);
    await assert.rejects(right(login, { ...at, device: own }), coded('sign_in_locked'));
  });

  it('counts the addresses of one IPv6 network together', async () => {
    const login = await someone();
    for (let i = 1; i <= 5; i += 1) await wrong(login, { address: `2001:db8:1:2::${i}` });
    await assert.rejects(right(login, { address: '2001:db8:1:2:ffff::9' }), coded('sign_in_locked'));
    await right(login, { address: '2001:db8:1:3::1' });
  });

  it('loses no count when many try at once, and lets no more than five of them try', async () => {
    const login = await someone();
    const tries = Array.from({ length: 20 }, () =>
      office.identity.signIn({ login, password: 'sai mật khẩu rồi' }, { address: '203.0.113.99' }),
    );
    const codes = (await Promise.allSettled(tries)).map((one) => (one as PromiseRejectedResult).reason.code);
    assert.equal(codes.filter((code) => code === 'sign_in_failed').length, 5);
    assert.equal(codes.filter((code) => code === 'sign_in_locked').length, 15);
  });

  it('lets two right ones in at once, each with a session of its own', async () => {
    const login = await someone();
    later(1);
    const [one, other] = await Promise.all([right(login), right(login)]);
    assert.notEqual(one.token, other.token);
    assert.ok(await office.identity.authenticate({ session: one.token }));
    assert.ok(await office.identity.authenticate({ session: other.token }));
    const { rows } = await database.app.query(
      'SELECT max(failures) AS most FROM motcua.sign_in_failure WHERE last_at = $1',
      [office.clock.now()],
    );
    assert.equal(rows[0].most, 0);
  });

  it('forgets its counters when they are a day old', async () => {
    later(2 * 86_400);
    await office.identity.tidy();
    const { rows } = await database.app.query('SELECT count(*)::int AS n FROM motcua.sign_in_failure');
    assert.equal(rows[0].n, 0);
  });
});

describe('demonstration accounts', () => {
  const demo = { login: `head-1@${UNIT.commune}`, password: DEMO_PASSWORD };

  it('sign in where demonstrations are allowed, each in its position', async () => {
    const { principal } = await office.identity.signIn(demo, HERE);
    assert.deepEqual(
      principal.positions.map((one) => [one.code, one.accountNo]),
      [[demo.login, principal.accountNo]],
    );
    assert.equal(office.identity.actingAs(principal, undefined).principal, principal.accountNo);
    await assert.rejects(
      office.identity.changePassword(principal, { current: DEMO_PASSWORD, next: PASSWORD }),
      coded('demo_password_fixed'),
    );
  });

  it('do not sign in anywhere else', async () => {
    const elsewhere = office.another({ demoAllowed: async () => false });
    await assert.rejects(elsewhere.signIn(demo, HERE), coded('demo_account_only_on_demo_data'));
    await assert.rejects(
      elsewhere.signInSystem({ login: `portal@${UNIT.province}`, secret: DEMO_PASSWORD }, HERE),
      coded('demo_account_only_on_demo_data'),
    );
  });
});
