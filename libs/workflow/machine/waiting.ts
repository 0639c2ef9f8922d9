import { amendable } from './intake.js';
import { IN_HAND } from './processing.js';
import { lifecycle } from './setup.js';

const stepInHand = `#dossier.processing.${IN_HAND}`;

/** The ways out of waiting that lead to an end. Before acceptance no clock ran, so none is stopped. */
const endings = {
  ...amendable,
  refuse: { target: 'refused', guard: 'notAccepted' },
  void: { target: 'voided', guard: 'notAccepted' },
  withdraw: [
    { target: 'withdrawn', guard: 'notAccepted' },
    {
      target: 'withdrawn',
      actions: { type: 'clock', params: { kind: 'stop', because: 'withdrawn' } },
    },
  ],
  discontinue: {
    target: 'discontinued',
    guard: 'accepted',
    actions: { type: 'clock', params: { kind: 'stop', because: 'discontinued' } },
  },
} as const;

/** Back to where the request was made; the clock resumes wherever it had been paused, that is once accepted. */
function back(policy: 'pause' | 'restart') {
  const resume = { type: 'clock', params: { kind: 'resume', policy } } as const;
  return [
    { target: 'submitted', guard: { type: 'cameFrom', params: 'submitted' } },
    { target: 'received', guard: { type: 'cameFrom', params: 'received' }, actions: resume },
    { target: stepInHand, guard: { type: 'cameFrom', params: 'processing' }, actions: resume },
  ] as const;
}

/** The applicant owes papers. What their arrival does to the deadline is the procedure's policy. */
export function awaitingSupplement(policy: 'pause' | 'restart') {
  return lifecycle.createStateConfig({
    exit: 'forgetReturn',
    on: { ...endings, supplement: back(policy) },
  });
}

/** The applicant owes money. A payment never restarts the deadline: it was only paused. */
export const awaitingPayment = lifecycle.createStateConfig({
  exit: 'forgetReturn',
  on: { ...endings, confirmPayment: back('pause') },
});

/** Work stands still inside processing; the clock does not. */
export const suspended = lifecycle.createStateConfig({
  exit: 'forgetReturn',
  on: {
    ...amendable,
    resume: stepInHand,
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
