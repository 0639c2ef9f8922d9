import { type CatalogueImport, importCatalogue, importDefinitions } from '#libs/catalogue';
import type { Pool } from '#libs/database';
import { importDemoAccounts } from '#libs/identity';
import {
  type Counts,
  type Problem,
  importCalendarYears,
  importDemoOfficers,
  importPeriods,
  importProvince,
} from '#libs/organization';
import {
  catalogue1995,
  catalogueReference,
  provinceOf2019,
  standardPeriods,
  stateCalendar,
} from './reference-data.js';

/** What one run of the import did. All counts but `unchanged` are 0 when everything was there. */
export interface Summary {
  levels: Counts;
  units: Counts;
  calendarYears: Counts;
  periods: Counts;
  definitions: Counts;
  catalogue: Omit<CatalogueImport, 'problems'>;
  officers: Counts;
  /** rows of the data files that could not be used; none in the files that come with Motcua */
  problems: (Problem & { file: string })[];
  /** whether anything was written */
  changed: boolean;
  /** the same in one line for a person */
  sentence: string;
}

// What stands in the database is right: somebody may have corrected it by `motcua import` since the last start.
const STOCK = { existing: 'keep' } as const;
const NOTHING: Counts = { inserted: 0, updated: 0, unchanged: 0 };

/**
 * Puts everything from `data/` into the database that is not there yet: levels, units, calendar, periods, step templates,
 * catalogue, and on demand the demonstration's officers with their accounts. Each part is one transaction; nothing that stands is changed.
 * Procedures count from the beginning of time, since no source dates them; `today` is the day of the import.
 */
export async function importReferenceData(
  pool: Pool,
  options: { demoOfficers: boolean; today: string },
): Promise<Summary> {
  const [province, reference, years, periodRows] = await Promise.all([
    provinceOf2019(),
    catalogueReference(),
    stateCalendar(),
    standardPeriods(),
  ]);
  const { levels, units, problems } = await importProvince(pool, province, STOCK);
  const calendarYears = await importCalendarYears(pool, 'state', years, STOCK);
  const periods = await importPeriods(pool, periodRows);
  const definitions = await importDefinitions(pool, reference.definitions, reference.levels);
  const { problems: catalogueProblems, ...catalogue } = await importCatalogue(
    pool,
    await catalogue1995(reference),
    {
      day: options.today,
      newFrom: '-infinity',
      ...STOCK,
    },
  );
  const officers = options.demoOfficers ? await importDemoOfficers(pool) : NOTHING;
  if (options.demoOfficers) await importDemoAccounts(pool);
  const counts = [levels, units, calendarYears, periods, definitions, officers];
  const changed =
    catalogue.added + catalogue.changed > 0 || counts.some((one) => one.inserted + one.updated > 0);
  return {
    levels,
    units,
    calendarYears,
    periods,
    definitions,
    catalogue,
    officers,
    problems: [
      ...inFile('tra-vinh-units-2019.csv', [...province.problems, ...problems]),
      ...inFile('sector-department-assumed.csv', reference.problems),
      ...inFile('catalogue-1995.csv', catalogueProblems),
    ],
    changed,
    sentence:
      `reference data ${changed ? 'imported' : 'found, nothing to change'}: ${province.units.length} units, ` +
      `${catalogue.imported} procedures, ${reference.definitions.length} step templates, ${years.size} calendar years`,
  };
}

function inFile(file: string, problems: readonly Problem[]): (Problem & { file: string })[] {
  return problems.map((problem) => ({ file, ...problem }));
}
