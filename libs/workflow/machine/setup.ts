import { assign, setup } from 'xstate';
import type { DeadlineFact, DossierContext, Shipment } from '../types.js';
import type { LifecycleEvent } from './words.js';

function current(context: DossierContext): Shipment | undefined {
  return context.shipments[context.shipments.length - 1];
}

/** The parcel that is (or was last) under way; word of an older one tells nothing of where the result is now. */
function isOfCurrent(context: DossierContext, event: LifecycleEvent): boolean {
  return event.type === 'recordPostEvent' && current(context)?.itemNumber === event.itemNumber;
}

function wasShipped(context: DossierContext, event: LifecycleEvent): boolean {
  return 'itemNumber' in event && context.shipments.some((one) => one.itemNumber === event.itemNumber);
}

function withOutcome(context: DossierContext, outcome: Shipment['outcome']): Shipment[] {
  return context.shipments.map((one, at) =>
    at === context.shipments.length - 1 ? { itemNumber: one.itemNumber, outcome } : one,
  );
}

/**
 * The words that the statechart is written in. `clock` and `note` do nothing here: they are the effects that a
 * transition reports, `clock` a deadline fact, `note` that the command was taken although the state stays.
 */
export const lifecycle = setup({
  types: { context: {} as DossierContext, events: {} as LifecycleEvent },
  guards: {
    accepted: ({ context }) => context.accepted,
    notAccepted: ({ context }) => !context.accepted,
    cameFrom: ({ context }, from: DossierContext['returnTo']) => context.returnTo === from,
    goesTo: ({ event }, step: string) =>
      (event.type === 'completeStep' && event.next === step) ||
      (event.type === 'returnToStep' && event.step === step),
    itemIsNew: ({ context, event }) => event.type === 'handToPost' && !wasShipped(context, event),
    itemIsKnown: ({ context, event }) => wasShipped(context, event),
    comesBack: ({ context, event }) =>
      event.type === 'recordPostEvent' &&
      event.event === 'EMH' &&
      event.action === 'returnToSender' &&
      isOfCurrent(context, event),
    arrives: ({ context, event }) =>
      event.type === 'recordPostEvent' && event.event === 'EMI' && isOfCurrent(context, event),
  },
  actions: {
    clock: (() => undefined) as (args: unknown, fact: DeadlineFact) => void,
    note: () => undefined,
    accept: assign({ accepted: true }),
    comeBackTo: assign({ returnTo: (_, state: DossierContext['returnTo']) => state }),
    forgetReturn: assign({ returnTo: null }),
    decide: assign({
      outcome: ({ context, event }) => (event.type === 'resolve' ? event.outcome : context.outcome),
    }),
    ship: assign({
      shipments: ({ context, event }) =>
        event.type === 'handToPost'
          ? [...context.shipments, { itemNumber: event.itemNumber, outcome: 'underWay' as const }]
          : context.shipments,
    }),
    takeBack: assign({
      shipments: ({ context }) => withOutcome(context, 'returned'),
      returnReason: ({ event }) =>
        event.type === 'recordPostEvent' ? (event.reason ?? event.action) : 'returnToSender',
    }),
    arrive: assign({ shipments: ({ context }) => withOutcome(context, 'delivered') }),
    forgetReason: assign({ returnReason: null }),
  },
});
