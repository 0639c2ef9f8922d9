import type { Pool } from '#libs/database';
import { type Clock, DomainError } from '#libs/kernel';
import { hashPassword, outOfDate, passwordFits } from '../password/hash.js';
import { refuseWeak } from '../password/strength.js';
import {
  type AccountSecret,
  accountByLogin,
  accountByNo,
  replacePassword,
  setRehashed,
} from '../persistence/accounts.js';
import { addEvent } from '../persistence/events.js';
import type { Sessions } from '../sessions.js';
import type { AccountKind, Origin, Principal, SignedIn, Tokens } from '../types.js';
import { Attempts } from './attempts.js';
import { type Bucket, Devices } from './device.js';

export interface SignInDeps {
  pool: Pool;
  clock: Clock;
  deviceKey: Buffer;
  sessions: Sessions;
  demoAllowed: () => Promise<boolean> | boolean;
}

/** Sign-in by a secret of our own: a person's password, a system's secret. */
export class SignIn {
  readonly devices: Devices;
  private readonly attempts: Attempts;

  constructor(private readonly deps: SignInDeps) {
    this.devices = new Devices(deps.deviceKey, deps.clock);
    this.attempts = new Attempts(deps.pool, deps.clock);
  }

  async person(login: string, password: string, origin: Origin): Promise<SignedIn> {
    const account = await this.check('person', login, password, origin);
    const session = await this.deps.sessions.open(account.no, account.signedOutAt);
    return { ...session, device: this.devices.issue(account.login) };
  }

  async system(login: string, secret: string, origin: Origin): Promise<Tokens> {
    const account = await this.check('system', login, secret, origin);
    return this.deps.sessions.openForTokens(account.no, account.signedOutAt);
  }

  async changePassword(principal: Principal, change: { current: string; next: string }): Promise<SignedIn> {
    const { pool, clock, sessions } = this.deps;
    if (principal.demo) throw new DomainError('demo_password_fixed');
    const account = await accountByNo(pool, principal.accountNo);
    const fits = await this.tried(this.devices.ownBucket(principal.accountNo), account, change.current);
    if (!fits) throw new DomainError('password_wrong', { field: 'current' });
    if (change.next === change.current) throw new DomainError('password_same', { field: 'password' });
    refuseWeak(change.next, principal.login);
    const passwordHash = await hashPassword(change.next);
    // Reset by an administrator meanwhile: then that one counts.
    if (!(await replacePassword(pool, fits.no, fits.passwordHash!, passwordHash)))
      throw new DomainError('password_wrong', { field: 'current' });
    await addEvent(pool, {
      at: clock.now(),
      who: fits.no,
      position: null,
      act: 'passwordChanged',
      account: fits.no,
      what: {},
    });
    // Whoever knew the old one is out, wherever they are.
    await sessions.endAllOf(fits.no, 'password_changed');
    return { ...(await sessions.open(fits.no)), device: this.devices.issue(fits.login) };
  }

  private async check(
    kind: AccountKind,
    login: string,
    password: string,
    origin: Origin,
  ): Promise<AccountSecret> {
    const { pool, demoAllowed } = this.deps;
    const bucket = this.devices.bucket(login, origin.address, origin.device);
    const found = await accountByLogin(pool, login.trim().normalize('NFC'));
    const account = await this.tried(bucket, found?.kind === kind ? found : null, password);
    // One answer for all: no such login, another kind, disabled, a first password too old, a wrong one.
    if (!account) throw new DomainError('sign_in_failed');
    if (account.demo && !(await demoAllowed())) throw new DomainError('demo_account_only_on_demo_data');
    if (outOfDate(account.passwordHash!))
      await setRehashed(pool, account.no, account.passwordHash!, await hashPassword(password));
    return account;
  }

  /** The account, if the password is its own and it may still be used. It takes as long when there is none. */
  private tried(
    bucket: Bucket,
    account: AccountSecret | null,
    password: string,
  ): Promise<AccountSecret | null> {
    return this.attempts.run(bucket, async () => {
      const fits = await passwordFits(account?.passwordHash ?? null, password);
      if (!fits || account === null || account.disabledAt !== null) return null;
      return account.oneTimeUntil !== null && account.oneTimeUntil <= this.deps.clock.now() ? null : account;
    });
  }
}
