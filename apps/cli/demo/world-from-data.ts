import { defaultCalendar } from '#libs/calendar';
import { catalogue1995, catalogueReference, provinceOf2019, stateCalendar } from '../reference-data.js';
import type { World } from './types.js';

/** The same world as the demo's, read from `data/` without a database: for planning alone, and for its tests. */
export async function worldFromData(): Promise<World> {
  const [province, reference, years] = await Promise.all([
    provinceOf2019(),
    catalogueReference(),
    stateCalendar(),
  ]);
  const { rows } = await catalogue1995(reference);
  const byGso = new Map(province.units.map((unit) => [unit.gsoCode, unit.agencyCode]));
  const definitions = new Map(reference.definitions.map((definition) => [definition.key, definition]));
  return {
    calendar: defaultCalendar(years),
    units: province.units.map(({ agencyCode, level, kind, name, parent }) => ({
      agencyCode,
      level,
      kind,
      name,
      parentCode:
        parent === null
          ? null
          : 'agencyCode' in parent
            ? parent.agencyCode
            : (byGso.get(parent.gsoCode) ?? null),
    })),
    procedures: rows.map((row) => ({ ...row, definition: definitions.get(row.definitionKey)! })),
  };
}
