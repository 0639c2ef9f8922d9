import { DomainError } from '#libs/kernel';
import { type Day, type Unit, type UnitDirectory, compareDays, unitOn, validOn } from '#libs/organization';
import { POSITIONS, type Position } from '#libs/workflow';
import { isDay } from '../day.js';
import type { AccountKind } from '../types.js';

/** What a system serves as. */
export type Service = 'portal' | 'carrier';

/** Positions of these roles are at no unit: they serve all. */
const SERVES_ALL: ReadonlySet<Position> = new Set<Position>(['postal', 'system']);

/**
 * Of these, too, one at whatever unit has a say, or sees, in all of them: an auditor every dossier and every look, a catalogue
 * manager the procedures that all units follow.
 */
const REACHES_ALL: ReadonlySet<Position> = new Set<Position>([...SERVES_ALL, 'auditor', 'catalogueManager']);

export interface Validity {
  from: Day;
  /** first day on which it no longer holds; `infinity` where it is open */
  until: Day;
}

/** Throws DomainError `role_unknown` for what is no role that can be given: a citizen acts through the portal. */
export function grantableRole(role: string): Position {
  const found = POSITIONS.find((position) => position === role);
  if (found === undefined || found === 'citizen') throw new DomainError('role_unknown', { field: 'role' });
  return found;
}

export function servesAll(role: Position): boolean {
  return SERVES_ALL.has(role);
}

/** True for a role that only those give and take who answer for all units. */
export function reachesAll(role: Position): boolean {
  return REACHES_ALL.has(role);
}

/** Systems serve as systems, and people do not. Throws DomainError `role_not_for_account`. */
export function refuseKind(role: Position, kind: AccountKind): void {
  if ((role === 'system') !== (kind === 'system'))
    throw new DomainError('role_not_for_account', { field: 'role', params: { kind } });
}

/** Throws DomainError `day_not_understood`, or `validity_empty` when it ends before it begins. */
export function checkedValidity({ from, until }: Validity): Validity {
  if (!isDay(from)) throw new DomainError('day_not_understood', { field: 'from' });
  if (until !== 'infinity' && !isDay(until)) throw new DomainError('day_not_understood', { field: 'until' });
  if (compareDays(from, until) >= 0) throw new DomainError('validity_empty', { field: 'until' });
  return { from, until };
}

/**
 * The unit that bears a code on the first day of a validity. Throws DomainError `unit_unknown`, or `unit_ended` when it does
 * not stand on all of these days. A unit that goes on taking dossiers because nobody imported its successors yet has
 * people, too: its end is not known.
 */
export function unitThroughout(units: UnitDirectory, agencyCode: string, { from, until }: Validity): Unit {
  const unit = unitOn(units, agencyCode, from);
  if (unit === undefined) throw new DomainError('unit_unknown', { field: 'unit' });
  if (unit !== 'ended' && (!validOn(unit, from) || compareDays(until, unit.validUntil) <= 0)) return unit;
  const { validFrom, validUntil } = unit === 'ended' ? units.byCode(agencyCode)! : unit;
  throw new DomainError('unit_ended', { field: 'unit', params: { validFrom, validUntil } });
}

/** The next free code, such as `counter-3@000.00.21.H59`. */
export function nextCode(
  role: Position,
  service: Service,
  agencyCode: string,
  taken: readonly string[],
): string {
  const name = role === 'system' ? service : role === 'postal' ? 'post' : role;
  const numbers = taken.map((code) => {
    const [head, agency] = code.split('@');
    if (agency !== agencyCode) return 0;
    if (head === name) return 1;
    return head?.startsWith(`${name}-`) ? Number(head.slice(name.length + 1)) || 0 : 0;
  });
  return `${name}-${Math.max(0, ...numbers) + 1}@${agencyCode}`;
}
