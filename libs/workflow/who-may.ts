import type { CompiledDefinition } from './compile.js';
import { CAPABILITIES, MAY_SUBMIT, RIGHTS, SEPARATIONS, type Capability, type Right } from './rights.js';
import {
  SEPARATION_NAMES,
  type Actor,
  type CommandName,
  type Position,
  type Relation,
  type StateName,
} from './types.js';

/** True when a position may do what is no command; for a capability that is not in the table, nobody. */
export function may(position: Position, capability: Capability): boolean {
  const who: readonly Position[] = Object.hasOwn(CAPABILITIES, capability) ? CAPABILITIES[capability] : [];
  return who.includes(position);
}

/** Null when the actor may; else the code of the refusal: the position never may, or it may but not at that unit. */
export function refusedRight(
  compiled: CompiledDefinition,
  state: StateName | null,
  step: string | null,
  command: CommandName,
  actor: Actor,
): 'not_your_position' | 'not_your_unit' | null {
  const rights = state === null ? MAY_SUBMIT : (RIGHTS[state][command] ?? []);
  let positionFits = false;
  for (const right of rights) {
    if (!fits(positionOf(compiled, step, right), actor.position)) continue;
    positionFits = true;
    if (right.relations.some((relation) => stands(actor, relation, right))) return null;
  }
  return positionFits ? 'not_your_unit' : 'not_your_position';
}

function positionOf(compiled: CompiledDefinition, step: string | null, right: Right): Position | null {
  if (right.position !== 'performer') return right.position;
  return step === null ? null : (compiled.steps.get(step)?.definition.performer.position ?? null);
}

function fits(wanted: Position | null, position: Position): boolean {
  return wanted === position || (wanted === 'specialist' && position === 'head');
}

/** A step of the post or the portal is done by who serves every unit: there is no unit to stand at. */
function stands(actor: Actor, relation: Relation, right: Right): boolean {
  if (actor.relations.includes(relation)) return true;
  const servesAll = actor.position === 'postal' || actor.position === 'system';
  return right.position === 'performer' && servesAll && actor.relations.includes('everywhere');
}

/** Some actor who may give this command here (or file a dossier, when `state` is null); null when nobody may. */
export function actorWhoMay(
  compiled: CompiledDefinition,
  state: StateName | null,
  step: string | null,
  command: CommandName,
): Actor | null {
  const rights = state === null ? MAY_SUBMIT : (RIGHTS[state][command] ?? []);
  for (const right of rights) {
    const position = positionOf(compiled, step, right);
    if (position === null) continue;
    const servesAll = position === 'postal' || position === 'system';
    return { position, relations: servesAll ? ['everywhere'] : [right.relations[0]!], did: [] };
  }
  return null;
}

/** The code of the refusal when the actor did, with this dossier, what forbids the command to the same person; else null. */
export function refusedSeparation(
  compiled: CompiledDefinition,
  command: CommandName,
  actor: Actor,
): 'separation_of_duties' | null {
  if (actor.did.length === 0) return null;
  const inForce = compiled.definition.separation ?? SEPARATION_NAMES;
  const forbidden = inForce.some((name) => {
    const { did, not } = SEPARATIONS[name];
    return actor.did.includes(did) && not.includes(command);
  });
  return forbidden ? 'separation_of_duties' : null;
}
