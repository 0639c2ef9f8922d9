import { unitsOn, validOn, type Unit, type UnitDirectory } from '#libs/organization';
import { ProblemError } from '../problem/problem-error.js';
import type { UnitsQuery } from './catalogue.query.js';
import { inVietnameseOrder } from './fold.js';
import { dayOrNull } from './procedures.js';

/** A unit as a citizen knows it. */
export interface UnitItem {
  code: string;
  name: string;
  level: string;
  kind: string;
  gsoCode: string | null;
  /** agency code of the unit above; null at the top */
  parent: string | null;
  validFrom: string | null;
  validUntil: string | null;
  /** `assumed` where no official source gives it */
  certainty: string;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/**
 * The units that take dossiers today, or those in force on a day that is asked for, highest level first and then in the
 * order of their names. Throws `unknown_unit` for a
 * parent that nobody knows, `day_not_understood`.
 */
export function listUnits(units: UnitDirectory, query: UnitsQuery, today: string): UnitItem[] {
  const day = query.on ?? today;
  if (!DAY.test(day) || new Date(`${day}T00:00:00Z`).toJSON()?.slice(0, 10) !== day) {
    throw new ProblemError('day_not_understood', { field: 'on' });
  }
  const listed =
    query.on === undefined ? unitsOn(units, day) : units.all().filter((unit) => validOn(unit, day));
  const parent = listed.find((unit) => unit.agencyCode === query.parent);
  if (query.parent !== undefined && !parent) throw new ProblemError('unknown_unit', { field: 'parent' });
  const rank = new Map(units.levels.map((level) => [level.code, level.rank]));
  return listed
    .filter(
      (unit) =>
        (query.level === undefined || unit.level === query.level) &&
        (parent === undefined || unit.parentId === parent.id),
    )
    .sort(
      (a, b) =>
        (rank.get(a.level) ?? 0) - (rank.get(b.level) ?? 0) ||
        inVietnameseOrder(a.name, b.name) ||
        (a.agencyCode < b.agencyCode ? -1 : 1),
    )
    .map((unit) => itemOf(unit, units));
}

function itemOf(unit: Unit, units: UnitDirectory): UnitItem {
  const { agencyCode, name, level, kind, gsoCode, parentId, certainty } = unit;
  return {
    code: agencyCode,
    name,
    level,
    kind,
    gsoCode,
    parent: parentId === null ? null : (units.byId(parentId)?.agencyCode ?? null),
    validFrom: dayOrNull(unit.validFrom),
    validUntil: dayOrNull(unit.validUntil),
    certainty,
  };
}
