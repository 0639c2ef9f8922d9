import { validOn, type Unit, type UnitDirectory } from '#libs/organization';

/**
 * The unit that bears an agency code on a day; `ended` when it is no more and others of its level have taken over.
 *
 * Where no unit of that level is in force on the day, the list is out of date (the shipped one ends with the district level
 * on 1 July 2025 and its successors are not imported). A citizen at the counter is received all the same, at the unit as
 * it stood last: an import that nobody made must not close the door.
 */
export function unitOn(units: UnitDirectory, code: string, day: string): Unit | 'ended' | undefined {
  const now = units.byCode(code, day);
  if (now) return now;
  const last = units.byCode(code);
  if (!last) return undefined;
  const replaced = units.all().some((unit) => unit.level === last.level && validOn(unit, day));
  return replaced ? 'ended' : last;
}
