import type { Capability, CommandName } from '#libs/workflow';
import { PROCEDURE, UNIT } from '../e2e/support.js';
import { can } from './expected.js';
import type { Person } from './people.js';
import { payloadFor, PLACES } from './places.js';

/** What is asked of an operation, and what it must answer. */
export interface Ask {
  /** what stands in the braces of the address */
  params?: Readonly<Record<string, string>>;
  /** of the address, with the question mark */
  query?: string;
  body?: unknown;
}

/** Things of another unit, which the asker has nothing to do with. */
export interface Foreign {
  dossier: string;
  account: string;
  login: string;
  position: string;
  delegation: string;
}

/** The status, and the code of the problem; null where there is none. */
export type Expected = readonly [status: number, code: string | null];

export interface Line {
  ask: (foreign: Foreign, person: Person) => Ask;
  /** once the capability is there: from another unit */
  then: Expected | ((person: Person) => Expected);
}

const dossier = (foreign: Foreign): Ask => ({ params: { code: foreign.dossier } });
/** Whoever sees all there is has no other unit. */
const everywhere = ({ code, role }: Person): boolean =>
  role === 'auditor' || code?.startsWith('portal') === true;
const hidden: Line['then'] = (person) => (everywhere(person) ? [200, null] : [404, 'unknown_dossier']);

const read: Line = { ask: dossier, then: hidden };
const mine: Expected = [200, null];
const WRONG = 'không phải thế';
/** Nobody is called so; too many failures under one name would be another answer. */
const stranger = ({ role, code }: Person): string => `${role}.${code?.split('@')[0] ?? ''}`;
/** Those whose accounts this test made; the others are the demonstration's. */
const SEATED: readonly string[] = ['citizen', 'administrator', 'catalogueManager', 'auditor'];
const nothing = (): Ask => ({});

/** The portal serves every unit, but gives no command that is an officer's. */
const PORTALS: readonly CommandName[] = ['withdraw'];
const command = (name: CommandName): Line => ({
  ask: (foreign) => ({ ...dossier(foreign), body: payloadFor(name, PLACES.submitted!) }),
  then: (person) => {
    if (!everywhere(person)) return [404, 'unknown_dossier'];
    if (PORTALS.includes(name)) return [200, null];
    return FITS_SUBMITTED.includes(name) ? [403, 'not_your_position'] : [409, 'not_allowed_in_state'];
  },
});
const FITS_SUBMITTED: readonly CommandName[] = [
  'receive', 'refuse', 'requestSupplement', 'requestPayment', 'withdraw', 'amend', 'void',
]; // prettier-ignore
const COMMANDS: readonly CommandName[] = [
  'receive', 'refuse', 'requestSupplement', 'supplement', 'requestPayment', 'confirmPayment', 'startProcessing', 'completeStep',
  'returnToStep', 'suspend', 'resume', 'resolve', 'discontinue', 'handToPost', 'recordPostEvent', 'offerAtCounter', 'collect',
  'amend', 'void', 'withdraw',
]; // prettier-ignore

/**
 * Every operation of the API by its id, asked for what is another unit's. In this order: who is signed out asks no more.
 */
export const LINES: Readonly<Record<string, Line>> = {
  list: { ask: nothing, then: mine },
  search: { ask: () => ({ body: { text: 'thach' } }), then: mine },
  get: read,
  actions: read,
  history: read,
  deadline: read,
  applicant: { ask: (foreign) => ({ ...dossier(foreign), body: { reason: 'xem' } }), then: hidden },
  submit: {
    ask: () => ({
      body: {
        procedure: PROCEDURE.certificate,
        channel: 'counter',
        receivingUnit: UNIT.commune,
        competentUnit: UNIT.commune,
        applicant: { name: 'Ai Đó' },
      },
    }),
    then: ({ role }) => (role === 'system' || role === 'postal' ? [201, null] : [403, 'not_your_unit']),
  },
  ...Object.fromEntries(COMMANDS.map((name) => [name, command(name)])),
  many: {
    ask: (foreign) => ({ body: [{ command: 'receive', code: foreign.dossier, key: 'k', payload: {} }] }),
    then: mine,
  },
  quarterly: { ask: () => ({ query: '?from=2019-03-15&until=2019-06-15&by=unit' }), then: mine },
  backlog: { ask: nothing, then: mine },
  access: { ask: nothing, then: mine },
  heads: { ask: nothing, then: mine },
  accounts: { ask: nothing, then: mine },
  createAccount: {
    ask: () => ({ body: { login: 'x.moi', unit: UNIT.commune } }),
    then: [403, 'unit_out_of_reach'],
  },
  disableAccount: {
    ask: ({ account }) => ({ params: { no: account }, body: {} }),
    then: [404, 'account_unknown'],
  },
  resetPassword: {
    ask: ({ account }) => ({ params: { no: account }, body: {} }),
    then: [404, 'account_unknown'],
  },
  positions: { ask: nothing, then: mine },
  givePosition: {
    ask: ({ login }) => ({ body: { login, role: 'counter', unit: UNIT.otherCommune } }),
    then: [404, 'account_unknown'],
  },
  endPosition: {
    ask: ({ position }) => ({ params: { code: position }, body: {} }),
    then: [403, 'unit_out_of_reach'],
  },
  delegations: { ask: nothing, then: mine },
  delegate: {
    ask: ({ login }) => ({ body: { to: login, from: '2019-03-18', until: '2019-03-20' } }),
    then: [422, 'delegate_not_at_unit'],
  },
  endDelegation: {
    ask: ({ delegation }) => ({ params: { id: delegation }, body: {} }),
    then: [404, 'delegation_unknown'],
  },
  procedures: { ask: nothing, then: mine },
  procedure: { ask: () => ({ params: { code: PROCEDURE.certificate } }), then: mine },
  units: { ask: nothing, then: mine },
  lookup: {
    ask: (foreign) => ({ body: { code: foreign.dossier, secret: '0000-0000-00000' } }),
    then: [404, 'lookup_unknown'],
  },
  signIn: {
    ask: (_, person) => ({ body: { login: stranger(person), password: WRONG } }),
    then: [401, 'sign_in_failed'],
  },
  token: {
    ask: (_, person) => ({
      body: { grant_type: 'client_credentials', client_id: stranger(person), client_secret: WRONG },
    }),
    then: [401, 'sign_in_failed'],
  },
  oidc: { ask: nothing, then: [404, 'not_found'] },
  session: { ask: nothing, then: mine },
  changePassword: {
    ask: () => ({ body: { current: WRONG, next: 'một mật khẩu dài 9 mới' } }),
    then: ({ role }) => [403, SEATED.includes(role) ? 'password_wrong' : 'demo_password_fixed'],
  },
  signOut: { ask: nothing, then: [204, null] },
};

/** The whole answer: is it for anyone, for who is signed in, for who has the capability; and then. */
export function expectedOf(line: Line, person: Person, may: Capability | 'public' | 'signedIn'): Expected {
  if (may !== 'public') {
    if (person.role === 'anonymous') return [401, 'not_signed_in'];
    if (may !== 'signedIn' && !can(person, may)) return [403, 'not_your_role'];
  }
  return typeof line.then === 'function' ? line.then(person) : line.then;
}
