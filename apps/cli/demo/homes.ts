import type { WorldUnit } from './types.js';

/**
 * Where the applicants of each unit live, by agency code: in it, or in the smallest units under it; a department's are
 * those of the whole province. Each home is a list of names from the smallest place up.
 */
export function homesOf(units: readonly WorldUnit[]): Map<string, string[][]> {
  const byCode = new Map(units.map((unit) => [unit.agencyCode, unit]));
  const parents = new Set(units.map((unit) => unit.parentCode));
  const homes = new Map<string, string[][]>(units.map((unit) => [unit.agencyCode, []]));
  for (const unit of units) {
    if (unit.kind === 'department' || parents.has(unit.agencyCode)) continue;
    const above: WorldUnit[] = [];
    for (
      let at: WorldUnit | undefined = unit;
      at && !above.includes(at);
      at = byCode.get(at.parentCode ?? '')
    )
      above.push(at);
    const home = above.map(({ name }) => name);
    for (const { agencyCode } of above) homes.get(agencyCode)!.push(home);
  }
  for (const unit of units) {
    const own = homes.get(unit.agencyCode)!;
    if (own.length > 0) continue;
    const shared = homes.get(unit.parentCode ?? '');
    homes.set(unit.agencyCode, shared && shared.length > 0 ? shared : [[unit.name]]);
  }
  return homes;
}
