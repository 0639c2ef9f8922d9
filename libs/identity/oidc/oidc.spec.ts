import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { SignJWT, decodeJwt, decodeProtectedHeader } from 'jose';
import * as client from 'openid-client';
import { fromMillis, toMillis } from '#libs/kernel';
import { type TestDatabase, UNIT, smallProvince, testDatabase } from '#libs/testing';
import { CLIENT, RESOURCE, type TestProvider, startProvider } from '../../../test/support/oidc.js';
import type { Identity } from '../index.js';
import { type Office, coded, openOffice } from '../office.fixture.js';
import { type OidcConfig, checkOidc } from './config.js';
import { ownPath } from './keep.js';

const CALLBACK = 'http://127.0.0.1:9/sign-in/callback';

let database: TestDatabase;
let provider: TestProvider;
let office: Office;
let identity: Identity;
let config: OidcConfig;
let named = 0;
before(async () => {
  database = await testDatabase();
  await smallProvince(database.app);
  provider = await startProvider(CALLBACK);
  config = {
    issuer: provider.issuer,
    clientId: CLIENT.id,
    clientSecret: CLIENT.secret,
    redirectUri: CALLBACK,
    audience: RESOURCE,
  };
  office = await openOffice(database.app, { oidc: config });
  // The provider's tokens carry the real time.
  office.clock.moveTo(new Date().toISOString());
  identity = office.identity;
});
after(() => provider.close());

/** Somebody new at the provider, with an account here that waits for the link. */
async function newcomer(): Promise<string> {
  const login = `oidc.${(named += 1)}`;
  await identity.administration.createAccount(null, {
    login,
    kind: 'person',
    unit: UNIT.commune,
    byProvider: true,
  });
  Object.assign(provider.person, { subject: `sub-${login}`, login });
  return login;
}
async function signIn(who: Identity = identity) {
  const { url, keep } = await who.oidc!.begin('/dossiers?state=received');
  return who.oidc!.finish(await provider.browse(url), keep);
}

describe('sign-in by the provider', () => {
  it('links the account of that login at the first time, and finds it by the subject from then on', async () => {
    const login = await newcomer();
    const first = await signIn();
    assert.equal(first.principal.login, login);
    assert.equal(first.principal.mustChange, false);
    assert.equal(first.returnTo, '/dossiers?state=received');
    assert.equal((await identity.authenticate({ session: first.token }))?.login, login);
    provider.person.login = 'renamed.at.the.provider';
    assert.equal((await signIn()).principal.accountNo, first.principal.accountNo);
  });

  it('asks with PKCE, state and nonce', async () => {
    const { url } = await identity.oidc!.begin();
    const asked = new URL(url).searchParams;
    assert.equal(asked.get('code_challenge_method'), 'S256');
    for (const name of ['code_challenge', 'state', 'nonce']) assert.ok(asked.get(name)!.length >= 43, name);
    const again = new URL((await identity.oidc!.begin()).url).searchParams;
    for (const name of ['code_challenge', 'state', 'nonce'])
      assert.notEqual(again.get(name), asked.get(name));
  });

  it('makes no account by itself', async () => {
    Object.assign(provider.person, { subject: 'sub-stranger', login: 'stranger' });
    await assert.rejects(signIn(), coded('oidc_account_unknown'));
    const { rows } = await database.app.query(`SELECT 1 FROM motcua.account WHERE login = 'stranger'`);
    assert.equal(rows.length, 0);
  });

  it('makes one without any position where it is told to', async () => {
    const open = office.another({ oidc: { ...config, createAccounts: true } });
    Object.assign(provider.person, { subject: 'sub-welcome', login: 'welcome' });
    const { principal } = await signIn(open);
    assert.equal(principal.login, 'welcome');
    assert.deepEqual(principal.positions, []);
  });

  it('takes over no account that has a password, another link, or is disabled, a system or a demonstration', async () => {
    await office.person('with.password', UNIT.commune);
    const linked = await newcomer();
    await signIn();
    const disabled = await newcomer();
    await identity.administration.disableAccount(null, disabled);
    await identity.administration.createAccount(null, { login: 'machine', kind: 'system', byProvider: true });
    const open = office.another({ oidc: { ...config, createAccounts: true } });
    for (const login of ['with.password', linked, disabled, 'machine', `head-1@${UNIT.commune}`]) {
      Object.assign(provider.person, { subject: `sub-thief-of-${login}`, login });
      await assert.rejects(signIn(), coded('oidc_account_unknown'), login);
      await assert.rejects(signIn(open), coded('oidc_account_unknown'), login);
    }
  });

  it('lets the owner of a disabled account in by no other name, and makes no account for them', async () => {
    const login = await newcomer();
    await signIn();
    await identity.administration.disableAccount(null, login);
    const before = (await identity.administration.accounts(null)).length;
    const open = office.another({ oidc: { ...config, createAccounts: true } });
    provider.person.login = `${login}.again`;
    await assert.rejects(signIn(open), coded('oidc_account_unknown'));
    assert.equal((await identity.administration.accounts(null)).length, before);
  });

  it('lets a disabled account in no longer', async () => {
    const login = await newcomer();
    await signIn();
    await identity.administration.disableAccount(null, login);
    await assert.rejects(signIn(), coded('oidc_account_unknown'));
  });

  it('refuses a code that was used before', async () => {
    await newcomer();
    const { url, keep } = await identity.oidc!.begin();
    const query = await provider.browse(url);
    await identity.oidc!.finish(query, keep);
    await assert.rejects(identity.oidc!.finish(query, keep), coded('oidc_refused'));
  });

  it("refuses another's way back, a wrong state, a refusal, and what was kept too long or by nobody", async () => {
    await newcomer();
    const mine = await identity.oidc!.begin();
    const other = await identity.oidc!.begin();
    const query = await provider.browse(mine.url);
    const refused = (what: string, keep: string, why: string) =>
      assert.rejects(identity.oidc!.finish(what, keep), coded('oidc_refused'), why);
    await refused(query, other.keep, 'kept for another');
    await refused(query.replace(/state=[^&]+/, 'state=x'), mine.keep, 'wrong state');
    await refused('?error=access_denied&state=x', mine.keep, 'no');
    await refused('', mine.keep, 'nothing');
    await refused(query, `${mine.keep}x`, 'forged');
    await refused(query, '', 'kept nowhere');
    office.clock.moveTo(fromMillis(toMillis(office.clock.now()) + 600_000));
    await refused(query, mine.keep, 'too old');
  });

  it('says so when the provider is away, and asks again when it is back', async () => {
    const away = office.another({ oidc: { ...config, issuer: 'http://127.0.0.1:9' } });
    await assert.rejects(away.oidc!.begin(), coded('oidc_unavailable'));
  });
});

