import { validOn, type UnitDirectory } from './directory.js';
import type { Unit } from './types.js';

/**
 * The unit that takes dossiers under an agency code on a day; `ended` when it is no more and others of its level have
 * taken over.
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
  return levelStands(units, last.level, day) ? 'ended' : last;
}

/** The units that take dossiers on a day, under the same rule as {@link unitOn}. */
export function unitsOn(units: UnitDirectory, day: string): Unit[] {
  const runOut = new Set(
    units.levels.map((level) => level.code).filter((code) => !levelStands(units, code, day)),
  );
  return units
    .all()
    .filter(
      (unit) =>
        validOn(unit, day) || (runOut.has(unit.level) && units.byCode(unit.agencyCode)?.id === unit.id),
    );
}

type Validity = Pick<Unit, 'validFrom' | 'validUntil'>;

/** Of each level, the validities that its units have: a handful, where the units are hundreds and every submit asks. */
const validities = new WeakMap<UnitDirectory, Map<string, Validity[]>>();

function levelStands(units: UnitDirectory, level: string, day: string): boolean {
  let levels = validities.get(units);
  if (!levels) validities.set(units, (levels = validitiesOf(units)));
  return levels.get(level)?.some((validity) => validOn(validity, day)) === true;
}

function validitiesOf(units: UnitDirectory): Map<string, Validity[]> {
  const levels = new Map<string, Validity[]>();
  for (const { level, validFrom, validUntil } of units.all()) {
    const known = levels.get(level) ?? [];
    if (known.some((one) => one.validFrom === validFrom && one.validUntil === validUntil)) continue;
    levels.set(level, [...known, { validFrom, validUntil }]);
  }
  return levels;
}
