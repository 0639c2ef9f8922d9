import type { JsonObject } from '#libs/kernel';
import type { Refusal } from '#libs/workflow';
import { PERSONAL_FIELDS, type Party } from './personal.js';
import type { CommandRequest } from './types.js';

export type { Party };

/** A new revision: a field that is `undefined` keeps its value, and the old revision stays readable. */
export interface PartyChange {
  revision: number;
  fields: Partial<Party>;
  /** the command's payload with everything personal taken out */
  payload: JsonObject;
}

const FIELDS = Object.keys(PERSONAL_FIELDS) as (keyof Party)[];

/** Something that a person can read: invisible signs alone are no name. */
const VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/u;

/** The revision that `amend` asks for; null when the command does not touch personal data. */
export function partyChange(
  request: CommandRequest,
  revision: number,
): PartyChange | { refused: Refusal } | null {
  if (request.command !== 'amend') return null;
  const { field, value, ...rest } = request.payload;
  const known = FIELDS.find((candidate) => candidate === field);
  if (!known) return { refused: badPayload('amend_field_unknown', 'payload.field') };
  if (typeof value !== 'string' || (known === 'name' && !VISIBLE.test(value))) {
    return { refused: badPayload('amend_value_missing', 'payload.value') };
  }
  return {
    revision: revision + 1,
    fields: { [known]: value.normalize('NFC') },
    payload: { ...rest, field: known, revision: revision + 1 },
  };
}

/** The first revision, from `submit`'s applicant; null when it has no name. */
export function firstParty(payload: JsonObject): PartyChange | null {
  const { applicant, ...rest } = payload;
  if (applicant === null || typeof applicant !== 'object' || Array.isArray(applicant)) return null;
  const text = (field: string): string | null => {
    const value = applicant[field];
    return typeof value === 'string' && VISIBLE.test(value) ? value.trim().normalize('NFC') : null;
  };
  const name = text('name');
  if (name === null) return null;
  const fields: Party = {
    name,
    paperNumber: text('paperNumber'),
    address: text('address'),
    phone: text('phone'),
    email: text('email'),
  };
  return { revision: 1, fields, payload: rest };
}

function badPayload(code: string, field: string): Refusal {
  return { kind: 'refused', code, field, state: null, allowed: [], notYet: [] };
}
