import type { ProcedureDefinition } from '../types.js';
import type { StepPlan } from '../step-plan.js';
import { awaitingCollection, delivered, posted, resolved } from './handing-over.js';
import { received, submitted } from './intake.js';
import { processing } from './processing.js';
import { lifecycle } from './setup.js';
import { awaitingPayment, awaitingSupplement, suspended } from './waiting.js';
import { emptyContext } from './words.js';

const end = lifecycle.createStateConfig({ type: 'final' });

/**
 * The one statechart of a dossier's life, with the steps of one procedure in `processing`. Everything that a dossier
 * can do is in the files of this folder; nothing outside them moves one.
 */
export function createLifecycle(definition: ProcedureDefinition, steps: readonly StepPlan[]) {
  return lifecycle.createMachine({
    id: 'dossier',
    context: emptyContext,
    initial: 'submitted',
    // One command is one step of the machine; a second round would mean a loop that feeds itself.
    options: { maxIterations: 4 },
    states: {
      submitted,
      received,
      refused: end,
      processing: processing(definition.first, steps),
      suspended,
      awaitingSupplement: awaitingSupplement(definition.supplementPolicy),
      awaitingPayment,
      withdrawn: end,
      discontinued: end,
      resolved,
      posted,
      awaitingCollection,
      delivered,
      voided: end,
    },
  });
}

export type LifecycleMachine = ReturnType<typeof createLifecycle>;
