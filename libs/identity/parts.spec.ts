import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hash } from '@node-rs/argon2';
import { coded } from './office.fixture.js';
import { Gate } from './gate.js';
import { hashPassword, outOfDate, passwordFits } from './password/hash.js';
import { oneTimePassword } from './password/one-time.js';
import { refuseWeak } from './password/strength.js';
import { nextCode } from './administration/position-rules.js';
import { Remembered } from './remembered.js';
import { networkOf } from './sign-in/network.js';

describe('passwords', () => {
  it('fit their hash and no other, accents put together or apart', async () => {
    const hashed = await hashPassword('gió mùa đông bắc 1802');
    assert.ok(await passwordFits(hashed, 'gió mùa đông bắc 1802'.normalize('NFD')));
    assert.ok(!(await passwordFits(hashed, 'gió mùa đông bắc 1803')));
    assert.ok(!(await passwordFits(null, 'gió mùa đông bắc 1802')));
    assert.ok(!outOfDate(hashed));
    assert.ok(outOfDate(await hash('x', { memoryCost: 8_192, timeCost: 3, parallelism: 1 })));
  });

  it('without an account are compared with a hash of the same cost, so that it takes as long', async () => {
    const { parseOptions } = await import('@node-rs/argon2');
    const { nobodysHash } = await import('./password/hash.js');
    const real = parseOptions(await hashPassword('gió mùa đông bắc 1802'));
    assert.deepEqual(parseOptions(nobodysHash), real);
  });

  it('are weak when short, long, known, patterned, or when they hold the login', () => {
    const weak = (password: string, code: string, login = 'can.bo') =>
      assert.throws(() => refuseWeak(password, login), coded(code), password);
    weak('', 'password_too_short');
    weak('ạ'.repeat(11), 'password_too_short');
    weak('a1b2c3d4'.repeat(17), 'password_too_long');
    weak('passwordpassword', 'password_too_weak');
    weak('123456789012', 'password_too_weak');
    weak('qwertyuiopasdf', 'password_too_weak');
    weak('aaaaaaaaaaaaaaaa', 'password_too_weak');
    weak('motcuamotcua', 'password_too_weak');
    weak('Xx-CAN.BO-7714-Zk', 'password_holds_login');
    weak('Xx-hoa.nguyen-7714-Zk', 'password_holds_login', 'hoa.nguyen@travinh');
    refuseWeak('gió mùa đông bắc 1802', 'can.bo');
    refuseWeak('an-an-an-7714-Zk-moc', 'an');
  });

  it('drawn here are strong enough to be taken, and never the same', () => {
    const drawn = new Set(Array.from({ length: 200 }, oneTimePassword));
    assert.equal(drawn.size, 200);
    for (const one of drawn) {
      assert.match(one, /^([0-9a-hjkmnp-tv-z]{5}-){3}[0-9a-hjkmnp-tv-z]{5}$/);
      refuseWeak(one, 'can.bo');
    }
  });
});

describe('the gate', () => {
  it('lets so many through at once, so many wait, and turns the rest away', async () => {
    const gate = new Gate(2, 3);
    const leave: (() => void)[] = [];
    const enter = () => gate.run(() => new Promise<void>((resolve) => leave.push(resolve)));
    const inside = [1, 2, 3, 4, 5].map(enter);
    assert.equal(leave.length, 2);
    await assert.rejects(enter(), coded('sign_in_busy'));
    for (let i = 0; i < 5; i += 1) {
      leave[i]!();
      await inside[i];
    }
    assert.equal(leave.length, 5);
  });

  it('opens again after a failure', async () => {
    const gate = new Gate(1, 0);
    await assert.rejects(
      gate.run(() => Promise.reject(new Error('no'))),
      /no/,
    );
    assert.equal(await gate.run(async () => 7), 7);
  });
});

describe('what is remembered', () => {
  it('is forgotten at its end, when asked, and oldest first when there is too much', () => {
    const memory = new Remembered<number>(2);
    memory.set('a', 1, 10);
    assert.equal(memory.get('a', 9), 1);
    assert.equal(memory.get('a', 10), undefined);
    for (const [key, value] of [
      ['a', 1],
      ['b', 2],
      ['c', 3],
    ] as const)
      memory.set(key, value, 10);
    assert.deepEqual(
      ['a', 'b', 'c'].map((key) => memory.get(key, 0)),
      [undefined, 2, 3],
    );
    memory.forgetWhere((value) => value === 2);
    assert.deepEqual(
      ['b', 'c'].map((key) => memory.get(key, 0)),
      [undefined, 3],
    );
  });
});

describe('one address', () => {
  it('is an IPv4 address, however it is written, or the /64 of an IPv6 one', () => {
    assert.equal(networkOf('192.0.2.1'), '192.0.2.1');
    assert.equal(networkOf('::ffff:192.0.2.1'), '192.0.2.1');
    assert.equal(networkOf('2001:db8:1:2:3:4:5:6'), '2001:db8:1:2');
    assert.equal(networkOf('2001:0DB8:0001:0002::1'), '2001:db8:1:2');
    assert.equal(networkOf('2001:db8::1'), '2001:db8:0:0');
    assert.equal(networkOf('fe80::1%eth0'), 'fe80:0:0:0');
    assert.equal(networkOf('::1'), '0:0:0:0');
    assert.equal(networkOf('64:ff9b::192.0.2.33'), '64:ff9b:0:0');
    assert.equal(networkOf('unknown'), 'unknown');
  });
});

describe('codes of positions', () => {
  it('take the next number of their name at that unit', () => {
    const taken = ['counter-2@A', 'counter-10@A', 'counter-99@B', 'portal@A', 'counterfeit-50@A', 'head-x@A'];
    assert.equal(nextCode('counter', 'carrier', 'A', taken), 'counter-11@A');
    assert.equal(nextCode('head', 'carrier', 'A', taken), 'head-1@A');
    assert.equal(nextCode('system', 'portal', 'A', taken), 'portal-2@A');
    assert.equal(nextCode('system', 'carrier', 'A', taken), 'carrier-1@A');
    assert.equal(nextCode('postal', 'carrier', 'A', taken), 'post-1@A');
  });
});
