import type { Command } from 'commander';
import { rightsPage, rightsRows, rightsText, CAPABILITIES } from '#libs/workflow';

/** Adds `motcua rights`: who may do what, from the table that the engine asks. It needs no database. */
export function registerRights(program: Command): void {
  program
    .command('rights')
    .description('who may do what: each command in each state, and everything else')
    .option('--markdown', 'the page docs/concepts/rights.md')
    .option('--json', 'one JSON document')
    .action((options: { markdown?: true; json?: true }) => {
      const { writeOut } = program.configureOutput();
      const json = (): string =>
        `${JSON.stringify({ commands: rightsRows(), capabilities: CAPABILITIES }, null, 2)}\n`;
      writeOut?.(options.markdown ? rightsPage() : options.json ? json() : rightsText());
    });
}
