import type { Labels } from '#libs/kernel';
import { stateLabel } from './labels/index.js';
import { RIGHTS, type Right } from './rights.js';
import { COMMANDS, type CommandName, type StateName } from './types.js';
import { isTerminal } from './words.js';

/** The national status codes of our states (DOMAIN.md §2); `voided` counts as not received [assumed]. */
const NATIONAL: Readonly<Record<StateName, number>> = {
  submitted: 1,
  received: 2,
  refused: 3,
  processing: 4,
  suspended: 4,
  awaitingSupplement: 5,
  awaitingPayment: 6,
  withdrawn: 7,
  discontinued: 8,
  resolved: 9,
  posted: 9,
  awaitingCollection: 9,
  delivered: 10,
  voided: 3,
};

export interface StateInfo {
  state: StateName;
  /** 1–10, to be shown to the national portal */
  national: number;
  label: Labels;
  /** true when nothing can happen to the dossier any more */
  terminal: boolean;
  /** what can be asked here, and of whom; a head may also do what a specialist may */
  commands: { command: CommandName; by: readonly Right[] }[];
}

/** What is to be known of a state whatever the procedure: its code, its name, and who may act in it. */
export function stateInfo(state: StateName): StateInfo {
  const rights = RIGHTS[state];
  return {
    state,
    national: NATIONAL[state],
    label: stateLabel(state),
    terminal: isTerminal(state),
    commands: COMMANDS.flatMap((command) => {
      const by = rights[command];
      return by ? [{ command, by }] : [];
    }),
  };
}
