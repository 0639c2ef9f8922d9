import { COMMANDS, STATES, type CommandName, type EventType, type StateName } from './types.js';

/** The event that each command leaves behind when it is accepted. */
export const EVENT_OF: Readonly<Record<CommandName, EventType>> = {
  submit: 'submitted',
  receive: 'received',
  refuse: 'refused',
  requestSupplement: 'supplementRequested',
  supplement: 'supplemented',
  requestPayment: 'paymentRequested',
  confirmPayment: 'paymentConfirmed',
  startProcessing: 'processingStarted',
  completeStep: 'stepCompleted',
  returnToStep: 'returnedToStep',
  suspend: 'suspended',
  resume: 'resumed',
  resolve: 'resolved',
  withdraw: 'withdrawn',
  discontinue: 'discontinued',
  handToPost: 'handedToPost',
  recordPostEvent: 'postEventRecorded',
  offerAtCounter: 'offeredAtCounter',
  collect: 'collected',
  amend: 'amended',
  void: 'voided',
};

const COMMAND_SET: ReadonlySet<unknown> = new Set(COMMANDS);
const STATE_SET: ReadonlySet<unknown> = new Set(STATES);
const TERMINAL: ReadonlySet<StateName> = new Set(['refused', 'withdrawn', 'discontinued', 'voided']);

const COMMAND_OF = new Map(COMMANDS.map((command) => [EVENT_OF[command], command]));

/** True for one of {@link COMMANDS} and for nothing else: no name of XState's own (`xstate.*`, `*`) passes. */
export function isCommand(name: unknown): name is CommandName {
  return COMMAND_SET.has(name);
}

/** True for one of {@link STATES}. */
export function isState(name: unknown): name is StateName {
  return STATE_SET.has(name);
}

/** True for the states that nothing leaves: refused, withdrawn, discontinued, voided. */
export function isTerminal(state: StateName): boolean {
  return TERMINAL.has(state);
}

/** The command that an event came of; undefined for a type that the lifecycle does not know (an alarm, say). */
export function commandOf(type: string): CommandName | undefined {
  return COMMAND_OF.get(type as EventType);
}
