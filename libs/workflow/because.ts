import type { CompiledDefinition } from './compile.js';
import type { CommandName, DossierSnapshot } from './types.js';
import { isTerminal } from './words.js';

/** Why a command is not possible now: stable codes, translated in `labels/because.ts`. */
export const BECAUSE_CODES = [
  'already_delivered',
  'already_offered_at_counter',
  'already_received',
  'already_resolved',
  'dossier_closed',
  'last_step_ends_by_resolve',
  'last_step_not_reached',
  'no_earlier_step',
  'no_payment_requested',
  'no_supplement_requested',
  'not_handed_to_post',
  'not_offered_at_counter',
  'not_received_yet',
  'not_suspended',
  'not_your_position',
  'not_your_unit',
  'payment_awaited',
  'processing_already_started',
  'processing_not_started',
  'result_not_resolved',
  'result_with_the_post',
  'separation_of_duties',
  'supplement_awaited',
  'work_suspended',
] as const;
export type BecauseCode = (typeof BECAUSE_CODES)[number];

/**
 * Why the dossier's own state forbids a command. To be asked only about a command that the statechart does not accept
 * there; `submit`, which a dossier that exists can never want, has no reason.
 */
export function becauseOf(
  compiled: CompiledDefinition,
  snapshot: DossierSnapshot,
  command: CommandName,
): BecauseCode | null {
  if (command === 'submit') return null;
  if (isTerminal(snapshot.state)) return 'dossier_closed';
  switch (command) {
    case 'receive':
    case 'refuse':
    case 'void':
      return snapshot.context.accepted ? 'already_received' : whatIsAwaited(snapshot);
    case 'supplement':
      return 'no_supplement_requested';
    case 'confirmPayment':
      return 'no_payment_requested';
    case 'resume':
      return 'not_suspended';
    case 'startProcessing':
      return beforeWork(snapshot) ?? 'processing_already_started';
    case 'completeStep':
    case 'returnToStep':
    case 'resolve':
      return beforeWork(snapshot) ?? atStep(compiled, snapshot, command);
    case 'handToPost':
    case 'offerAtCounter':
    case 'collect':
    case 'recordPostEvent':
      return handingOver(snapshot, command);
    default:
      return beforeWork(snapshot);
  }
}

function whatIsAwaited(snapshot: DossierSnapshot): BecauseCode | null {
  if (snapshot.state === 'awaitingSupplement') return 'supplement_awaited';
  if (snapshot.state === 'awaitingPayment') return 'payment_awaited';
  return snapshot.state === 'suspended' ? 'work_suspended' : null;
}

function isResolved(snapshot: DossierSnapshot): boolean {
  return snapshot.context.outcome !== null;
}

/** What stands between the dossier and work on it; null when it is being worked on. */
function beforeWork(snapshot: DossierSnapshot): BecauseCode | null {
  if (isResolved(snapshot)) return 'already_resolved';
  if (!snapshot.context.accepted) return 'not_received_yet';
  const awaited = whatIsAwaited(snapshot);
  if (awaited) return awaited;
  return snapshot.state === 'received' ? 'processing_not_started' : null;
}

function atStep(
  compiled: CompiledDefinition,
  snapshot: DossierSnapshot,
  command: 'completeStep' | 'returnToStep' | 'resolve',
): BecauseCode | null {
  const plan = compiled.steps.get(snapshot.step!)!;
  if (command === 'returnToStep') return plan.earlier.length === 0 ? 'no_earlier_step' : null;
  const last = plan.next.length === 0;
  if (command === 'completeStep') return last ? 'last_step_ends_by_resolve' : null;
  return last ? null : 'last_step_not_reached';
}

function handingOver(
  snapshot: DossierSnapshot,
  command: 'handToPost' | 'offerAtCounter' | 'collect' | 'recordPostEvent',
): BecauseCode | null {
  if (!isResolved(snapshot)) return 'result_not_resolved';
  if (command === 'recordPostEvent')
    return snapshot.context.shipments.length === 0 ? 'not_handed_to_post' : null;
  switch (snapshot.state) {
    case 'delivered':
      return 'already_delivered';
    case 'posted':
      return 'result_with_the_post';
    case 'awaitingCollection':
      return command === 'offerAtCounter' ? 'already_offered_at_counter' : null;
    default:
      return command === 'collect' ? 'not_offered_at_counter' : null;
  }
}
