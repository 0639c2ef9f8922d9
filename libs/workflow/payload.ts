import type { Json, JsonObject } from '#libs/kernel';
import type { CompiledDefinition } from './compile.js';
import { isValidItemNumber } from './item-number.js';
import type { LifecycleEvent } from './machine/words.js';
import { keptFields, type Denied } from './payload-fields.js';
import { isPostAction, isPostEvent } from './post-events.js';
import type { CommandName, DossierSnapshot } from './types.js';

/** A payload that was read: what the statechart is sent, and what the event will keep. */
export interface Read {
  kind: 'read';
  event: LifecycleEvent;
  data: JsonObject;
}

function denied(code: string, field: string): Denied {
  return { kind: 'denied', code, field: `payload.${field}` };
}

function optionalText(payload: JsonObject, field: string): string | null {
  const value = payload[field];
  return typeof value === 'string' ? value : null;
}

/**
 * Reads the payload of a command against the dossier it is meant for. Only fields that matter are kept; the rest is
 * left behind, so that nothing personal gets into an event by accident.
 */
export function readPayload(
  compiled: CompiledDefinition,
  snapshot: DossierSnapshot,
  name: CommandName,
  payload: JsonObject,
): Read | Denied {
  const kept = keptFields(name, payload);
  if (kept.kind === 'denied') return kept;
  const { data } = kept;
  switch (name) {
    case 'completeStep':
      return readCompletion(compiled, snapshot, payload);
    case 'returnToStep':
      return readReturn(compiled, snapshot, payload, data);
    case 'resolve':
      if (payload.outcome !== 'approved' && payload.outcome !== 'rejected') {
        return denied('unknown_outcome', 'outcome');
      }
      return { kind: 'read', event: { type: name, outcome: payload.outcome }, data };
    case 'handToPost':
      return readParcel(snapshot, payload, data);
    case 'recordPostEvent':
      return readPostEvent(snapshot, payload, data);
    default:
      return { kind: 'read', event: { type: name }, data };
  }
}

function readCompletion(
  compiled: CompiledDefinition,
  snapshot: DossierSnapshot,
  payload: JsonObject,
): Read | Denied {
  const step = snapshot.step!;
  if (given(payload.step) && payload.step !== step) return denied('step_not_in_hand', 'step');
  const ways = compiled.steps.get(step)!.next;
  if (!given(payload.next) && ways.length > 1) return denied('next_step_required', 'next');
  const next = given(payload.next) ? payload.next : ways[0];
  if (typeof next !== 'string' || !ways.includes(next)) return denied('unknown_next_step', 'next');
  return { kind: 'read', event: { type: 'completeStep', next }, data: { step, next } };
}

function readReturn(
  compiled: CompiledDefinition,
  snapshot: DossierSnapshot,
  payload: JsonObject,
  data: JsonObject,
): Read | Denied {
  const { step } = payload;
  if (typeof step !== 'string' || !compiled.steps.has(step)) return denied('unknown_step', 'step');
  if (!compiled.steps.get(snapshot.step!)!.earlier.includes(step)) return denied('step_not_earlier', 'step');
  return { kind: 'read', event: { type: 'returnToStep', step }, data: { ...data, from: snapshot.step } };
}

function readParcel(snapshot: DossierSnapshot, payload: JsonObject, data: JsonObject): Read | Denied {
  const { itemNumber } = payload;
  if (typeof itemNumber !== 'string' || !isValidItemNumber(itemNumber)) {
    return denied('invalid_item_number', 'itemNumber');
  }
  if (shipped(snapshot, itemNumber)) return denied('item_number_used', 'itemNumber');
  return { kind: 'read', event: { type: 'handToPost', itemNumber }, data };
}

function readPostEvent(snapshot: DossierSnapshot, payload: JsonObject, data: JsonObject): Read | Denied {
  const { itemNumber, event } = payload;
  const action = payload.action ?? null;
  if (typeof itemNumber !== 'string' || !isValidItemNumber(itemNumber)) {
    return denied('invalid_item_number', 'itemNumber');
  }
  if (!isPostEvent(event)) return denied('unknown_post_event', 'event');
  if (action !== null && !isPostAction(action)) return denied('unknown_post_action', 'action');
  if (!shipped(snapshot, itemNumber)) return denied('unknown_item_number', 'itemNumber');
  const reason = optionalText(payload, 'reason');
  return { kind: 'read', event: { type: 'recordPostEvent', itemNumber, event, action, reason }, data };
}

function shipped(snapshot: DossierSnapshot, itemNumber: string): boolean {
  return snapshot.context.shipments.some((one) => one.itemNumber === itemNumber);
}

function given(value: Json | undefined): value is Json {
  return value !== undefined && value !== null;
}
