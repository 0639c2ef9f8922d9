import { createEmptyActor, type SnapshotFrom } from 'xstate';
import type { CompiledDefinition } from './compile.js';
import { IN_HAND } from './machine/processing.js';
import type { LifecycleMachine } from './machine/machine.js';
import type { LifecycleEvent } from './machine/words.js';
import type { DeadlineFact, DossierContext, StateName } from './types.js';

/*
 * The one place that touches XState beyond its public API. `transition()` builds an actor each time, which is most of
 * its cost, and a replay asks 300,000 times. Here `machine.transition()` gets a scope made once; nothing of the
 * lifecycle invokes, spawns, sends or delays, so the scope is used for one thing only: to collect the effects that a
 * transition declares. The snapshot that it starts from is resolved once a place: only the context differs between two
 * dossiers there. `engine.spec.ts` holds every state × command cell against the public `transition()`.
 */

type MachineState = SnapshotFrom<LifecycleMachine>;

/** Where a dossier is, in our words. */
export interface Place {
  state: StateName;
  /** the step in hand; kept outside `processing` when the way leads back there */
  step: string | null;
  context: DossierContext;
}

/** What the statechart made of an event: `taken` is false when it does not accept it, and then nothing moved. */
export interface Move extends Place {
  taken: boolean;
  fact: DeadlineFact | null;
}

interface Effect {
  type: string;
  params: unknown;
}

const HISTORY = `dossier.processing.${IN_HAND}`;
const self = createEmptyActor();

type Scope = Parameters<LifecycleMachine['transition']>[2];

/** Where the scope puts what a transition declares; set anew for each, and none is asked for within another. */
let collected: Effect[] = [];

/** A scope as `transition()` would make it, around one actor that is never started. */
const scope = {
  self,
  id: '',
  sessionId: '',
  system: self.system,
  logger: () => undefined,
  defer: () => undefined,
  stopChild: () => undefined,
  emit: () => undefined,
  actionExecutor: (action: Effect) => {
    collected.push(action);
  },
} as unknown as Scope;

/** The machine's own snapshot for a place. Throws when the machine has no such state or step. */
export function toMachineState(compiled: CompiledDefinition, place: Place): MachineState {
  const { machine } = compiled;
  const { state, step, context } = place;
  if (state === 'processing') return machine.resolveState({ value: { processing: step! }, context } as never);
  const node = step === null ? undefined : machine.root.states.processing?.states[step];
  return machine.resolveState({
    value: state,
    context,
    ...(node && { historyValue: { [HISTORY]: [node] } }),
  } as never);
}

const noContext = {} as DossierContext;
/** By state and step; a definition has a bounded number of both. */
const resolved = new WeakMap<CompiledDefinition, Map<StateName, Map<string | null, MachineState>>>();

/** What {@link toMachineState} gives, with the costly part (nodes, value, history) looked up. */
function machineStateAt(compiled: CompiledDefinition, place: Place): MachineState {
  let states = resolved.get(compiled);
  if (!states) resolved.set(compiled, (states = new Map()));
  let steps = states.get(place.state);
  if (!steps) states.set(place.state, (steps = new Map()));
  let known = steps.get(place.step);
  if (!known) steps.set(place.step, (known = toMachineState(compiled, { ...place, context: noContext })));
  return { ...known, context: place.context };
}

/** Our words for the machine's snapshot. */
export function fromMachineState(next: MachineState): Place {
  const value = next.value as string | { processing: string };
  const context = next.context;
  if (typeof value !== 'string') return { state: 'processing', step: value.processing, context };
  const kept = context.returnTo === 'processing' ? next.historyValue[HISTORY]?.[0]?.key : undefined;
  return { state: value as StateName, step: kept ?? null, context };
}

/** What a transition's effects say: the fact for the clock, and whether anything was done at all. */
export function factOf(effects: readonly Effect[]): DeadlineFact | null {
  for (const { type, params } of effects) if (type === 'clock') return params as DeadlineFact;
  return null;
}

/** Whether {@link move} would take the event: the guards are asked, nothing is moved. */
export function canMove(compiled: CompiledDefinition, place: Place, event: LifecycleEvent): boolean {
  const before = machineStateAt(compiled, place);
  return before.status === 'active' && before.can(event);
}

/** Sends one event to the statechart. Pure for the caller: the same place and event always give the same move. */
export function move(compiled: CompiledDefinition, place: Place, event: LifecycleEvent): Move {
  const before = machineStateAt(compiled, place);
  if (before.status !== 'active') return { ...place, taken: false, fact: null };
  const effects: Effect[] = (collected = []);
  const after = compiled.machine.transition(before, event, scope);
  // An event that is not accepted leaves the same snapshot, silently, and declares nothing.
  if (after === before && effects.length === 0) return { ...place, taken: false, fact: null };
  const { state, step, context } = fromMachineState(after);
  // Written out: a spread that adds fields takes half a microsecond.
  return { state, step, context, taken: true, fact: factOf(effects) };
}
