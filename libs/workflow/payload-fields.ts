import type { JsonObject } from '#libs/kernel';
import type { CommandName } from './types.js';

/** A command that is not taken: why, and where in the request the reason lies (`payload.reason`, `occurredAt`). */
export interface Denied {
  kind: 'denied';
  code: string;
  field?: string;
}

/** What a payload field may hold: `text` a line or two, `texts` a list of them, `count` a whole number from 0. */
export type FieldKind = 'text' | 'texts' | 'count';

export interface PayloadField {
  name: string;
  kind: FieldKind;
  required: boolean;
}

/** Longer is not a reason any more but a document, and belongs in one. */
export const MAX_TEXT = 1_000;
const MAX_TEXTS = 100;

const optional = (name: string, kind: FieldKind = 'text'): PayloadField => ({ name, kind, required: false });
const required = (name: string, kind: FieldKind = 'text'): PayloadField => ({ name, kind, required: true });

/**
 * The payload fields that the lifecycle looks at, and keeps in the event. None holds a name, a paper number, an
 * address or a phone: those live in versioned rows that events refer to.
 */
export const PAYLOAD_FIELDS: Readonly<Record<CommandName, readonly PayloadField[]>> = {
  submit: [optional('procedure'), optional('channel')],
  receive: [],
  refuse: [required('reason')],
  requestSupplement: [optional('reason'), optional('documents', 'texts')],
  supplement: [optional('documents', 'texts')],
  requestPayment: [optional('amount', 'count'), optional('reason')],
  confirmPayment: [optional('amount', 'count'), optional('method'), optional('receipt')],
  startProcessing: [],
  completeStep: [optional('step'), optional('next')],
  returnToStep: [required('step'), required('reason')],
  suspend: [optional('reason')],
  resume: [],
  resolve: [required('outcome'), optional('reason'), optional('number')],
  withdraw: [optional('reason')],
  discontinue: [required('reason')],
  handToPost: [required('itemNumber'), optional('carrier')],
  recordPostEvent: [
    required('itemNumber'),
    required('event'),
    optional('action'),
    optional('reason'),
    optional('office'),
    optional('carrierAt'),
  ],
  offerAtCounter: [],
  collect: [],
  amend: [required('field'), optional('revision', 'count')],
  void: [optional('reason')],
};

/** Control characters but tab and line ends, and halves of characters: no person types one, and no database keeps one. */
const UNWRITABLE = /\p{Cs}|[^\P{Cc}\t\n\r]/u;

/** Copies the fields that the event keeps; the first that is missing or ill formed is named. */
export function keptFields(
  command: CommandName,
  payload: JsonObject,
): { kind: 'kept'; data: JsonObject } | Denied {
  const data: JsonObject = {};
  for (const field of PAYLOAD_FIELDS[command]) {
    const value = payload[field.name] ?? null;
    if (value === null || value === '') {
      if (field.required) return { kind: 'denied', code: 'field_required', field: `payload.${field.name}` };
      continue;
    }
    const problem = problemWith(value, field.kind);
    if (problem) return { kind: 'denied', code: problem, field: `payload.${field.name}` };
    data[field.name] = value;
  }
  return { kind: 'kept', data };
}

function problemWith(value: unknown, kind: FieldKind): string | null {
  if (kind === 'count')
    return Number.isSafeInteger(value) && Number(value) >= 0 ? null : 'field_not_understood';
  if (kind === 'text') return problemWithText(value);
  if (!Array.isArray(value) || value.length > MAX_TEXTS) return 'field_not_understood';
  return value.map(problemWithText).find((problem) => problem !== null) ?? null;
}

function problemWithText(value: unknown): string | null {
  if (typeof value !== 'string') return 'field_not_understood';
  if (value.length > MAX_TEXT) return 'text_too_long';
  return UNWRITABLE.test(value) ? 'control_characters' : null;
}
