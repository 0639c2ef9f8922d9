import type { Labels } from '#libs/kernel';
import type { CommandName, Position, StateName } from '../types.js';
import { BECAUSE_LABELS } from './because.js';
import { COMMAND_LABELS } from './commands.js';
import { REFUSAL_LABELS } from './refusals.js';
import { NATIONAL_LABELS, POSITION_LABELS, STATE_LABELS } from './states.js';

function find(table: object, key: string | number): Labels | undefined {
  return Object.hasOwn(table, key) ? (Reflect.get(table, key) as Labels) : undefined;
}

/** What a state is called. */
export function stateLabel(state: StateName): Labels {
  return STATE_LABELS[state];
}

/** What a command is called: an imperative, fit for a button. */
export function commandLabel(command: CommandName): Labels {
  return COMMAND_LABELS[command];
}

/** What a position is called; `performer` is whoever the procedure names for the step in hand. */
export function positionLabel(position: Position | 'performer'): Labels {
  return POSITION_LABELS[position];
}

/** The official words of a national status code (1–10); undefined for another number. */
export function nationalLabel(code: number): Labels | undefined {
  return find(NATIONAL_LABELS, code);
}

/** The sentence for a `because` code of a refusal's `notYet`; undefined for a code that is not of this room. */
export function becauseLabel(code: string): Labels | undefined {
  return find(BECAUSE_LABELS, code);
}

/** The sentence for a refusal code; undefined for a code that is not of this room. */
export function refusalLabel(code: string): Labels | undefined {
  return find(REFUSAL_LABELS, code);
}
