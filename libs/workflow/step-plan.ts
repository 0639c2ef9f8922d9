import type { ProcedureDefinition, StepDefinition } from './types.js';

/** One step with what follows from the others: where it may go on to and what lies before it. */
export interface StepPlan {
  name: string;
  definition: StepDefinition;
  /** empty for a last step */
  next: readonly string[];
  /** the other steps from which this one can be reached, in the order of the definition */
  earlier: readonly string[];
}

/** The steps reachable from `from` by any number of `next`; `from` itself only if a loop leads back to it. */
export function reachableFrom(next: ReadonlyMap<string, readonly string[]>, from: string): Set<string> {
  const seen = new Set<string>();
  const open = [...(next.get(from) ?? [])];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    open.push(...(next.get(name) ?? []));
  }
  return seen;
}

/** Plans the steps of a definition that has been validated. */
export function planSteps(definition: ProcedureDefinition): StepPlan[] {
  const next = new Map(definition.steps.map((step) => [step.name, step.next]));
  const ahead = new Map(definition.steps.map((step) => [step.name, reachableFrom(next, step.name)]));
  return definition.steps.map((step) => ({
    name: step.name,
    definition: step,
    next: step.next,
    earlier: definition.steps
      .map((other) => other.name)
      .filter((other) => other !== step.name && ahead.get(other)!.has(step.name)),
  }));
}
