import { COMMANDS, STATES } from '#libs/workflow';
import { DOSSIER_CODE_PATTERN } from '../http/dossier-code.js';
import { ACCESS_SCHEMAS } from './access-schemas.js';
import {
  day,
  list,
  moment,
  object,
  orNull,
  personal,
  ref,
  text,
  whole,
  yesNo,
  type Schema,
} from './words.js';

export type { Schema };

/*
 * What the API answers, as JSON Schema (2020-12, as OpenAPI 3.1 takes it). Request bodies are described where they are
 * checked, by their classes; answers are built by the libraries, so their shape is written down here and the HTTP tests
 * hold real answers against it.
 */

const counts: Record<string, Schema> = Object.fromEntries(
  [
    'toSettle', 'received', 'receivedOnline', 'receivedCounterOrPost', 'carriedOver', 'resolved', 'resolvedBefore',
    'resolvedOnTime', 'resolvedOverdue', 'inProcess', 'inProcessInTime', 'inProcessOverdue',
  ].map((name) => [name, whole]),
); // prettier-ignore

const dossierFields: Record<string, Schema> = {
  code: { type: 'string', pattern: DOSSIER_CODE_PATTERN },
  procedure: object({ code: text, version: whole, name: text }),
  receivingUnit: ref('UnitRef'),
  competentUnit: ref('UnitRef'),
  currentUnit: ref('UnitRef'),
  channel: ref('Channel'),
  returnBy: ref('Channel'),
  state: ref('State'),
  label: ref('Labels'),
  nationalStatus: { type: 'integer', minimum: 1, maximum: 10 },
  step: orNull(text),
  version: whole,
  submittedAt: moment,
  receivedAt: orNull(moment),
  closedAt: orNull(moment),
  dueAt: orNull(moment),
  overdue: yesNo,
};

const procedureFields: Record<string, Schema> = {
  code: text,
  name: text,
  sector: text,
  level: text,
  onlineLevel: whole,
  channels: list(ref('Channel')),
  limit: ref('Limit'),
  limitsByChannel: { type: 'object', additionalProperties: ref('Limit') },
  feeVnd: whole,
};

const refusalFields: Record<string, Schema> = {
  state: orNull(ref('State')),
  version: orNull(whole),
  allowed: list(ref('Command')),
  notYet: list(object({ command: ref('Command'), because: text, detail: text })),
};

