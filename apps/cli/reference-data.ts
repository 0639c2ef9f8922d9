import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type CatalogueReference,
  type ReadCatalogue,
  parseDetails,
  parseTemplateRules,
  readCatalogue,
  readSectorDepartments,
} from '#libs/catalogue';
import { type CalendarYear, parseStateCalendar } from '#libs/calendar';
import { projectRoot } from '#libs/config';
import { DomainError } from '#libs/kernel';
import {
  type Level,
  type PeriodRow,
  type Problem,
  type TextSource,
  type UnitRow,
  parseLevels,
  periodsFrom,
  readDepartments,
  readUnits,
} from '#libs/organization';
import type { ProcedureDefinition } from '#libs/workflow';

/** What comes with Motcua: the province of 2019, the catalogue of 1,995 procedures, the state calendar, the periods. */
export interface Province {
  levels: Level[];
  units: UnitRow[];
  problems: Problem[];
}

/** The path of a file in the project's `data/` folder, wherever Motcua was started from. */
export function dataFile(name: string): string {
  return join(projectRoot(), 'data', name);
}

/** Levels, the 116 committees and the 18 departments. */
export async function provinceOf2019(): Promise<Province> {
  const levels = parseLevels(await json('levels.json'));
  const read = await readProvince(createReadStream(dataFile('tra-vinh-units-2019.csv')), levels);
  const top = read.units.find((unit) => unit.parent === null);
  if (!top) return read;
  const departments = await readDepartments(
    createReadStream(dataFile('tra-vinh-departments-assumed.csv')),
    top,
  );
  return {
    levels,
    units: [...read.units, ...departments.rows],
    problems: [...read.problems, ...departments.problems],
  };
}

/** The units of a file, with the levels that come with Motcua. */
export async function readProvince(source: TextSource, levels: Level[]): Promise<Province> {
  const codes = levels.map((level) => level.code);
  const { rows, problems } = await readUnits(source, codes);
  return { levels, units: rows, problems };
}

/** What a catalogue file is read against: levels, step templates and their rule, detail pages, departments by sector. */
export async function catalogueReference(): Promise<CatalogueReference & { problems: Problem[] }> {
  const [province, definitions, rules, details] = await Promise.all([
    provinceOf2019(),
    json('step-templates.json') as Promise<ProcedureDefinition[]>,
    json('template-rules.json'),
    json('procedures-in-detail.json'),
  ]);
  const sectors = await readSectorDepartments(
    createReadStream(dataFile('sector-department-assumed.csv')),
    province.units.filter((unit) => unit.kind === 'department'),
  );
  return {
    levels: province.levels.map((level) => level.code),
    definitions,
    rules: parseTemplateRules(
      rules,
      definitions.map((definition) => definition.key),
    ),
    details: parseDetails(details),
    departments: sectors.departments,
    problems: sectors.problems,
  };
}

/** The 1,995 procedures, checked. */
export async function catalogue1995(reference: CatalogueReference): Promise<ReadCatalogue> {
  return readCatalogue(createReadStream(dataFile('catalogue-1995.csv')), reference);
}

/** The years of the state calendar that are known. */
export async function stateCalendar(): Promise<Map<number, CalendarYear>> {
  return parseStateCalendar(await json('state-calendar.json'));
}

/** The reporting periods of 2018 to 2030, by both rules. */
export async function standardPeriods(): Promise<PeriodRow[]> {
  return periodsFrom(await json('periods.json'));
}

async function json(name: string): Promise<unknown> {
  const text = await readFile(dataFile(name), 'utf8');
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new DomainError('reference_data_broken', { field: name, cause });
  }
}
