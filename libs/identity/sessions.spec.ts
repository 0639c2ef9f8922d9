import assert from 'node:assert/strict';
import { type KeyObject, createHmac, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { before, describe, it } from 'node:test';
import { SignJWT, decodeJwt, decodeProtectedHeader } from 'jose';
import { fromMillis, newId, toMillis } from '#libs/kernel';
import { type TestDatabase, UNIT, smallProvince, testDatabase } from '#libs/testing';
import type { Identity, Tokens } from './index.js';
import { HERE, type Office, PASSWORD, coded, openOffice } from './office.fixture.js';
import { Sessions } from './sessions.js';
import { AccessTokens } from './token/access.js';

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

const later = (ms: number): void => office.clock.moveTo(fromMillis(toMillis(office.clock.now()) + ms));
const MINUTE = 60_000;

async function signedIn() {
  const login = `can.bo.${(named += 1)}`;
  await office.person(login, UNIT.commune);
  return identity.signIn({ login, password: PASSWORD }, HERE);
}
async function system(): Promise<Tokens & { login: string; secret: string }> {
  const login = `may.${(named += 1)}`;
  const { secret } = await identity.administration.createAccount(null, { login, kind: 'system' });
  return { login, secret: secret!, ...(await identity.signInSystem({ login, secret: secret! }, HERE)) };
}
const alive = async (session: string) => (await identity.authenticate({ session })) !== null;
const lives = async (bearer: string) => (await identity.authenticate({ bearer })) !== null;

describe('a session', () => {
  it('ends after 30 minutes of rest, and use keeps it', async () => {
    const { token } = await signedIn();
    for (let i = 0; i < 4; i += 1) {
      later(29 * MINUTE);
      assert.ok(await alive(token));
    }
    later(30 * MINUTE);
    assert.ok(!(await alive(token)));
  });

  it('ends after twelve hours whatever is done', async () => {
    const { token, expiresAt } = await signedIn();
    assert.equal(toMillis(expiresAt) - toMillis(office.clock.now()), 12 * 60 * MINUTE);
    while (toMillis(office.clock.now()) + 20 * MINUTE < toMillis(expiresAt)) {
      later(20 * MINUTE);
      assert.ok(await alive(token));
    }
    office.clock.moveTo(expiresAt);
    assert.ok(!(await alive(token)));
  });

  it('is known by nothing but its token', async () => {
    const { token } = await signedIn();
    for (const other of ['', 'x', `${token}x`, token.slice(1), token.toLowerCase()])
      assert.ok(!(await alive(other)), other);
  });

  it('ends with all others of the account at sign-out: here at once, elsewhere within a second', async () => {
    const one = await signedIn();
    const login = one.principal.login;
    const two = await identity.signIn({ login, password: PASSWORD }, { address: '192.0.2.77' });
    const elsewhere = office.another();
    assert.ok(await elsewhere.authenticate({ session: two.token }));
    await identity.signOut(one.principal);
    assert.ok(!(await alive(one.token)));
    assert.ok(!(await alive(two.token)));
    later(1_000);
    assert.equal(await elsewhere.authenticate({ session: two.token }), null);
  });

  it('ends at once when its account is disabled', async () => {
    const { token, principal } = await signedIn();
    assert.ok(await alive(token));
    await identity.administration.disableAccount(null, principal.login);
    assert.ok(!(await alive(token)));
  });

  it('is nothing while its account is disabled, even if it were opened again', async () => {
    const { token, principal } = await signedIn();
    await identity.administration.disableAccount(null, principal.login);
    await database.app.query('UPDATE motcua.session SET ended_at = NULL WHERE account_no = $1', [
      principal.accountNo,
    ]);
    assert.ok(!(await alive(token)));
  });

  it('is not opened with a password that was checked before all was ended', async () => {
    const { principal } = await signedIn();
    const { pool, clock, keys } = office.deps;
    const sessions = new Sessions(pool, clock, new AccessTokens(keys.token, clock));
    const no = principal.accountNo;
    const { rows } = await database.app.query(
      'SELECT signed_out_at AS at FROM motcua.account WHERE no = $1',
      [no],
    );
    later(1);
    await identity.signOut(principal);
    await assert.rejects(sessions.open(no, rows[0].at), coded('sign_in_failed'));
    await assert.rejects(sessions.openForTokens(no, rows[0].at), coded('sign_in_failed'));
    assert.ok(await sessions.open(no, clock.now()));
  });

  it('ends when the password is given anew', async () => {
    const { token, principal } = await signedIn();
    await identity.administration.resetPassword(null, principal.login);
    assert.ok(!(await alive(token)));
  });

  it('is believed for a second without asking, and not longer', async () => {
    const { token, principal } = await signedIn();
    assert.ok(await alive(token));
    await database.app.query('UPDATE motcua.session SET ended_at = $2 WHERE account_no = $1', [
      principal.accountNo,
      office.clock.now(),
    ]);
    later(999);
    assert.ok(await alive(token));
    later(1);
    assert.ok(!(await alive(token)));
  });

  it('shows a position from the midnight on which it begins to the midnight on which it ends', async () => {
    office.clock.moveTo('2019-05-06T03:00:00.000Z');
    const { principal } = await signedIn();
    const login = principal.login;
    await office.position(login, 'counter', UNIT.commune, { from: '2019-05-07', until: '2019-05-08' });
    const held = async (at: string) => {
      office.clock.moveTo(at);
      return (await office.principal(login)).positions.length;
    };
    assert.equal(await held('2019-05-06T16:59:59.999Z'), 0);
    assert.equal(await held('2019-05-06T17:00:00.000Z'), 1);
    assert.equal(await held('2019-05-07T16:59:59.999Z'), 1);
    assert.equal(await held('2019-05-07T17:00:00.000Z'), 0);
  });
});

describe('access tokens', () => {
  it('are EdDSA, for ten minutes, and say nothing but whose and of which session', async () => {
    const { accessToken, expiresIn } = await system();
    assert.equal(expiresIn, 600);
    const { alg, typ } = decodeProtectedHeader(accessToken);
    assert.deepEqual({ alg, typ }, { alg: 'EdDSA', typ: 'at+jwt' });
    const claims = decodeJwt(accessToken);
    assert.deepEqual(Object.keys(claims).sort(), ['aud', 'exp', 'iat', 'iss', 'sid', 'sub']);
    assert.deepEqual([claims.iss, claims.aud, claims.exp! - claims.iat!], ['motcua', 'motcua', 600]);
    assert.equal((await identity.authenticate({ bearer: accessToken }))?.kind, 'system');
  });

  it('end after ten minutes, however often they were verified before', async () => {
    const { accessToken } = await system();
    later(10 * MINUTE - 1_000);
    assert.ok(await lives(accessToken));
    later(1_000);
    assert.ok(!(await lives(accessToken)));
  });

  it('end with their session', async () => {
    const { accessToken } = await system();
    const principal = (await identity.authenticate({ bearer: accessToken }))!;
    await identity.signOut(principal);
    assert.ok(!(await lives(accessToken)));
  });

  it('are nothing when expired, forged, unsigned, for others or by others', async () => {
    const { accessToken } = await system();
    const claims = decodeJwt(accessToken);
    const header = decodeProtectedHeader(accessToken) as { alg: string; typ: string; kid: string };
    const key = office.deps.keys.token;
    const other = generateKeyPairSync('ed25519').privateKey;
    const sign = (more: object, head: object = {}, by: KeyObject = key) =>
      new SignJWT({ ...claims, ...more }).setProtectedHeader({ ...header, ...head }).sign(by);
    assert.ok(await lives(await sign({})), 'the same claims by our key');

    const [head, body, signature] = accessToken.split('.') as [string, string, string];
    const encode = (json: object) => Buffer.from(JSON.stringify(json)).toString('base64url');
    const unsigned = (alg: string) => `${encode({ ...header, alg })}.${body}.`;
    const asSecret = `${encode({ ...header, alg: 'HS256' })}.${body}`;
    const publicPem = createPublicKey(key).export({ type: 'spki', format: 'pem' });
    const now = Math.floor(toMillis(office.clock.now()) / 1000);
    const bad: Record<string, string> = {
      'alg none': unsigned('none'),
      'alg None': unsigned('None'),
      'no signature': `${head}.${body}.`,
      'a signature of something else': `${head}.${encode({ ...claims, sub: '1' })}.${signature}`,
      'the public key as a secret': `${asSecret}.${createHmac('sha256', publicPem).update(asSecret).digest('base64url')}`,
      'another key': await sign({}, {}, other),
      'another key id': await sign({}, { kid: 'other' }),
      'another type': await sign({}, { typ: 'JWT' }),
      'another audience': await sign({ aud: 'elsewhere' }),
      'another issuer': await sign({ iss: 'elsewhere' }),
      expired: await sign({ iat: now - 700, exp: now - 100 }),
      'without an end': await sign({ exp: undefined }),
      'not yet': await sign({ nbf: now + 60 }),
      'no such session': await sign({ sid: newId() }),
      'no session id': await sign({ sid: undefined }),
      "somebody else's session": await sign({ sub: '1' }),
      'no token at all': 'Bearer',
      empty: '',
    };
    for (const [name, token] of Object.entries(bad)) assert.equal(await lives(token), false, name);
  });
});

describe('refresh tokens', () => {
  it('are good once and give the next', async () => {
    const first = await system();
    const second = await identity.refresh(first.refreshToken);
    assert.ok(await lives(second.accessToken));
    const third = await identity.refresh(second.refreshToken);
    assert.ok(await lives(third.accessToken));
  });

  it('end the session and everything of it when one is used twice', async () => {
    const first = await system();
    const second = await identity.refresh(first.refreshToken);
    assert.ok(await lives(second.accessToken));
    await assert.rejects(identity.refresh(first.refreshToken), coded('refresh_refused'));
    assert.ok(!(await lives(second.accessToken)));
    await assert.rejects(identity.refresh(second.refreshToken), coded('refresh_refused'));
  });

  it('are good once also when two use one at the same moment', async () => {
    const { refreshToken } = await system();
    const both = await Promise.allSettled([identity.refresh(refreshToken), identity.refresh(refreshToken)]);
    const done = both.filter((one) => one.status === 'fulfilled');
    assert.equal(done.length, 1);
    const { accessToken } = (done[0] as PromiseFulfilledResult<Tokens>).value;
    assert.ok(!(await lives(accessToken)), 'one of the two was a copy');
  });

  it('are nothing when never ours, and that ends nobody', async () => {
    const { accessToken } = await system();
    await assert.rejects(identity.refresh('x'.repeat(43)), coded('refresh_refused'));
    assert.ok(await lives(accessToken));
  });

  it('end at sign-out, at rest, and with the account', async () => {
    const one = await system();
    await identity.signOut((await identity.authenticate({ bearer: one.accessToken }))!);
    await assert.rejects(identity.refresh(one.refreshToken), coded('refresh_refused'));
    const two = await system();
    await identity.administration.disableAccount(null, two.login);
    await assert.rejects(identity.refresh(two.refreshToken), coded('refresh_refused'));
    const three = await system();
    later(30 * MINUTE);
    await assert.rejects(identity.refresh(three.refreshToken), coded('refresh_refused'));
  });
});

describe('what the application may do in the database', () => {
  it('never changes or removes what happened', async () => {
    const { principal } = await signedIn();
    const denied = { code: '42501' };
    for (const sql of [
      'DELETE FROM motcua.account_event',
      `UPDATE motcua.account_event SET act = 'x'`,
      'DELETE FROM motcua.account',
      'DELETE FROM motcua.session',
      'DELETE FROM motcua.refresh_token',
      'DELETE FROM motcua.delegation',
      'UPDATE motcua.delegation SET delegate = 1',
      `UPDATE motcua.session SET until_at = 'infinity'`,
      `UPDATE motcua.account SET login = 'x'`,
      'TRUNCATE motcua.account_event',
    ])
      await assert.rejects(database.app.query(sql), denied, sql);
    assert.ok(principal.accountNo > 0);
  });
});
