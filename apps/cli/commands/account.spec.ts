import assert from 'node:assert/strict';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { after, before, describe, it } from 'node:test';
import { Command } from 'commander';
import { type Identity, openIdentity } from '#libs/identity';
import { ManualClock } from '#libs/kernel';
import { type TestDatabase, UNIT, smallProvince, testDatabase } from '#libs/testing';
import { explainFailure } from '../failure.js';
import { registerAccount } from './account.js';

const clock = new ManualClock('2019-04-15T03:00:00.000Z');
const HERE = { address: '127.0.0.1' };
const PASSWORD = 'gió mùa đông bắc 1802';

let database: TestDatabase;
let identity: Identity;
let folder: string;
before(async () => {
  database = await testDatabase();
  const { units } = await smallProvince(database.app);
  identity = openIdentity({
    pool: database.app,
    clock,
    units: () => units,
    keys: { token: generateKeyPairSync('ed25519').privateKey, device: randomBytes(32) },
    demoAllowed: () => true,
  });
  folder = await mkdtemp(join(tmpdir(), 'motcua-account-'));
});
after(() => rm(folder, { recursive: true, force: true }));

/** Runs `motcua account …` in this process and gives what it prints. */
async function motcua(args: string[], input?: string): Promise<string> {
  let written = '';
  const program = new Command('motcua').exitOverride().configureOutput({
    writeOut: (text) => (written += text),
    writeErr: () => {},
  });
  registerAccount(program, {
    open: async () => ({ pool: database.app, close: async () => {} }),
    clock,
    ...(input !== undefined && { input: Readable.from([input]) }),
  });
  await program.parseAsync(['node', 'motcua', 'account', ...args]);
  return written;
}
const json = async (...args: string[]) => JSON.parse(await motcua([...args, '--json']));
const fails = (args: string[], pattern: RegExp, input?: string) =>
  assert.rejects(motcua(args, input), (error) => {
    assert.match(explainFailure(error), pattern);
    return true;
  });

describe('motcua account', () => {
  it('makes the first administrator, who changes the printed password and then administers', async () => {
    const printed = await motcua(['create', 'quan.tri', '--administrator']);
    const [, secret] = /^password ([0-9a-z-]{23})$/m.exec(printed)!;
    assert.match(printed, new RegExp(`^position administrator-2@${UNIT.province}$`, 'm'));
    const first = await identity.signIn({ login: 'quan.tri', password: secret! }, HERE);
    assert.equal(first.principal.mustChange, true);
    const { principal } = await identity.changePassword(first.principal, {
      current: secret!,
      next: PASSWORD,
    });
    const acting = identity.actingAs(principal, undefined);
    const wish = { login: 'do.quan.tri.lap', kind: 'person', unit: UNIT.commune } as const;
    assert.ok((await identity.administration.createAccount(acting, wish)).secret);
  });

  it('reads the password from a file or from standard input, and then prints none', async () => {
    const file = join(folder, 'password');
    await writeFile(file, `${PASSWORD}\n`);
    const made = await json('create', 'tu.tep', '--unit', UNIT.commune, '--password-file', file);
    assert.deepEqual([made.secret, made.account.mustChange], [null, true]);
    await identity.signIn({ login: 'tu.tep', password: PASSWORD }, HERE);
    const printed = await motcua(['create', 'tu.dau.vao', '--password-file', '-'], `${PASSWORD}\r\n`);
    assert.equal(printed, 'account tu.dau.vao\n');
    await identity.signIn({ login: 'tu.dau.vao', password: PASSWORD }, HERE);
    await fails(
      ['create', 'khac', '--password-file', join(folder, 'none')],
      /is not there or cannot be read/,
    );
    await fails(['create', 'khac', '--password-file', '-'], /at least 12 characters/, 'ngắn');
  });

  it('gives systems a secret and nothing to change', async () => {
    const { secret, account } = await json('create', 'cong.dvc', '--system');
    assert.equal(account.kind, 'system');
    const position = await json(
      'position',
      'cong.dvc',
      '--role',
      'system',
      '--service',
      'portal',
      '--at',
      UNIT.province,
    );
    assert.equal(position.position, `portal-2@${UNIT.province}`);
    const { accessToken } = await identity.signInSystem({ login: 'cong.dvc', secret }, HERE);
    const principal = (await identity.authenticate({ bearer: accessToken }))!;
    assert.equal(identity.actingAs(principal, undefined).scope, 'all');
  });

  it('gives positions and lets them end', async () => {
    await motcua(['create', 'chi.hoa', '--unit', UNIT.commune]);
    const given = await json(
      'position',
      'chi.hoa',
      '--role',
      'counter',
      '--at',
      UNIT.commune,
      '--until',
      '2019-12-31',
    );
    assert.equal(given.position, `counter-3@${UNIT.commune}`);
    const printed = await motcua(['position', 'chi.hoa', '--end', given.position, '--on', '2019-05-01']);
    assert.equal(printed, `position ${given.position}, from 2019-04-15 until 2019-05-01\n`);
    await fails(['position', 'chi.hoa', '--end', `head-1@${UNIT.commune}`], /no position of that code/);
    await fails(['position', 'chi.hoa', '--role', 'counter'], /name --role and --at, or --end/);
    await fails(
      ['position', 'nobody', '--role', 'counter', '--at', UNIT.commune],
      /no account of that login/,
    );
  });

  it('gives a new password, disables, lists', async () => {
    await motcua(['create', 'anh.ba', '--unit', UNIT.commune]);
    const { secret } = await json('password', 'anh.ba');
    await identity.signIn({ login: 'anh.ba', password: secret }, HERE);
    assert.equal(await motcua(['disable', 'anh.ba']), 'account anh.ba is disabled\n');
    await assert.rejects(identity.signIn({ login: 'anh.ba', password: secret }, HERE));
    const { accounts } = await json('list');
    const found = accounts.find((one: { login: string }) => one.login === 'anh.ba');
    assert.equal(found.disabledAt, clock.now());
    assert.match(await motcua(['list']), /^anh\.ba {2}person {2}first password {2}disabled 2019-/m);
    assert.ok(!JSON.stringify(accounts).includes('argon2'));
  });

  it('says in a sentence why it cannot', async () => {
    await motcua(['create', 'mot.lan']);
    await fails(['create', 'Mot.Lan'], /an account of that login already/);
    await fails(['create', 'a b'], /A login is letters/);
    await fails(['create', 'x1', '--unit', 'NOWHERE'], /no unit of that agency code today/);
    await fails(
      ['create', 'x2', '--administrator', '--unit', 'NOWHERE'],
      /no unit of that agency code today/,
    );
    await database.app.query(`UPDATE motcua.unit SET valid_until = '2019-04-01' WHERE parent_id IS NULL`);
    await fails(
      ['create', 'x3', '--administrator'],
      /not one top unit today but 0.*import today's units first/,
    );
    const { accounts } = await json('list');
    assert.ok(!accounts.some((one: { login: string }) => /^x\d$/.test(one.login)), 'nothing half made');
  });
});
