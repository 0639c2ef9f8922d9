import { stringify } from 'csv-stringify/sync';
import { FORM_COLUMNS, type ReportLine } from './figures.js';
import type { Language } from './format.js';
import type { QuarterReport, UnitLine } from './report.js';

// A spreadsheet runs a cell that begins so as a formula. Names come from imports, so a name is never trusted.
const FORMULA = /^[=+\-@\t\r]/;
const inert = (text: string): string => (FORMULA.test(text) ? `'${text}` : text);

/**
 * The report as CSV (UTF-8, header row, CRLF as RFC 4180 has it): the line's key and name, the form's columns 3 to 13
 * under `<number>_<name>`, whether 3 = 7 + 11 holds, and the total as the last row.
 */
export function formatQuarterCsv(report: QuarterReport, options: { language?: Language } = {}): string {
  const language = options.language ?? 'en';
  const header = [
    report.by,
    'name',
    ...(report.by === 'unit' ? ['level', 'parent'] : []),
    ...FORM_COLUMNS.map((column) => `${column.no}_${column.name}`),
    '3=7+11',
    'provisional',
  ];
  const row = (line: ReportLine): string[] => {
    const unit: Partial<UnitLine> = line;
    return [
      inert(line.key),
      inert(line.label[language]),
      ...(report.by === 'unit' ? [unit.level ?? '', unit.parent ?? ''] : []),
      ...FORM_COLUMNS.map((column) => String(line[column.name])),
      line.identity.holds ? 'holds' : 'broken',
      String(report.provisional),
    ];
  };
  return stringify([header, ...[...report.lines, report.total].map(row)], { record_delimiter: 'windows' });
}
