import type { Labels } from '#libs/kernel';
import type {
  Actor,
  DossierContext,
  DossierSnapshot,
  ProcedureDefinition,
  StateName,
  StepDefinition,
} from './types.js';

/*
 * What the specs of this room share: two procedures and the places a dossier of the first can be in, written by hand.
 */

/** The item number of DOMAIN.md §7. */
export const PARCEL = 'RA473124829VN';
export const OTHER_PARCEL = 'RA123456785VN';

function named(text: string): Labels {
  return { vi: `${text} (vi)`, en: text, km: `${text} (km)` };
}

export function stepOf(
  name: string,
  next: string[],
  performer: Partial<StepDefinition['performer']> = {},
): StepDefinition {
  return {
    name,
    title: named(name),
    performer: { position: 'specialist', level: 'any', at: 'competent', ...performer },
    next,
  };
}

export function definitionOf(key: string, steps: StepDefinition[], more: Partial<ProcedureDefinition> = {}) {
  const definition: ProcedureDefinition = {
    key,
    title: named(key),
    certainty: 'assumed',
    supplementPolicy: 'pause',
    first: steps[0]?.name ?? '',
    steps,
    ...more,
  };
  return definition;
}

/** check → verify → sign: the specialist, another specialist, the head. */
export const linear = definitionOf('linear@1', [
  stepOf('check', ['verify']),
  stepOf('verify', ['sign']),
  stepOf('sign', [], { position: 'head' }),
]);

/** check may skip verify; verify may send the dossier round again by its own next; a supplement restarts the clock. */
export const branching = definitionOf(
  'branching@1',
  [
    stepOf('check', ['verify', 'sign'], { position: 'counter', at: 'receiving' }),
    stepOf('verify', ['consult', 'sign'], { level: 'district', at: { unit: '000.00.21.H59' } }),
    stepOf('consult', ['verify']),
    stepOf('sign', [], { position: 'head' }),
  ],
  { supplementPolicy: 'restart' },
);

export const NOBODY = { at: '2019-04-02T01:00:00.000Z', lastAt: '2019-04-01T01:00:00.000Z', actor: null };

/** The context in which this actor asks. */
export function by(position: Actor['position'], ...relations: Actor['relations']) {
  return { ...NOBODY, actor: { position, relations, did: [] } };
}

export function snapshotOf(
  state: StateName,
  more: Partial<DossierContext> = {},
  step: string | null = null,
  definition: ProcedureDefinition = linear,
): DossierSnapshot {
  const before: StateName[] = ['submitted', 'refused', 'voided'];
  const after: StateName[] = ['resolved', 'posted', 'awaitingCollection', 'delivered'];
  return {
    machine: 'dossier',
    version: 1,
    definition: definition.key,
    state,
    step,
    context: {
      accepted: !before.includes(state) && more.returnTo !== 'submitted',
      returnTo: null,
      outcome: after.includes(state) ? 'approved' : null,
      shipments: [],
      returnReason: null,
      ...more,
    },
  };
}

const underWay = [{ itemNumber: PARCEL, outcome: 'underWay' as const }];
const returned = [{ itemNumber: PARCEL, outcome: 'returned' as const }];
const delivered = [{ itemNumber: PARCEL, outcome: 'delivered' as const }];

/** Every place that a dossier of {@link linear} can be in, as far as it decides what can happen there. */
export const PLACES = {
  submitted: snapshotOf('submitted'),
  received: snapshotOf('received'),
  refused: snapshotOf('refused'),
  'processing first': snapshotOf('processing', {}, 'check'),
  'processing between': snapshotOf('processing', {}, 'verify'),
  'processing last': snapshotOf('processing', {}, 'sign'),
  suspended: snapshotOf('suspended', { returnTo: 'processing' }, 'verify'),
  'supplement before': snapshotOf('awaitingSupplement', { returnTo: 'submitted' }),
  'supplement received': snapshotOf('awaitingSupplement', { returnTo: 'received' }),
  'supplement at work': snapshotOf('awaitingSupplement', { returnTo: 'processing' }, 'verify'),
  'payment before': snapshotOf('awaitingPayment', { returnTo: 'submitted' }),
  'payment received': snapshotOf('awaitingPayment', { returnTo: 'received' }),
  'payment at work': snapshotOf('awaitingPayment', { returnTo: 'processing' }, 'sign'),
  withdrawn: snapshotOf('withdrawn'),
  discontinued: snapshotOf('discontinued'),
  resolved: snapshotOf('resolved'),
  posted: snapshotOf('posted', { shipments: underWay }),
  'at the counter': snapshotOf('awaitingCollection'),
  'returned by post': snapshotOf('awaitingCollection', {
    shipments: returned,
    returnReason: 'unknown address',
  }),
  collected: snapshotOf('delivered'),
  'delivered by post': snapshotOf('delivered', { shipments: delivered }),
  voided: snapshotOf('voided'),
} satisfies Record<string, DossierSnapshot>;
export type PlaceName = keyof typeof PLACES;

/** The same value with every object in it frozen: a function that writes to its input throws. */
export function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
}
