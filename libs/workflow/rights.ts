import type { CompiledDefinition } from './compile.js';
import type { Actor, CommandName, Position, Relation, StateName } from './types.js';

/** One kind of person who may act: a position, and how its unit must stand to the dossier. */
export interface Right {
  /** `performer`: whoever the procedure names for the step in hand, at the unit that holds it */
  position: Position | 'performer';
  /** one of these is enough */
  relations: readonly Relation[];
}

const counterHere: Right = { position: 'counter', relations: ['receiving'] };
const counter: Right = { position: 'counter', relations: ['receiving', 'competent'] };
const specialist: Right = { position: 'specialist', relations: ['competent'] };
const specialistAtWork: Right = { position: 'specialist', relations: ['competent', 'step'] };
const head: Right = { position: 'head', relations: ['competent'] };
const performer: Right = { position: 'performer', relations: ['step'] };
const post: Right = { position: 'postal', relations: ['everywhere'] };
/** The portal, where citizens act for themselves, and the carriers' connectors. */
const system: Right = { position: 'system', relations: ['everywhere'] };

/** What citizens do themselves, through the portal, or have a counter officer do for them. */
const citizensAct = [system, counter];
const correction = [counter, specialistAtWork];

type Rights = Readonly<Partial<Record<CommandName, readonly Right[]>>>;

/** Who files a dossier: there is no state yet. */
export const MAY_SUBMIT: readonly Right[] = [system, counterHere, post];

const intake: Rights = {
  refuse: [counterHere],
  void: [counterHere],
  withdraw: citizensAct,
  amend: correction,
};
const work: Rights = { withdraw: citizensAct, discontinue: [head], amend: correction };
const handingOver: Rights = { recordPostEvent: [post, system], amend: correction };

/**
 * Position × command × state: the whole of who may do what. A head may do what a specialist may; a citizen acts
 * through the portal, so the position `citizen` has no right of its own here. [assumed, but for the law's own words]
 */
export const RIGHTS: Readonly<Record<StateName, Rights>> = {
  submitted: {
    ...intake,
    receive: [counterHere],
    requestSupplement: [counterHere],
    requestPayment: [counterHere],
  },
  received: {
    ...work,
    startProcessing: [counter, specialist],
    requestSupplement: [counter, specialist],
    requestPayment: [counter, specialist],
  },
  processing: {
    ...work,
    completeStep: [performer],
    returnToStep: [performer],
    resolve: [performer],
    suspend: [performer, specialistAtWork],
    requestSupplement: [performer, specialistAtWork],
    requestPayment: [performer, specialistAtWork, counter],
  },
  suspended: { ...work, resume: [performer, specialistAtWork] },
  awaitingSupplement: { ...intake, ...work, supplement: citizensAct },
  awaitingPayment: { ...intake, ...work, confirmPayment: citizensAct },
  resolved: { handToPost: [counter, post], offerAtCounter: [counter, post], amend: correction },
  posted: handingOver,
  awaitingCollection: { ...handingOver, collect: [counter, post], handToPost: [counter, post] },
  delivered: handingOver,
  refused: {},
  withdrawn: {},
  discontinued: {},
  voided: {},
};

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
    return { position, relations: servesAll ? ['everywhere'] : [right.relations[0]!] };
  }
  return null;
}
