import { createReadStream } from 'node:fs';
import { type Command, InvalidArgumentError } from 'commander';
import { importCatalogue, importDefinitions, readCatalogue } from '#libs/catalogue';
import { type Problem, importProvince, loadUnits } from '#libs/organization';
import { catalogueReference, provinceOf2019, readProvince } from '../reference-data.js';
import type { OpenPool } from './report.js';

interface Outcome {
  /** one sentence on what was done */
  sentence: string;
  counts: object;
  problems: Problem[];
}

/**
 * Adds `motcua import province <file>` and `motcua import catalogue <file>`. Rows that cannot be used are named on stderr
 * (line, field, what was expected, what was found) and the rest is imported; the exit code is 1 when there were any.
 * `today` gives the day from which changed procedures count.
 */
export function registerImport(program: Command, deps: { open: OpenPool; today: () => string }): void {
  const group = program.command('import').description('bring units or procedures in from a CSV file');
  const epilogue = 'Bad rows are named and left out; then the exit code is 1, though the others are in.';

  group
    .command('province')
    .argument('<file>', 'agency_code, gso_code, level, name, parent_gso_code, valid_from, valid_to')
    .description(`import units. ${epilogue}`)
    .option('--json', 'one JSON document')
    .action((file: string, options: { json?: true }) =>
      run(program, file, options, deps.open, async (pool) => {
        const standard = await provinceOf2019();
        const read = await readProvince(createReadStream(file), standard.levels);
        const { units, problems } = await importProvince(pool, read);
        const sentence = `units: ${units.inserted} new, ${units.updated} changed, ${units.unchanged} as they were`;
        return { sentence, counts: units, problems: [...read.problems, ...problems] };
      }),
    );

  group
    .command('catalogue')
    .argument(
      '<file>',
      'code, name, sector, level, online_level, channels, limit_value, limit_unit, fee_vnd, decision',
    )
    .description(`import procedures; a changed one becomes a new version. ${epilogue}`)
    .option('--from <day>', 'the day from which new and changed procedures count (default: today)', asDay)
    .option('--json', 'one JSON document')
    .action((file: string, options: { json?: true; from?: string }) =>
      run(program, file, options, deps.open, async (pool) => {
        const standard = await catalogueReference();
        const { levels } = await provinceOf2019();
        await importProvince(pool, { levels, units: [] });
        const known = (await loadUnits(pool)).levels.map((level) => level.code);
        await importDefinitions(pool, standard.definitions, known);
        const read = await readCatalogue(createReadStream(file), { ...standard, levels: known });
        const { problems, ...counts } = await importCatalogue(pool, read, {
          day: options.from ?? deps.today(),
        });
        const { added, changed, unchanged } = counts;
        const sentence = `procedures: ${added} new, ${changed} changed, ${unchanged} as they were`;
        return { sentence, counts, problems };
      }),
    );
}

async function run(
  program: Command,
  file: string,
  options: { json?: true },
  open: OpenPool,
  work: (pool: Awaited<ReturnType<OpenPool>>['pool']) => Promise<Outcome>,
): Promise<void> {
  const { writeOut, writeErr } = program.configureOutput();
  const unreadable = await readProblem(file);
  if (unreadable) {
    writeErr?.(`motcua import: ${unreadable}\n`);
    process.exitCode = 1;
    return;
  }
  const { pool, close } = await open();
  try {
    const { sentence, counts, problems } = await work(pool);
    if (options.json) writeOut?.(`${JSON.stringify({ ...counts, problems })}\n`);
    else {
      for (const { line, field, expected, found } of problems)
        writeErr?.(`${file}:${line}: ${field}: expected ${expected}; found ${found}\n`);
      writeOut?.(`${sentence}${problems.length > 0 ? `; faults: ${problems.length}, named above` : ''}\n`);
    }
    if (problems.length > 0) process.exitCode = 1;
  } finally {
    await close();
  }
}

/** Why a file cannot be read, found out before a database is started for it. */
async function readProblem(file: string): Promise<string | undefined> {
  const stream = createReadStream(file, { end: 0 });
  try {
    for await (const piece of stream) void piece;
    return undefined;
  } catch (error) {
    return `cannot read ${JSON.stringify(file)}: ${(error as NodeJS.ErrnoException).code ?? 'unreadable'}`;
  }
}

function asDay(text: string): string {
  const ms = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(ms) || !new Date(ms).toISOString().startsWith(text))
    throw new InvalidArgumentError('A day is written YYYY-MM-DD.');
  return text;
}
