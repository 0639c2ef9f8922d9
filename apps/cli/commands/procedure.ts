import type { Command } from 'commander';
import { CHANNELS, type ProcedureRow, limitFor } from '#libs/catalogue';
import { type ProcedureDefinition, mermaid } from '#libs/workflow';
import { catalogue1995, catalogueReference } from '../reference-data.js';

/** Adds `motcua procedure show <code>`. It reads `data/` and needs no database. */
export function registerProcedure(program: Command): void {
  program
    .command('procedure')
    .description('look into the catalogue that comes with Motcua')
    .command('show')
    .argument('<code>', 'procedure code, e.g. 1.001193')
    .description('name, limit, fee and channels of a procedure, its steps, and a Mermaid state diagram')
    .option('--json', 'print one JSON document')
    .action(async (code: string, options: { json?: boolean }) => {
      const { writeOut, writeErr } = program.configureOutput();
      const reference = await catalogueReference();
      const procedure = (await catalogue1995(reference)).rows.find((row) => row.code === code);
      const definition = reference.definitions.find((one) => one.key === procedure?.definitionKey);
      if (!procedure || !definition) {
        writeErr?.(`motcua: no procedure ${JSON.stringify(code)} in the catalogue\n`);
        process.exitCode = 1;
        return;
      }
      writeOut?.(options.json ? asJson(procedure, definition) : asText(procedure, definition));
    });
}

function asJson(procedure: ProcedureRow, definition: ProcedureDefinition): string {
  return `${JSON.stringify({ ...procedure, line: undefined, definition, diagram: mermaid(definition) }, null, 2)}\n`;
}

function asText(procedure: ProcedureRow, definition: ProcedureDefinition): string {
  const limits = CHANNELS.filter((channel) => procedure.channels.includes(channel)).map((channel) => {
    const { value, unit } = limitFor(procedure, channel);
    return `${channel} ${value} ${unit}`;
  });
  const steps = definition.steps.map((step, i) => {
    const { position, level, at } = step.performer;
    const where = typeof at === 'string' ? `${at} unit` : `unit ${at.unit}`;
    const next = step.next.length > 0 ? `then ${step.next.join(' or ')}` : 'then resolve';
    return `  ${i + 1}. ${step.name} (${step.title.vi}): ${position} at the ${where}, level ${level}; ${next}`;
  });
  return [
    `${procedure.code}  ${procedure.name}`,
    `sector      ${procedure.sector}`,
    `level       ${procedure.level}${procedure.department ? `, department ${procedure.department}` : ''}`,
    `online      level ${procedure.onlineLevel}`,
    `limit       ${limits.join('; ')}`,
    `fee         ${procedure.feeVnd} VND`,
    `channels    ${procedure.channels.join(', ')}`,
    `documents   ${procedure.documents.length > 0 ? procedure.documents.length : 'not published in the catalogue'}`,
    '',
    `steps       ${definition.key} (${definition.certainty}): ${definition.title.vi} / ${definition.title.en}`,
    ...steps,
    '',
    mermaid(definition).trimEnd(),
    '',
  ].join('\n');
}
