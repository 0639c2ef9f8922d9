import type { StepPlan } from '../step-plan.js';
import { amendable } from './intake.js';
import { lifecycle } from './setup.js';

/** The history node that leads back to the step in hand. Not a step: a procedure may not use its name. */
export const IN_HAND = 'inHand';

function stepState(step: StepPlan) {
  return lifecycle.createStateConfig({
    on: {
      completeStep: step.next.map((next) => ({
        target: next,
        guard: { type: 'goesTo' as const, params: next },
      })),
      returnToStep: step.earlier.map((earlier) => ({
        target: earlier,
        guard: { type: 'goesTo' as const, params: earlier },
      })),
      // The last step has no next: it ends with the decision itself.
      ...(step.next.length === 0 && {
        resolve: {
          target: '#dossier.resolved',
          actions: [
            'decide' as const,
            { type: 'clock' as const, params: { kind: 'stop' as const, because: 'resolved' as const } },
          ],
        },
      }),
    },
  });
}

/** The procedure's own part of the lifecycle: its steps as child states, and what may happen at any of them. */
export function processing(first: string, steps: readonly StepPlan[]) {
  return lifecycle.createStateConfig({
    initial: first,
    states: {
      ...Object.fromEntries(steps.map((step) => [step.name, stepState(step)])),
      [IN_HAND]: { type: 'history' },
    },
    on: {
      ...amendable,
      // Suspended work is late work all the same: the clock goes on.
      suspend: { target: 'suspended', actions: { type: 'comeBackTo', params: 'processing' } },
      requestSupplement: {
        target: 'awaitingSupplement',
        actions: [
          { type: 'comeBackTo', params: 'processing' },
          { type: 'clock', params: { kind: 'pause', because: 'supplement' } },
        ],
      },
      requestPayment: {
        target: 'awaitingPayment',
        actions: [
          { type: 'comeBackTo', params: 'processing' },
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
}
