import { actingAlone, type Acting } from '#libs/identity';
import type { FullDeps } from '../deps.js';
import { ProblemError } from '../problem/problem-error.js';
import { OFFICER_HEADER } from './officer.js';

/** Who acts when the caller says so: the position alone. Throws `officer_unknown` for one that the organization does not know. */
export function actingAs(officer: string, { reference }: Pick<FullDeps, 'reference'>): Acting {
  const { units } = reference();
  const known = units.officer(officer);
  if (!known) throw new ProblemError('officer_unknown', { field: OFFICER_HEADER });
  return actingAlone(known, units);
}
