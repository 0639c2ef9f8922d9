import { setup, transition } from 'xstate';
import type { State, Step } from '../four-steps.js';

const machine = setup({ types: { events: {} as { type: Step } } }).createMachine({
  id: 'dossier',
  initial: 'new',
  states: {
    new: { on: { receive: 'received' } },
    received: { on: { assign: 'assigned' } },
    assigned: { on: { resolve: 'resolved' } },
    resolved: { on: { handOver: 'handedOver' } },
    handedOver: { type: 'final' },
  },
});

/** The state after a step, by XState's pure API; undefined when the machine does not accept it. */
export function next(state: State | 'new', step: Step): State | undefined {
  const before = machine.resolveState({ value: state });
  const event = { type: step };
  if (!before.can(event)) return undefined;
  const [after] = transition(machine, before, event);
  return after.value as State;
}
