import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { type Clock, toMillis } from '#libs/kernel';
import { DEVICE_DAYS } from '../types.js';
import { networkOf } from './network.js';

const DAY_MS = 86_400_000;

/** Whose failures are counted together. */
export interface Bucket {
  key: Buffer;
  /** a device that signed in before: nobody else can lock it */
  known: boolean;
}

/**
 * Device tokens: given out at a successful sign-in, signed, bound to the login. Who brings one back is counted apart from
 * strangers (OWASP's "device cookies"), so that wrong passwords from elsewhere cannot lock anybody out.
 */
export class Devices {
  constructor(
    private readonly key: Buffer,
    private readonly clock: Clock,
  ) {}

  issue(login: string): string {
    const since = Math.floor(toMillis(this.clock.now()) / 1000).toString(36);
    const text = `${randomBytes(16).toString('base64url')}.${since}`;
    return `${text}.${this.sign(login, text)}`;
  }

  /** Where an attempt is counted. Login and address are not to be read from it: people type passwords into the wrong field. */
  bucket(login: string, address: string, device: string | undefined): Bucket {
    const nonce = device === undefined ? null : this.nonceOf(login, device);
    if (nonce !== null) return { key: this.mac(`known|${fold(login)}|${nonce}`), known: true };
    return { key: this.mac(`stranger|${fold(login)}|${networkOf(address)}`), known: false };
  }

  /** The same for whoever is in and says the old password again. */
  ownBucket(accountNo: number): Bucket {
    return { key: this.mac(`own|${accountNo}`), known: true };
  }

  private nonceOf(login: string, device: string): string | null {
    const [nonce, since, signature, ...more] = device.split('.');
    if (!nonce || !since || !signature || more.length > 0) return null;
    const wanted = Buffer.from(this.sign(login, `${nonce}.${since}`));
    const given = Buffer.from(signature);
    if (wanted.length !== given.length || !timingSafeEqual(wanted, given)) return null;
    const age = toMillis(this.clock.now()) - Number.parseInt(since, 36) * 1000;
    return age <= DEVICE_DAYS * DAY_MS ? nonce : null;
  }

  private sign(login: string, text: string): string {
    return this.mac(`device|${fold(login)}|${text}`).toString('base64url');
  }

  private mac(text: string): Buffer {
    return createHmac('sha256', this.key).update(text).digest();
  }
}

/**
 * Logins are the same however they are written: capitals, and accents put together or apart. Letter by letter, as PostgreSQL's
 * `lower` finds an account: to JavaScript İ is two letters, and a login with an i would have failures counted twice.
 */
export function fold(login: string): string {
  const letters = Array.from(login.trim().normalize('NFC'));
  return letters.map((letter) => letter.toLowerCase().slice(0, letter.length)).join('');
}
