import type { Day, Level, Officer, Unit } from './types.js';

/** The organization as it was read: immutable, in memory, answering without a query. */
export interface UnitDirectory {
  readonly levels: readonly Level[];
  byId(id: number): Unit | undefined;
  /**
   * The unit that bears the agency code on `day`; without a day the one that bore it last. Codes are used again, so the
   * day matters wherever a past is looked at.
   */
  byCode(agencyCode: string, day?: Day): Unit | undefined;
  /** By General Statistics Office code, under the same rule. */
  byGsoCode(gsoCode: string, day?: Day): Unit | undefined;
  /** Every unit of every time, by agency code and then by validity. */
  all(): readonly Unit[];
  /** The units directly under one. */
  children(unitId: number): readonly Unit[];
  /** All units under one, at any depth, itself not among them. */
  descendants(unitId: number): readonly Unit[];
  /** The units above one, nearest first. */
  ancestors(unitId: number): readonly Unit[];
  officer(code: string): Officer | undefined;
  officersAt(unitId: number): readonly Officer[];
  /** Those who serve all units: the post, the carrier, the portal. */
  officersEverywhere(): readonly Officer[];
}

/** Builds the directory. The parts are frozen; the caller must not keep changing them. */
export function makeDirectory(levels: Level[], units: Unit[], officers: Officer[]): UnitDirectory {
  const sorted = [...units].sort(
    (a, b) => compare(a.agencyCode, b.agencyCode) || compareDays(a.validFrom, b.validFrom),
  );
  for (const part of [...levels, ...sorted, ...officers]) Object.freeze(part);
  const ids = new Map(sorted.map((unit) => [unit.id, unit]));
  const agencyCodes = groupBy(sorted, (unit) => unit.agencyCode);
  const gsoCodes = groupBy(
    sorted.filter((unit) => unit.gsoCode !== null),
    (unit) => unit.gsoCode!,
  );
  const below = groupBy(sorted, (unit) => unit.parentId);
  const officersByCode = new Map(officers.map((officer) => [officer.code, officer]));
  const officersByUnit = groupBy(officers, (officer) => officer.unitId);

  const children = (unitId: number): readonly Unit[] => below.get(unitId) ?? [];
  return Object.freeze({
    levels: Object.freeze([...levels].sort((a, b) => a.rank - b.rank)),
    byId: (id: number) => ids.get(id),
    byCode: (code: string, day?: Day) => standing(agencyCodes.get(code), day),
    byGsoCode: (code: string, day?: Day) => standing(gsoCodes.get(code), day),
    all: () => Object.freeze(sorted),
    children,
    descendants(unitId: number): readonly Unit[] {
      const found = [...children(unitId)];
      for (let i = 0; i < found.length; i += 1) found.push(...children(found[i]!.id));
      return found;
    },
    ancestors(unitId: number): readonly Unit[] {
      const found: Unit[] = [];
      const above = (id: number): Unit | undefined => ids.get(ids.get(id)?.parentId ?? Number.NaN);
      for (let unit = above(unitId); unit; unit = above(unit.id)) found.push(unit);
      return found;
    },
    officer: (code: string) => officersByCode.get(code),
    officersAt: (unitId: number) => officersByUnit.get(unitId) ?? [],
    officersEverywhere: () => officers.filter((officer) => officer.servesAll),
  });
}

/** Whether a validity covers a day: from its first day up to, not including, its end. */
export function validOn(validity: { validFrom: Day; validUntil: Day }, day: Day): boolean {
  return compareDays(validity.validFrom, day) <= 0 && compareDays(day, validity.validUntil) < 0;
}

/** Orders days, `-infinity` before and `infinity` after every date. */
export function compareDays(a: Day, b: Day): number {
  return compare(sortable(a), sortable(b));
}

function sortable(day: Day): string {
  return day === '-infinity' ? '' : day === 'infinity' ? '~' : day;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function standing(units: Unit[] | undefined, day: Day | undefined): Unit | undefined {
  return day === undefined ? last(units) : units?.find((unit) => validOn(unit, day));
}

/** The one that began last; units come ordered by the day they began. */
function last(units: Unit[] | undefined): Unit | undefined {
  return units?.[units.length - 1];
}

function groupBy<Item, Key>(items: Item[], keyOf: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}
