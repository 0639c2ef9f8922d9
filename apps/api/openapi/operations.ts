import { EndPositionDto, NewAccountDto, NewDelegationDto, NewPositionDto } from '../admin/admin.dto.js';
import { ChangePasswordDto, SignInDto, TokenDto } from '../access/session.dto.js';
import { RevealDto, SearchQuery } from '../casework/dossiers.query.js';
import { LookUpDto } from '../public/lookup.dto.js';

/** What the document says of an operation beside what its controller's signature says. */
export interface Described {
  /** named part of the document; absent where there is nothing to answer */
  schema?: string;
  about: string;
  tag: string;
  /** default 200 */
  status?: 200 | 201 | 204 | 302;
  body?: new () => object;
  /** the answer is JSON lines */
  lines?: true;
}

/** Every operation but the commands, by the controller's method. */
export const OPERATIONS: Readonly<Record<string, Described>> = {
  list: {
    schema: 'DossierPage',
    tag: 'dossiers',
    about:
      'A page of the dossiers within one’s scope, the newest filed first. Names are masked for whoever does not work on them.',
  },
  get: {
    schema: 'Dossier',
    tag: 'dossiers',
    about:
      'The dossier, with its version as ETag. The applicant is masked for whoever may not read it; a reading is recorded.',
  },
  actions: {
    schema: 'Actions',
    tag: 'dossiers',
    about: 'What this officer may do now, and why not the rest.',
  },
  history: { schema: 'History', tag: 'dossiers', about: 'What happened, in order.' },
  deadline: { schema: 'Deadline', tag: 'dossiers', about: 'When the result is due, and why.' },

  search: {
    schema: 'DossierPage',
    tag: 'dossiers',
    about:
      'The same, searched for by text too, in the order of names or of codes. By POST: names are in no address.',
    body: SearchQuery,
  },
  applicant: {
    schema: 'Applicant',
    tag: 'dossiers',
    about: 'The applicant’s data unmasked, for a reason. Recorded.',
    body: RevealDto,
  },
  heads: {
    tag: 'audit',
    about:
      'The signed heads of the sealed log as JSON lines, to be kept elsewhere: `motcua audit verify --against` takes them.',
    lines: true,
  },
  access: {
    schema: 'AccessPage',
    tag: 'audit',
    about: 'Who looked at whose data, the newest first. It holds no names.',
  },

  quarterly: { schema: 'QuarterReport', tag: 'reports', about: 'The columns of form II.06a for a period.' },
  backlog: { schema: 'Backlog', tag: 'reports', about: 'What is in process just now.' },

  procedures: {
    schema: 'Procedures',
    tag: 'catalogue',
    about: 'A page of procedures, in the order of their names.',
  },
  procedure: { schema: 'Procedure', tag: 'catalogue', about: 'A procedure with its papers and its steps.' },
  units: { schema: 'Units', tag: 'catalogue', about: 'Units, highest level first.' },
  lookup: {
    schema: 'Lookup',
    tag: 'citizens',
    about:
      'What became of a dossier, for whoever has its receipt. Never personal data; a wrong code and a wrong secret are one answer.',
    body: LookUpDto,
  },

  signIn: {
    schema: 'Session',
    tag: 'sign-in',
    about: 'Signs a person in: the session is in the cookie __Host-motcua.',
    body: SignInDto,
  },
  session: { schema: 'Session', tag: 'sign-in', about: 'Who is signed in, and as what they may act.' },
  signOut: { tag: 'sign-in', status: 204, about: 'Ends all sessions and tokens of the account, everywhere.' },
  changePassword: {
    schema: 'Session',
    tag: 'sign-in',
    about: 'Changes one’s own password, ends all sessions and begins a new one.',
    body: ChangePasswordDto,
  },
  token: {
    schema: 'Token',
    tag: 'sign-in',
    about: 'A bearer token for a system, for its secret or for a refresh token, which is good once.',
    body: TokenDto,
  },
  oidc: {
    tag: 'sign-in',
    status: 302,
    about: 'To the OpenID provider, where there is one; it leads back by itself.',
  },

  accounts: {
    schema: 'Accounts',
    tag: 'administration',
    about: 'Accounts of the administrator’s unit and below.',
  },
  createAccount: {
    schema: 'AccountWithSecret',
    tag: 'administration',
    status: 201,
    about: 'Makes an account. Its first password, or a system’s secret, is told once.',
    body: NewAccountDto,
  },
  disableAccount: {
    tag: 'administration',
    status: 204,
    about: 'Disables an account for good and ends its sessions.',
  },
  resetPassword: {
    schema: 'AccountWithSecret',
    tag: 'administration',
    about: 'A new first password, or a system’s new secret, told once. Ends its sessions.',
  },
  positions: {
    schema: 'Positions',
    tag: 'administration',
    about: 'Positions at the administrator’s unit and below.',
  },
  givePosition: {
    schema: 'HeldPosition',
    tag: 'administration',
    status: 201,
    about: 'Gives an account a position at a unit.',
    body: NewPositionDto,
  },
  endPosition: {
    schema: 'HeldPosition',
    tag: 'administration',
    about: 'Lets a position end; its delegations end with it.',
    body: EndPositionDto,
  },
  delegations: {
    schema: 'Delegations',
    tag: 'delegation',
    about: 'What one has delegated, and was delegated.',
  },
  delegate: {
    schema: 'Delegation',
    tag: 'delegation',
    status: 201,
    about: 'Lets a colleague of the same unit act in one’s own position for some days.',
    body: NewDelegationDto,
  },
  endDelegation: { tag: 'delegation', status: 204, about: 'Ends a delegation early.' },
};
