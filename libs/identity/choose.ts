import { DomainError, type Instant } from '#libs/kernel';
import { type Officer, type UnitDirectory, unitOn } from '#libs/organization';
import { type Acting, scopeOf } from './acting.js';
import { dayOf } from './day.js';
import type { Principal } from './types.js';

/** The codes of all positions that someone may act in now, their own first. */
export function positionChoices(principal: Pick<Principal, 'positions' | 'actsFor'>): string[] {
  return [...principal.positions, ...principal.actsFor.map((one) => one.officer)].map((one) => one.code);
}

/**
 * Settles in which position somebody acts: the one that is named, or the only one there is. Throws DomainError
 * `password_change_required` while the first password stands, `position_required` (params.choices) when several are
 * there, or none, and none is named, `position_not_yours`, and `unit_ended` when the position's unit is no more: what it
 * held belongs to another now. Demonstration officers work on at the units of 2019.
 */
export function actingAs(
  principal: Pick<Principal, 'accountNo' | 'positions' | 'actsFor' | 'mustChange'>,
  positionCode: string | undefined,
  units: UnitDirectory,
  now: Instant,
): Acting {
  if (principal.mustChange) throw new DomainError('password_change_required');
  const choices = positionChoices(principal);
  const code = positionCode ?? (choices.length === 1 ? choices[0] : undefined);
  if (code === undefined)
    throw new DomainError('position_required', { field: 'position', params: { choices } });
  const own = principal.positions.find((one) => one.code === code);
  const others = principal.actsFor.find((one) => one.officer.code === code);
  const officer = own ?? others?.officer;
  if (!officer) throw new DomainError('position_not_yours', { field: 'position' });
  refuseEnded(officer, units, now);
  return {
    officer,
    person: principal.accountNo,
    principal: own ? principal.accountNo : others!.principal,
    by: own ? null : others!.by.code,
    scope: scopeOf(officer, units),
  };
}

function refuseEnded(officer: Officer, units: UnitDirectory, now: Instant): void {
  if (officer.unitId === null || officer.demo) return;
  const unit = units.byId(officer.unitId);
  const standing = unit && unitOn(units, unit.agencyCode, dayOf(now));
  if (standing === undefined || standing === 'ended' || standing.id !== officer.unitId)
    throw new DomainError('unit_ended', { field: 'position', params: { position: officer.code } });
}
