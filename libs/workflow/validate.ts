import { DomainError, type Json, type JsonObject } from '#libs/kernel';
import { IN_HAND } from './machine/processing.js';
import { reachableFrom } from './step-plan.js';
import { CAPABILITIES } from './rights.js';
import { SEPARATION_NAMES, STATES, type ProcedureDefinition, type StepDefinition } from './types.js';

/** What is wrong with a definition, and where: `field` is a path into it such as `steps[2].next[0]`. */
export interface DefinitionProblem {
  field: string;
  /** stable: `unreachable_step`, `no_way_out`, `unknown_next`, … */
  problem: string;
  value: Json;
}

const NAME = /^[a-z][a-zA-Z0-9]*$/;
/**
 * What a citizen owes is a supplement or a payment, never a step: nobody could complete it. Nor could who only oversees, or
 * looks after accounts.
 */
const PERFORMERS: ReadonlySet<unknown> = new Set(CAPABILITIES.giveCommands);
const SEPARATIONS: ReadonlySet<unknown> = new Set(SEPARATION_NAMES);
/** Names that mean something else already: states, the way back to the step in hand, what every object has. */
const TAKEN: ReadonlySet<string> = new Set([
  ...STATES,
  IN_HAND,
  ...Object.getOwnPropertyNames(Object.prototype),
]);

/**
 * Everything that is wrong with a definition, in the order of the definition; empty when it can run. Meant for data
 * that somebody wrote: shapes are checked too. `levels` are those the organization knows; without them, levels go
 * unchecked.
 */
export function problemsOf(definition: ProcedureDefinition, levels?: readonly string[]): DefinitionProblem[] {
  const problems: DefinitionProblem[] = [];
  const report = (field: string, problem: string, value: unknown = null) => {
    problems.push({ field, problem, value: asJson(value) });
  };
  if (!isText(definition.key)) report('key', 'missing', definition.key);
  checkLabels(definition.title, 'title', report);
  if (!['official', 'assumed'].includes(definition.certainty)) {
    report('certainty', 'unknown_certainty', definition.certainty);
  }
  if (!['pause', 'restart'].includes(definition.supplementPolicy)) {
    report('supplementPolicy', 'unknown_policy', definition.supplementPolicy);
  }
  checkSeparation(definition.separation, report);
  if (!Array.isArray(definition.steps) || definition.steps.length === 0) {
    report('steps', 'no_steps');
    return problems;
  }
  const names = checkNames(definition.steps, report);
  definition.steps.forEach((step, at) => {
    checkLabels(step?.title, `steps[${at}].title`, report);
    checkPerformer(step, at, levels, report);
    checkNext(step, at, names, report);
  });
  if (!names.has(definition.first)) report('first', 'unknown_step', definition.first);
  else if (problems.length === 0) checkWays(definition, report);
  return problems;
}

/** Throws DomainError `definition_invalid` when {@link problemsOf} finds any; its params hold them all, its field the first. */
export function validateDefinition(definition: ProcedureDefinition, levels?: readonly string[]): void {
  const problems = problemsOf(definition, levels);
  const [first] = problems;
  if (!first) return;
  throw new DomainError('definition_invalid', {
    field: first.field,
    params: {
      definition: asJson(definition.key),
      problem: first.problem,
      value: first.value,
      problems: problems.map((one): JsonObject => ({ ...one })),
    },
  });
}

type Report = (field: string, problem: string, value?: unknown) => void;

function checkNames(steps: readonly StepDefinition[], report: Report): Set<string> {
  const names = new Set<string>();
  steps.forEach((step, at) => {
    const name: unknown = step?.name;
    const field = `steps[${at}].name`;
    if (typeof name !== 'string' || !NAME.test(name)) report(field, 'bad_name', name);
    else if (TAKEN.has(name)) report(field, 'name_clash', name);
    else if (names.has(name)) report(field, 'duplicate_name', name);
    if (typeof name === 'string') names.add(name);
  });
  return names;
}

/** What is misspelt here would silently not be kept apart. */
function checkSeparation(separation: unknown, report: Report): void {
  if (separation === undefined) return;
  if (!Array.isArray(separation)) {
    report('separation', 'unknown_separation', separation);
    return;
  }
  separation.forEach((name: unknown, at) => {
    const field = `separation[${at}]`;
    if (!SEPARATIONS.has(name)) report(field, 'unknown_separation', name);
    else if (separation.indexOf(name) !== at) report(field, 'duplicate_name', name);
  });
}

function checkPerformer(
  step: StepDefinition,
  at: number,
  levels: readonly string[] | undefined,
  report: Report,
): void {
  const field = `steps[${at}].performer`;
  const performer: Partial<StepDefinition['performer']> | undefined = step?.performer;
  if (typeof performer !== 'object' || performer === null) {
    report(field, 'step_without_performer', step?.name);
    return;
  }
  if (!PERFORMERS.has(performer.position))
    report(`${field}.position`, 'unknown_position', performer.position);
  const level = performer.level;
  if (!isText(level) || (levels && level !== 'any' && !levels.includes(level))) {
    report(`${field}.level`, 'unknown_level', level);
  }
  const where = performer.at;
  const named = typeof where === 'object' && where !== null && isText(where.unit);
  if (where !== 'competent' && where !== 'receiving' && !named) report(`${field}.at`, 'unknown_unit', where);
}

function checkNext(step: StepDefinition, at: number, names: ReadonlySet<string>, report: Report): void {
  if (!Array.isArray(step?.next)) {
    report(`steps[${at}].next`, 'missing', step?.next);
    return;
  }
  step.next.forEach((next, index) => {
    const field = `steps[${at}].next[${index}]`;
    if (!names.has(next)) report(field, 'unknown_next', next);
    else if (step.next.indexOf(next) !== index) report(field, 'duplicate_name', next);
  });
}

/** Every step must be reached from the first, and from every step some last step must be. */
function checkWays(definition: ProcedureDefinition, report: Report): void {
  const next = new Map(definition.steps.map((step) => [step.name, step.next]));
  const reached = reachableFrom(next, definition.first).add(definition.first);
  definition.steps.forEach((step, at) => {
    if (!reached.has(step.name)) report(`steps[${at}]`, 'unreachable_step', step.name);
    const ends = [step.name, ...reachableFrom(next, step.name)].some((name) => next.get(name)!.length === 0);
    if (!ends) report(`steps[${at}]`, 'no_way_out', step.name);
  });
}

function checkLabels(labels: unknown, field: string, report: Report): void {
  for (const language of ['vi', 'en', 'km']) {
    const text = typeof labels === 'object' && labels !== null ? Reflect.get(labels, language) : undefined;
    if (!isText(text)) report(`${field}.${language}`, 'missing', text);
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}

function asJson(value: unknown): Json {
  return value === undefined ? null : (JSON.parse(JSON.stringify(value) ?? 'null') as Json);
}