describe('access tokens of the provider', () => {
  /** As a script would get it. */
  async function accessToken(): Promise<string> {
    const server = new URL(provider.issuer);
    const known = await client.discovery(
      server,
      CLIENT.id,
      undefined,
      client.ClientSecretBasic(CLIENT.secret),
      {
        execute: [client.allowInsecureRequests],
      },
    );
    const verifier = client.randomPKCECodeVerifier();
    const url = client.buildAuthorizationUrl(known, {
      redirect_uri: CALLBACK,
      scope: 'openid api',
      resource: RESOURCE,
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    });
    const back = new URL(CALLBACK + (await provider.browse(url.href)));
    const answer = await client.authorizationCodeGrant(
      known,
      back,
      { pkceCodeVerifier: verifier },
      { resource: RESOURCE },
    );
    return answer.access_token;
  }
  const bearer = (token: string, who: Identity = identity) => who.authenticate({ bearer: token });

  it('are taken when they are for us, of a linked account', async () => {
    const login = await newcomer();
    await signIn();
    const token = await accessToken();
    assert.equal(decodeProtectedHeader(token).alg, 'ES256');
    const principal = await bearer(token);
    assert.equal(principal?.login, login);
    assert.equal(principal?.sessionId, null);
  });

  it('are nothing for others, of nobody here, forged, expired, or where no audience is configured', async () => {
    await newcomer();
    assert.equal(await bearer(await accessToken()), null, 'not linked yet');
    await signIn();
    const token = await accessToken();
    assert.ok(await bearer(token));
    const claims = decodeJwt(token);
    const { kid } = decodeProtectedHeader(token);
    const forged = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'ES256', kid: kid! })
      .sign(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);
    const [head, body, signature] = token.split('.') as [string, string, string];
    const none = Buffer.from(JSON.stringify({ alg: 'none', kid })).toString('base64url');
    assert.equal(await bearer(forged), null, 'forged');
    assert.equal(await bearer(`${none}.${body}.`), null, 'alg none');
    assert.equal(await bearer(`${head}.${body}.${signature.slice(0, -4)}AAAA`), null, 'changed');
    assert.equal(await bearer(token, office.another({ oidc: { ...config, audience: 'urn:other' } })), null);
    assert.equal(await bearer(token, office.another({ oidc: { ...config, audience: undefined } })), null);
    assert.equal(await bearer(token, office.another({ oidc: undefined })), null, 'no provider');
    const late = office.another({ clock: { now: () => fromMillis(claims.exp! * 1000) } });
    assert.equal(await bearer(token, late), null, 'expired');
  });

  it('are nothing from before a sign-out, and from a disabled account', async () => {
    const login = await newcomer();
    await signIn();
    const token = await accessToken();
    const principal = (await bearer(token))!;
    office.clock.moveTo(new Date().toISOString());
    await identity.signOut(principal);
    assert.equal(await bearer(token), null);
    await identity.administration.disableAccount(null, login);
    assert.equal(await bearer(await accessToken()), null);
  });
});

describe('the configuration of the provider', () => {
  it('is refused by plain http to elsewhere, and where ID tokens would pass as access tokens', () => {
    const invalid = (more: Partial<OidcConfig>, field: string) =>
      assert.throws(() => checkOidc({ ...config, ...more }), {
        code: 'oidc_config_invalid',
        detail: { field },
      });
    invalid({ issuer: 'http://sso.example' }, 'issuer');
    invalid({ issuer: 'not an address' }, 'issuer');
    invalid({ redirectUri: 'http://motcua.example/callback' }, 'redirectUri');
    invalid({ audience: CLIENT.id }, 'audience');
    assert.ok(checkOidc({ ...config, issuer: 'https://sso.example', redirectUri: 'https://m.example/c' }));
  });

  it('leads back to paths of our own only', () => {
    assert.equal(ownPath('/dossiers?x=1#y'), '/dossiers?x=1#y');
    for (const path of [
      undefined,
      '',
      'https://evil.example',
      '//evil.example',
      '/\\evil.example',
      'x',
      '/a\nb',
      '/a\\b',
    ])
      assert.equal(ownPath(path), '/', String(path));
  });
});
