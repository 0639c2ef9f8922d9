import type { JsonObject } from '#libs/kernel';
import { STATUS_OF, type ProblemCode } from './statuses.js';

/** One thing that is wrong with one field. */
export interface FieldProblem {
  /** path from the body's root, e.g. `applicant.name` or `papers[2]` */
  field: string;
  code: ProblemCode;
  params?: JsonObject;
}

/** What the HTTP layer itself refuses, before any library is asked. The filter turns it into problem details. */
export class ProblemError extends Error {
  readonly status: number;
  readonly field: string | undefined;
  readonly params: JsonObject;
  readonly errors: readonly FieldProblem[];

  constructor(
    readonly code: ProblemCode,
    detail: { field?: string; params?: JsonObject; errors?: readonly FieldProblem[]; status?: number } = {},
  ) {
    super(code);
    this.name = 'ProblemError';
    this.status = detail.status ?? STATUS_OF[code];
    this.field = detail.field;
    this.params = detail.params ?? {};
    this.errors = detail.errors ?? [];
  }
}
