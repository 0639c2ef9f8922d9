import { localDay } from '#libs/calendar';
import type { Acting } from '#libs/identity';
import { DomainError, type Instant } from '#libs/kernel';
import { validOn, type Officer } from '#libs/organization';
import type { Reference } from './decide.js';

/**
 * The problem when a position is not in force on the day of the act: the one whose rights are used, or the own one of who
 * acts for another. Nothing of any dossier is looked at, so that the answer is the same for every code. Not stored: a
 * position may be prolonged.
 */
export function endedPosition(
  { officer, by }: Acting,
  { calendar, units }: Pick<Reference, 'calendar' | 'units'>,
  at: Instant,
): DomainError | null {
  const own = by === null ? undefined : units.officer(by);
  if (isOpen(officer) && (own === undefined || isOpen(own))) return null;
  const day = localDay(calendar, at);
  if (validOn(officer, day) && (own === undefined || validOn(own, day))) return null;
  return new DomainError('position_ended', { field: 'officer' });
}

/** In force on every day: then none has to be worked out. */
function isOpen({ validFrom, validUntil }: Officer): boolean {
  return validFrom === '-infinity' && validUntil === 'infinity';
}
