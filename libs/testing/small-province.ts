import { defaultCalendar, parseStateCalendar, type WorkingCalendar } from '#libs/calendar';
import {
  importCatalogue,
  importDefinitions,
  loadCatalogue,
  type Catalogue,
  type ProcedureRow,
} from '#libs/catalogue';
import { projectRoot } from '#libs/config';
import type { Pool } from '#libs/database';
import { importDemoAccounts } from '#libs/identity';
import type { Labels } from '#libs/kernel';
import {
  importDemoOfficers,
  importProvince,
  loadUnits,
  type UnitDirectory,
  type UnitRow,
} from '#libs/organization';
import type { Position, ProcedureDefinition, StepDefinition } from '#libs/workflow';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What an engine needs beside the database. */
export interface SmallProvince {
  units: UnitDirectory;
  catalogue: Catalogue;
  calendar: WorkingCalendar;
}

/** Agency codes of the units of {@link smallProvince}. */
export const UNIT = {
  province: '000.00.00.H59',
  department: '000.00.21.H59',
  district: '000.31.00.H59',
  commune: '000.31.01.H59',
  otherCommune: '000.31.02.H59',
} as const;

/** Codes of its procedures: what each is for is in its name. */
export const PROCEDURE = {
  /** commune, three steps, 3 working days, fee, supplement pauses */
  certificate: '1.000001',
  /** commune, one step, same day */
  copy: '1.000002',
  /** commune, one step, 5 working days, a supplement restarts the clock */
  restarting: '1.000003',
  /** province, the second step at the district, 10 working days online, 15 otherwise */
  joint: '1.000004',
  /** commune, 40 months: reaches past what the calendar knows when received in 2026 */
  long: '1.000005',
} as const;

const label = (text: string): Labels => ({ vi: text, en: text, km: text });

function stepOf(
  name: string,
  position: Position,
  next: string[],
  at: StepDefinition['performer']['at'] = 'competent',
): StepDefinition {
  return { name, title: label(name), performer: { position, level: 'any', at }, next };
}

function definition(
  key: string,
  steps: StepDefinition[],
  supplementPolicy: 'pause' | 'restart' = 'pause',
): ProcedureDefinition {
  return { key, title: label(key), certainty: 'assumed', supplementPolicy, first: steps[0]!.name, steps };
}

const DEFINITIONS = [
  definition('three@1', [
    stepOf('verify', 'specialist', ['draft']),
    stepOf('draft', 'specialist', ['sign']),
    stepOf('sign', 'head', []),
  ]),
  definition('one@1', [stepOf('settle', 'specialist', [])]),
  definition('restart@1', [stepOf('settle', 'specialist', [])], 'restart'),
  definition('joint@1', [
    stepOf('verify', 'specialist', ['consult']),
    stepOf('consult', 'specialist', ['sign'], { unit: UNIT.district }),
    stepOf('sign', 'head', []),
  ]),
];

function unit(line: number, agencyCode: string, level: string, name: string, parent: string | null): UnitRow {
  return {
    line,
    agencyCode,
    gsoCode: null,
    level,
    kind: agencyCode === UNIT.department ? 'department' : 'committee',
    name,
    parent: parent === null ? null : { agencyCode: parent },
    validFrom: '-infinity',
    validUntil: 'infinity',
    certainty: 'generated',
  };
}

const UNITS = [
  unit(1, UNIT.province, 'province', 'UBND tỉnh Mẫu', null),
  unit(2, UNIT.department, 'province', 'Sở Mẫu', UNIT.province),
  unit(3, UNIT.district, 'district', 'Huyện Mẫu', UNIT.province),
  unit(4, UNIT.commune, 'commune', 'Xã Đầm Sen', UNIT.district),
  unit(5, UNIT.otherCommune, 'commune', 'Xã An Hòa', UNIT.district),
];

function procedure(
  code: string,
  name: string,
  level: string,
  key: string,
  more: Partial<ProcedureRow>,
): ProcedureRow {
  return {
    line: 1,
    code,
    name,
    sector: 'Mẫu',
    level,
    onlineLevel: 4,
    channels: ['counter', 'online', 'postal'],
    limit: { value: 3, unit: 'working_day' },
    limitsByChannel: {},
    feeVnd: 0,
    decision: '',
    definitionKey: key,
    supplementPolicy: key.startsWith('restart') ? 'restart' : 'pause',
    department: null,
    documents: [],
    ...more,
  };
}

const PROCEDURES = [
  procedure(PROCEDURE.certificate, 'Cấp giấy chứng nhận', 'commune', 'three@1', { feeVnd: 8_000 }),
  procedure(PROCEDURE.copy, 'Chứng thực bản sao', 'commune', 'one@1', {
    limit: { value: 0, unit: 'working_day' },
  }),
  procedure(PROCEDURE.restarting, 'Xác nhận lại', 'commune', 'restart@1', {
    limit: { value: 5, unit: 'working_day' },
  }),
  procedure(PROCEDURE.joint, 'Cấp phép liên thông', 'province', 'joint@1', {
    limit: { value: 15, unit: 'working_day' },
    limitsByChannel: { online: { value: 10, unit: 'working_day' } },
  }),
  procedure(PROCEDURE.long, 'Công nhận dài hạn', 'commune', 'one@1', { limit: { value: 40, unit: 'month' } }),
];

/**
 * A province of five units with the demonstration's officers and five procedures, enough for every way that a dossier
 * can take, in some 100 ms. The calendar is the real one.
 */
export async function smallProvince(pool: Pool): Promise<SmallProvince> {
  const levels = ['province', 'district', 'commune'];
  const ranked = levels.map((code, index) => ({ code, rank: index + 1, labels: label(code) }));
  await importProvince(pool, { levels: ranked, units: UNITS });
  await importDemoOfficers(pool);
  await importDemoAccounts(pool);
  await importDefinitions(pool, DEFINITIONS, levels);
  await importCatalogue(
    pool,
    { rows: PROCEDURES, problems: [] },
    { day: '2019-01-01', newFrom: '-infinity' },
  );
  const [units, catalogue, text] = await Promise.all([
    loadUnits(pool),
    loadCatalogue(pool),
    readFile(join(projectRoot(), 'data/state-calendar.json'), 'utf8'),
  ]);
  return { units, catalogue, calendar: defaultCalendar(parseStateCalendar(JSON.parse(text))) };
}