/** The named parts of the document. */
export const ANSWER_SCHEMAS: Readonly<Record<string, Schema>> = {
  Labels: object({ vi: text, en: text, km: text }),
  State: { type: 'string', enum: [...STATES] },
  Command: { type: 'string', enum: [...COMMANDS] },
  Channel: { type: 'string', enum: ['counter', 'online', 'postal'] },
  UnitRef: object({ code: text, name: text }),
  Limit: object({
    value: { type: 'number' },
    unit: { type: 'string', enum: ['working_day', 'calendar_day', 'hour', 'month'] },
  }),
  Problem: {
    description:
      'RFC 9457 problem details. `code` is stable; `title` and `detail` are in the reader’s language.',
    ...object(
      {
        type: { type: 'string', format: 'uri' },
        title: text,
        status: whole,
        detail: text,
        instance: text,
        code: text,
        field: { type: 'string', description: 'path of what is wrong' },
        errors: list(object({ field: text, code: text, detail: text })),
        choices: { ...list(text), description: 'with position_required: the positions to choose from' },
        errorId: { type: 'string', description: 'under which the cause is in the log' },
        ...refusalFields,
      },
      ['field', 'errors', 'choices', 'errorId', ...Object.keys(refusalFields)],
    ),
  },
  Accepted: object(
    {
      code: { type: 'string', pattern: DOSSIER_CODE_PATTERN },
      version: whole,
      state: ref('State'),
      step: orNull(text),
      event: text,
      occurredAt: moment,
      recordedAt: moment,
      dueAt: orNull(moment),
      receiptSecret: {
        type: 'string',
        description:
          'only when a dossier is filed, and only to whoever files it: what the receipt needs beside the code',
      },
    },
    ['receiptSecret'],
  ),
  BatchAnswers: object({
    answers: list(
      object({
        index: whole,
        status: whole,
        headers: { type: 'object', additionalProperties: text },
        body: { anyOf: [ref('Accepted'), ref('Problem')] },
      }),
    ),
  }),
  Applicant: object({
    name: personal(text),
    paperNumber: personal(orNull(text)),
    address: personal(orNull(text)),
    phone: personal(orNull(text)),
    email: personal(orNull(text)),
    revision: whole,
    masked: yesNo,
  }),
  ...ACCESS_SCHEMAS,
  Dossier: object({ ...dossierFields, applicant: ref('Applicant') }),
  DossierPage: object({
    items: list(object({ ...dossierFields, applicant: object({ name: personal(text) }) })),
    next: orNull(text),
  }),
  AccessPage: object({
    items: list(
      object({
        at: moment,
        person: {
          type: 'integer',
          description: 'number of an account; below nought that of a position nobody holds',
        },
        officer: text,
        by: orNull(text),
        what: { type: 'string', enum: ['view', 'list', 'search', 'reveal', 'history', 'export'] },
        reason: orNull(text),
        dossiers: list(text),
      }),
    ),
    next: orNull(text),
  }),
  Actions: object({
    state: ref('State'),
    step: orNull(text),
    version: whole,
    allowed: list(ref('Command')),
    notYet: list(object({ command: ref('Command'), because: text, detail: text })),
  }),
  History: object({
    code: text,
    events: list(
      object({
        version: whole,
        type: text,
        label: ref('Labels'),
        state: ref('State'),
        officer: text,
        unit: orNull(ref('UnitRef')),
        occurredAt: moment,
        recordedAt: moment,
        data: { type: 'object' },
      }),
    ),
  }),
  Deadline: object({
    code: text,
    status: { type: 'string', enum: ['notStarted', 'running', 'paused', 'stopped', 'unknown'] },
    limit: ref('Limit'),
    calendar: text,
    startedAt: orNull(moment),
    dueAt: orNull(moment),
    remainingMinutes: orNull({ type: 'number' }),
    reason: orNull(text),
    overdue: yesNo,
    explained: orNull(
      object(
        {
          from: moment,
          dueAt: orNull(moment),
          days: list(object({ date: day, counted: yesNo, why: text })),
          unknownYear: whole,
        },
        ['days', 'unknownYear'],
      ),
    ),
    pauses: list(
      object({
        because: { type: 'string', enum: ['supplement', 'payment'] },
        from: moment,
        until: orNull(moment),
        remainingMinutes: orNull({ type: 'number' }),
      }),
    ),
    chain: list(
      object({
        version: whole,
        type: text,
        label: ref('Labels'),
        occurredAt: moment,
        recordedAt: moment,
        fact: orNull({ type: 'object' }),
      }),
    ),
  }),
  Procedures: object({ items: list(object(procedureFields)), next: orNull(text) }),
  Procedure: object({
    ...procedureFields,
    version: whole,
    validFrom: orNull(day),
    validUntil: orNull(day),
    decision: text,
    department: orNull(text),
    supplementPolicy: { type: 'string', enum: ['pause', 'restart'] },
    documents: list(object({ name: text, originals: whole, copies: whole })),
    definition: object({
      key: text,
      title: ref('Labels'),
      certainty: { type: 'string', enum: ['official', 'assumed'] },
      first: text,
      steps: list({ type: 'object' }),
    }),
  }),
  Units: object({
    items: list(
      object({
        code: text,
        name: text,
        level: text,
        kind: { type: 'string', enum: ['committee', 'department'] },
        gsoCode: orNull(text),
        parent: orNull(text),
        validFrom: orNull(day),
        validUntil: orNull(day),
        certainty: text,
      }),
    ),
  }),
  ReportLine: object({ key: text, label: ref('Labels'), ...counts, identity: object({ holds: yesNo }) }),
  QuarterReport: object({
    period: object({ code: text, rule: text, from: day, until: day }),
    by: text,
    form: object({ code: text, circular: text, columns: list({ type: 'object' }), appliedBackwards: yesNo }),
    lines: list(ref('ReportLine')),
    total: ref('ReportLine'),
    identityHolds: yesNo,
    knownAt: moment,
    source: { type: 'string', enum: ['cells', 'events'] },
    asOfPosition: { type: 'object' },
    lag: whole,
    provisional: yesNo,
    provisionalBecause: list(text),
  }),
  BacklogLine: object({
    key: text,
    label: ref('Labels'),
    inProcess: whole,
    byState: { type: 'object', additionalProperties: whole },
    byAge: { type: 'object', additionalProperties: whole },
    byTimeLeft: { type: 'object', additionalProperties: whole },
    notAccepted: whole,
  }),
  Backlog: object({
    by: text,
    now: moment,
    lines: list(ref('BacklogLine')),
    total: ref('BacklogLine'),
    calendarYearUnknown: orNull(whole),
  }),
};
