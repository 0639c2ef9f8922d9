import { lifecycle } from './setup.js';

/** Correcting a name or an address moves nothing, in any state in which the dossier is alive. */
export const amendable = { amend: { actions: 'note' } } as const;

/** Filed, not yet accepted: no clock runs, and what happens here counts in no report. */
export const submitted = lifecycle.createStateConfig({
  on: {
    ...amendable,
    receive: { target: 'received', actions: ['accept', { type: 'clock', params: { kind: 'start' } }] },
    refuse: 'refused',
    void: 'voided',
    requestSupplement: {
      target: 'awaitingSupplement',
      actions: { type: 'comeBackTo', params: 'submitted' },
    },
    requestPayment: { target: 'awaitingPayment', actions: { type: 'comeBackTo', params: 'submitted' } },
    withdraw: 'withdrawn',
  },
});

/** Accepted: the dossier has its receipt and its clock; it waits to be handed to whoever works on it. */
export const received = lifecycle.createStateConfig({
  on: {
    ...amendable,
    startProcessing: 'processing',
    requestSupplement: {
      target: 'awaitingSupplement',
      actions: [
        { type: 'comeBackTo', params: 'received' },
        { type: 'clock', params: { kind: 'pause', because: 'supplement' } },
      ],
    },
    requestPayment: {
      target: 'awaitingPayment',
      actions: [
        { type: 'comeBackTo', params: 'received' },
        { type: 'clock', params: { kind: 'pause', because: 'payment' } },
      ],
    },
    withdraw: {
      target: 'withdrawn',
      actions: { type: 'clock', params: { kind: 'stop', because: 'withdrawn' } },
    },
    discontinue: {
      target: 'discontinued',
      actions: { type: 'clock', params: { kind: 'stop', because: 'discontinued' } },
    },
  },
});
