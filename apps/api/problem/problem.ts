import type { CommandName, NotYet, StateName } from '#libs/workflow';
import type { JsonObject } from '#libs/kernel';
import type { Language } from '../messages/language.js';
import { because, problemText } from '../messages/messages.js';
import type { FieldProblem } from './problem-error.js';

/** Why a command is not possible yet, with the words for it. */
export interface Explained extends NotYet {
  detail: string;
}

/** Adds the words in the reader's language. */
export function explained(notYet: readonly NotYet[], language: Language): Explained[] {
  // Field by field: a stored refusal comes back with its keys in the database's order, and must read as it did first.
  return notYet.map(({ command, because: why }) => ({
    command,
    because: why,
    detail: because(language, why),
  }));
}

/** RFC 9457 problem details, with our extension members: `code` is stable, `title` and `detail` are in the reader's language. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  instance: string;
  code: string;
  field?: string;
  errors?: { field: string; code: string; detail: string }[];
  state?: StateName | null;
  version?: number | null;
  allowed?: CommandName[];
  notYet?: Explained[];
  /** only with `position_required`: the positions to choose from */
  choices?: string[];
  /** only with 500: the id under which the cause is in the log */
  errorId?: string;
  /** only with 500 and only in development: what the log says of the cause, and more */
  debug?: string;
}

export interface ProblemParts {
  code: string;
  status: number;
  instance: string;
  field?: string | undefined;
  params?: JsonObject | undefined;
  errors?: readonly FieldProblem[];
  refusal?: { state: StateName | null; version: number | null; allowed: CommandName[]; notYet: NotYet[] };
  errorId?: string;
}

/** The problem document for one reader. Holds nothing but what `parts` say: no stack, no message of a library. */
export function describeProblem(parts: ProblemParts, language: Language): Problem {
  const field: { field?: string } = parts.field === undefined ? {} : { field: parts.field };
  const { title, detail } = problemText(language, parts.code, { ...parts.params, field: parts.field ?? '' });
  const problem: Problem = {
    type: `urn:motcua:problem:${parts.code}`,
    title,
    status: parts.status,
    detail,
    instance: parts.instance,
    code: parts.code,
    ...field,
  };
  if (parts.errors && parts.errors.length > 0) {
    problem.errors = parts.errors.map((one) => ({
      field: one.field,
      code: one.code,
      detail: problemText(language, one.code, { ...one.params, field: one.field }).detail,
    }));
  }
  if (parts.refusal) {
    const { state, version, allowed, notYet } = parts.refusal;
    problem.state = state;
    problem.version = version;
    problem.allowed = allowed;
    problem.notYet = explained(notYet, language);
  }
  const choices = parts.code === 'position_required' ? parts.params?.choices : undefined;
  if (Array.isArray(choices)) problem.choices = choices.map(String);
  if (parts.errorId !== undefined) problem.errorId = parts.errorId;
  return problem;
}
