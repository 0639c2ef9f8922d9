import { DomainError, type Json } from '#libs/kernel';
import { expand, usuallyAccepted, type StoredPlace } from './compact.js';
import { compiledOf } from './compile.js';
import type { DossierContext, DossierSnapshot, ProcedureDefinition, Shipment, StateName } from './types.js';
import { LIFECYCLE_VERSION, MACHINE } from './version.js';
import { isState } from './words.js';

type Fields = Record<string, unknown>;

const RETURNS: ReadonlySet<unknown> = new Set(['submitted', 'received', 'processing', null]);
const OUTCOMES: ReadonlySet<unknown> = new Set(['approved', 'rejected', null]);
const PARCELS: ReadonlySet<unknown> = new Set(['underWay', 'returned', 'delivered']);
const WAITING: ReadonlySet<StateName> = new Set(['awaitingSupplement', 'awaitingPayment', 'suspended']);
const AFTER: ReadonlySet<StateName> = new Set(['resolved', 'posted', 'awaitingCollection', 'delivered']);

function unfit(field: string, found: unknown): DomainError {
  const value = typeof found === 'string' || typeof found === 'number' ? found : null;
  return new DomainError('snapshot_unfit', { field, params: { field, found: value } });
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * A stored snapshot, read back for the definition it was stored under; one in the form of {@link compact} needs the `place`
 * that its row names. Throws DomainError `snapshot_unfit`, whose field says what does not fit (machine, version,
 * definition, state, step, context…): a snapshot is reported, never guessed.
 */
export function restore(
  json: Json | DossierSnapshot,
  definition: ProcedureDefinition,
  place?: StoredPlace,
): DossierSnapshot {
  if (!isFields(json)) throw unfit('snapshot', json);
  if (place === undefined) return check(json, definition);
  if (json.machine === undefined) return check(expand(json, definition, place), definition);
  const snapshot = check(json, definition);
  if (snapshot.state !== place.state) throw unfit('state', place.state);
  if (snapshot.step !== place.step) throw unfit('step', place.step);
  return snapshot;
}

function check(json: Fields, definition: ProcedureDefinition): DossierSnapshot {
  const { steps } = compiledOf(definition);
  if (json.machine !== MACHINE) throw unfit('machine', json.machine);
  if (json.version !== LIFECYCLE_VERSION) throw unfit('version', json.version);
  if (json.definition !== definition.key) throw unfit('definition', json.definition);
  const { state } = json;
  if (!isState(state)) throw unfit('state', state);
  const context = restoreContext(json.context, state);
  const step = json.step;
  const inProcessing = state === 'processing' || context.returnTo === 'processing';
  const stepFits = inProcessing ? typeof step === 'string' && steps.has(step) : step === null;
  if (!stepFits) throw unfit('step', step);
  return {
    machine: MACHINE,
    version: LIFECYCLE_VERSION,
    definition: definition.key,
    state,
    step: step as string | null,
    context,
  };
}

function restoreContext(context: unknown, state: StateName): DossierContext {
  if (!isFields(context)) throw unfit('context', context);
  const { accepted, returnTo, outcome, shipments, returnReason } = context;
  if (typeof accepted !== 'boolean') throw unfit('context.accepted', accepted);
  if (!RETURNS.has(returnTo)) throw unfit('context.returnTo', returnTo);
  if (!OUTCOMES.has(outcome)) throw unfit('context.outcome', outcome);
  if (!Array.isArray(shipments) || !shipments.every(isShipment)) throw unfit('context.shipments', null);
  if (returnReason !== null && typeof returnReason !== 'string')
    throw unfit('context.returnReason', returnReason);
  const found = context as unknown as DossierContext;
  const problem = contradiction(found, state);
  if (problem) throw unfit(problem, state);
  return { accepted, returnTo: found.returnTo, outcome: found.outcome, shipments, returnReason };
}

function isShipment(value: unknown): value is Shipment {
  return isFields(value) && typeof value.itemNumber === 'string' && PARCELS.has(value.outcome);
}

/** The field that says something else than the state does; null when they agree. */
function contradiction(context: DossierContext, state: StateName): string | null {
  if (WAITING.has(state) !== (context.returnTo !== null)) return 'context.returnTo';
  if (state === 'suspended' && context.returnTo !== 'processing') return 'context.returnTo';
  if (AFTER.has(state) !== (context.outcome !== null)) return 'context.outcome';
  if (!AFTER.has(state) && context.shipments.length > 0) return 'context.shipments';
  if (state === 'posted' && context.shipments.at(-1)?.outcome !== 'underWay') return 'context.shipments';
  return acceptanceFits(context, state) ? null : 'context.accepted';
}

/** A withdrawn dossier may have been accepted or not. */
function acceptanceFits({ accepted, returnTo }: DossierContext, state: StateName): boolean {
  return state === 'withdrawn' || accepted === usuallyAccepted(state, returnTo);
}
