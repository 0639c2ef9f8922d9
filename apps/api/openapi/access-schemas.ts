import { CAPABILITIES, POSITIONS } from '#libs/workflow';
import { day, list, moment, object, orNull, ref, text, whole, yesNo, type Schema } from './words.js';

const capabilities = list({ type: 'string', enum: Object.keys(CAPABILITIES) });

const positionFields: Record<string, Schema> = {
  code: text,
  role: { type: 'string', enum: [...POSITIONS] },
  unit: orNull(ref('UnitRef')),
  from: orNull(day),
  until: orNull(day),
};

const account: Schema = object({
  no: whole,
  login: text,
  kind: { type: 'string', enum: ['person', 'system'] },
  unit: orNull(text),
  demo: yesNo,
  hasPassword: yesNo,
  mustChange: yesNo,
  linked: yesNo,
  createdAt: moment,
  disabledAt: orNull(moment),
});

/** What sign-in, administration and the public look-up answer. */
export const ACCESS_SCHEMAS: Readonly<Record<string, Schema>> = {
  Position: object(positionFields),
  HeldPosition: object({ ...positionFields, account: orNull(whole) }),
  Positions: object({ items: list(ref('HeldPosition')) }),
  Session: object({
    account: object({ no: whole, login: text, kind: text, demo: yesNo }),
    positions: list(object({ ...positionFields, may: capabilities })),
    actsFor: list(
      object({ delegation: whole, position: ref('Position'), by: text, until: day, may: capabilities }),
    ),
    mustChange: yesNo,
  }),
  Token: object({
    access_token: text,
    token_type: { type: 'string', const: 'Bearer' },
    expires_in: { type: 'integer', description: 'seconds' },
    refresh_token: text,
  }),
  Account: account,
  Accounts: object({ items: list(ref('Account')) }),
  AccountWithSecret: object({ account: ref('Account'), secret: orNull(text) }),
  Delegation: object({
    id: whole,
    position: text,
    principal: { type: 'integer', description: 'number of the account that holds the position' },
    delegate: { type: 'integer', description: 'number of the account that may act in it' },
    from: day,
    until: day,
    endedAt: orNull(moment),
  }),
  Delegations: object({ items: list(ref('Delegation')) }),
  Lookup: object({
    code: text,
    procedure: object({ code: text, name: text }),
    state: ref('State'),
    label: ref('Labels'),
    nationalStatus: { type: 'integer', minimum: 1, maximum: 10 },
    currentUnit: ref('UnitRef'),
    submittedAt: moment,
    receivedAt: orNull(moment),
    closedAt: orNull(moment),
    dueAt: orNull(moment),
    overdue: yesNo,
    nextAction: orNull({ type: 'string', enum: ['supplement', 'pay', 'collect'] }),
  }),
};
