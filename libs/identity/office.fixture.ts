import { generateKeyPairSync, randomBytes } from 'node:crypto';
import type { Pool } from '#libs/database';
import { ManualClock } from '#libs/kernel';
import { type Officer, loadUnits } from '#libs/organization';
import { type Acting, type Identity, type IdentityDeps, type Principal, openIdentity } from './index.js';

export const PASSWORD = 'gió mùa đông bắc 1802';
export const HERE = { address: '192.0.2.1' };

/** An office for tests: an identity on a clock that stands, and the ways to people it with real accounts. */
export interface Office {
  identity: Identity;
  clock: ManualClock;
  deps: IdentityDeps;
  /** a person who has changed the first password already */
  person(login: string, unit?: string): Promise<Principal>;
  position(
    login: string,
    role: string,
    unit: string,
    days?: { from?: string; until?: string },
  ): Promise<Officer>;
  /** who they are now */
  principal(login: string): Promise<Principal>;
  /** in a position, of theirs or delegated */
  acting(login: string, position?: string): Promise<Acting>;
  /** the same database, another process */
  another(more?: Partial<IdentityDeps>): Identity;
}

export async function openOffice(pool: Pool, more: Partial<IdentityDeps> = {}): Promise<Office> {
  const clock = new ManualClock('2019-04-15T03:00:00.000Z');
  let units = await loadUnits(pool);
  const deps: IdentityDeps = {
    pool,
    clock,
    units: () => units,
    keys: { token: generateKeyPairSync('ed25519').privateKey, device: randomBytes(32) },
    demoAllowed: () => true,
    onPositions: async () => {
      units = await loadUnits(pool);
    },
    ...more,
  };
  const identity = openIdentity(deps);
  const principal = async (login: string): Promise<Principal> =>
    (await identity.signIn({ login, password: PASSWORD }, HERE)).principal;
  return {
    identity,
    clock,
    deps,
    principal,
    async person(login, unit) {
      const { secret } = await identity.administration.createAccount(null, { login, kind: 'person', unit });
      const first = await identity.signIn({ login, password: secret! }, HERE);
      return (await identity.changePassword(first.principal, { current: secret!, next: PASSWORD })).principal;
    },
    position: (login, role, unit, days = {}) =>
      identity.administration.givePosition(null, { login, role, unit, ...days }),
    acting: async (login, position) => identity.actingAs(await principal(login), position),
    another: (other = {}) => openIdentity({ ...deps, ...other }),
  };
}

/** For assert.rejects: a DomainError of this code. */
export function coded(code: string): { name: string; code: string } {
  return { name: 'DomainError', code };
}
