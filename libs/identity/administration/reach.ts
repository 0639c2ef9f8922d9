import { DomainError } from '#libs/kernel';
import type { UnitDirectory } from '#libs/organization';
import type { Acting } from '../acting.js';

/** Which units somebody administers: all, for the command line; else theirs and those below. `null` in it: what no unit answers for. */
export type Reach = 'all' | ReadonlySet<number | null>;

/**
 * How far an administrator reaches. Accounts that no unit answers for belong to the top units. Throws DomainError
 * `administrators_only` for everybody else.
 */
export function reachOf(by: Acting | null, units: Pick<UnitDirectory, 'byId' | 'descendants'>): Reach {
  if (by === null) return 'all';
  const { position, unitId } = by.officer;
  if (position !== 'administrator' || unitId === null) throw new DomainError('administrators_only');
  const reach = new Set<number | null>([unitId, ...units.descendants(unitId).map((unit) => unit.id)]);
  if (units.byId(unitId)?.parentId === null) reach.add(null);
  return reach;
}

/** Throws DomainError `unit_out_of_reach` when one of the units is neither the administrator's nor below it. */
export function refuseOutOfReach(reach: Reach, unitIds: Iterable<number | null>): void {
  if (reach === 'all') return;
  for (const unitId of unitIds) if (!reach.has(unitId)) throw new DomainError('unit_out_of_reach');
}

/**
 * Nobody gives themselves anything: neither who acts nor whom they act for may be the account. Throws DomainError
 * `not_for_yourself`.
 */
export function refuseOneself(by: Acting | null, accountNo: number): void {
  if (by !== null && (by.person === accountNo || by.principal === accountNo))
    throw new DomainError('not_for_yourself');
}
