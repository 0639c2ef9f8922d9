import { canonicalJson, type Json } from '#libs/kernel';
import { createLifecycle, type LifecycleMachine } from './machine/machine.js';
import { IN_HAND } from './machine/processing.js';
import { planSteps, type StepPlan } from './step-plan.js';
import type { CommandName, ProcedureDefinition, StateName } from './types.js';
import { validateDefinition } from './validate.js';

/** A definition ready to run: validated, its machine built. */
export interface CompiledDefinition {
  readonly definition: ProcedureDefinition;
  readonly machine: LifecycleMachine;
  readonly steps: ReadonlyMap<string, StepPlan>;
  /** the commands that the statechart listens to, by state (`received`) or by step (`processing.check`) */
  readonly listens: ReadonlyMap<string, ReadonlySet<string>>;
}

/** The key of a place in {@link CompiledDefinition.listens}. */
export function placeOf(state: StateName, step: string | null): string {
  return state === 'processing' ? `processing.${step}` : state;
}

function build(definition: ProcedureDefinition): CompiledDefinition {
  const plans = planSteps(definition);
  const machine = createLifecycle(definition, plans);
  const listens = new Map<string, ReadonlySet<string>>();
  for (const [state, node] of Object.entries(machine.root.states)) {
    if (state !== 'processing') listens.set(state, new Set(node.ownEvents));
    else {
      for (const [step, child] of Object.entries(node.states)) {
        if (step !== IN_HAND)
          listens.set(placeOf(state, step), new Set([...node.ownEvents, ...child.ownEvents]));
      }
    }
  }
  return { definition, machine, steps: new Map(plans.map((plan) => [plan.name, plan])), listens };
}

// A definition never changes under its key, so building its machine once is only sparing, never a memory of anything.
const byKey = new Map<string, CompiledDefinition>();
const byObject = new WeakMap<ProcedureDefinition, CompiledDefinition>();

/** The compiled form, built on first sight. The same steps read again from the database find the same machine. */
export function compiledOf(definition: ProcedureDefinition): CompiledDefinition {
  const known = byObject.get(definition);
  if (known) return known;
  const sameKey = byKey.get(definition.key);
  const same = sameKey !== undefined && asText(sameKey.definition) === asText(definition);
  if (!same) validateDefinition(definition);
  const compiled = same ? sameKey : build(definition);
  byKey.set(definition.key, compiled);
  byObject.set(definition, compiled);
  return compiled;
}

function asText(definition: ProcedureDefinition): string {
  return canonicalJson(definition as unknown as Json);
}

/**
 * Validates a definition against the levels that the organization knows (`any` always passes) and builds its machine.
 * Throws DomainError `definition_invalid`: `field` says where, `params.problem` what, `params.problems` everything.
 */
export function compile(
  definition: ProcedureDefinition,
  { levels }: { levels: readonly string[] },
): CompiledDefinition {
  validateDefinition(definition, levels);
  return compiledOf(definition);
}

/** True when the statechart, there, listens to the command at all: its guards may still say no. */
export function listensTo(
  compiled: CompiledDefinition,
  state: StateName,
  step: string | null,
  command: CommandName,
): boolean {
  return compiled.listens.get(placeOf(state, step))?.has(command) === true;
}
