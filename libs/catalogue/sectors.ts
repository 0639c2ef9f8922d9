import { type Problem, type TextSource, isProblem, readTable, shown } from '#libs/organization';

/**
 * Reads which department answers for a sector (`sector, department`, departments by name) and turns the names into agency
 * codes. A sector whose department is not among `units` is reported and left out.
 */
export async function readSectorDepartments(
  source: TextSource,
  units: readonly { name: string; agencyCode: string }[],
): Promise<{ departments: Map<string, string>; problems: Problem[] }> {
  const codes = new Map(units.map((unit) => [unit.name, unit.agencyCode]));
  const departments = new Map<string, string>();
  const problems: Problem[] = [];
  for await (const item of readTable(source, { required: ['sector', 'department'] })) {
    if (isProblem(item)) {
      problems.push(item);
      continue;
    }
    const { sector = '', department = '' } = item.fields;
    const code = codes.get(department);
    if (code !== undefined) departments.set(sector, code);
    else
      problems.push({
        line: item.line,
        field: 'department',
        expected: 'the name of a unit',
        found: shown(department),
      });
  }
  return { departments, problems };
}
