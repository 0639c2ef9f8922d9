/**
 * Whose dossiers somebody may see: those that one of these units received, answers for, holds or held, by the units' ids;
 * or all there are. No unit, nothing.
 */
export type Scope = 'all' | readonly number[];

/** The postal service, among units: it is at home at every one and is none of them. No unit has this id. */
export const POST_UNIT = 0;

/** The units that a dossier has to do with. */
export interface Hands {
  receivingUnitId: number;
  competentUnitId: number;
  /** the others that hold it or held it */
  heldBy: readonly number[];
}

/** True when the dossier may be seen; the same rule as that of the database's policies. */
export function inScope(scope: Scope, { receivingUnitId, competentUnitId, heldBy }: Hands): boolean {
  if (scope === 'all') return true;
  const has = (unit: number): boolean => scope.includes(unit);
  return has(receivingUnitId) || has(competentUnitId) || heldBy.some(has);
}

/** The scope as the settings `motcua.scope` and `motcua.batch_units` hold it: `*`, or an array of ids. */
export function scopeText(scope: Scope): string {
  return scope === 'all' ? '*' : `{${scope.map(Math.trunc).join(',')}}`;
}
