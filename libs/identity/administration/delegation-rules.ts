import { DomainError } from '#libs/kernel';
import { type Day, type Officer, compareDays } from '#libs/organization';
import { isDay } from '../day.js';
import type { Delegation } from '../types.js';

/** A delegation that somebody asks for. */
export interface WantedDelegation {
  position: Officer;
  /** account that asks */
  principal: number;
  /** account that is to act */
  delegate: number;
  /** what the delegate holds */
  delegatePositions: readonly Officer[];
  from: Day;
  until: Day;
}

/** The parts of a delegation that stand in the way of others. */
export type Standing = Pick<Delegation, 'position' | 'principal' | 'delegate' | 'from' | 'until'>;

interface Days {
  from: Day;
  until: Day;
}

/**
 * Refuses a delegation that must not be. `standing` are all that have not been ended early. Throws DomainError
 * `day_not_understood`, `validity_empty`, `delegation_past`, `position_not_yours`, `delegation_beyond_position`,
 * `delegation_to_oneself`, `delegate_not_at_unit`, `delegation_overlaps`, `delegation_in_circle`.
 */
export function refuseDelegation(wanted: WantedDelegation, standing: readonly Standing[], today: Day): void {
  const { position, principal, delegate, delegatePositions, from, until } = wanted;
  if (!isDay(from)) throw new DomainError('day_not_understood', { field: 'from' });
  if (!isDay(until)) throw new DomainError('day_not_understood', { field: 'until' });
  if (from >= until) throw new DomainError('validity_empty', { field: 'until' });
  if (from < today) throw new DomainError('delegation_past', { field: 'from' });
  if (position.accountNo !== principal) throw new DomainError('position_not_yours', { field: 'position' });
  if (!within(wanted, position)) throw new DomainError('delegation_beyond_position', { field: 'until' });
  if (delegate === principal) throw new DomainError('delegation_to_oneself', { field: 'to' });
  // On every one of these days: on others the delegation would be silently worth nothing.
  if (!delegatePositions.some((own) => own.unitId === position.unitId && within(wanted, own)))
    throw new DomainError('delegate_not_at_unit', { field: 'to' });
  if (standing.some((other) => other.position === position.code && common(other, wanted)))
    throw new DomainError('delegation_overlaps', { field: 'from' });
  if (leadsBack(delegate, principal, wanted, standing, new Set()))
    throw new DomainError('delegation_in_circle', { field: 'to' });
}

/**
 * Whether on some day, step by step, `from` lets somebody act who in the end is `target`. `seen` keeps what was asked before:
 * in a dense web there are more ways than anybody could walk.
 */
function leadsBack(
  from: number,
  target: number,
  days: Days,
  standing: readonly Standing[],
  seen: Set<string>,
): boolean {
  const asked = `${from} ${days.from} ${days.until}`;
  if (seen.has(asked)) return false;
  seen.add(asked);
  return standing.some((next) => {
    const shared = next.principal === from && common(next, days);
    return shared && (next.delegate === target || leadsBack(next.delegate, target, shared, standing, seen));
  });
}

/** The days that two have in common. */
function common(a: Days, b: Days): Days | null {
  const from = a.from > b.from ? a.from : b.from;
  const until = a.until < b.until ? a.until : b.until;
  return from < until ? { from, until } : null;
}

function within({ from, until }: Days, { validFrom, validUntil }: Officer): boolean {
  return compareDays(validFrom, from) <= 0 && compareDays(until, validUntil) <= 0;
}
