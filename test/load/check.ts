import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '#libs/config';
import { columns } from './document.js';

/** What test/load/recorded-ratios.json holds. A person edits it; no run does. */
export interface Recorded {
  /** when and where the ratios were measured that the least values come from */
  date: string;
  machine: string;
  /** below `least` something got slower; `goal` is where it should be */
  ratios: Record<string, { least: number; goal?: number }>;
}

export function readRecorded(): Recorded {
  return JSON.parse(readFileSync(join(projectRoot(), 'test/load/recorded-ratios.json'), 'utf8')) as Recorded;
}

/** Holds ratios against the recorded ones: the names of those that fell, and a table of all for a person. */
export function check(
  ratios: Readonly<Record<string, number>>,
  recorded: Recorded,
): { fallen: string[]; table: string } {
  const lines = Object.entries(recorded.ratios).map(([name, { least, goal }]) => {
    const measured = ratios[name];
    const verdict =
      measured === undefined
        ? 'not measured'
        : measured < least
          ? 'FELL'
          : goal !== undefined && measured < goal
            ? 'below the goal'
            : 'good';
    return { name, cells: [name, shown(measured), shown(least), shown(goal), verdict] };
  });
  const fallen = lines.filter(({ cells }) => cells.at(-1) === 'FELL').map(({ name }) => name);
  const table = columns([['ratio', 'measured', 'least', 'goal', ''], ...lines.map(({ cells }) => cells)]);
  if (!Object.keys(recorded.ratios).some((name) => name in ratios)) {
    return {
      fallen: ['nothing'],
      table: `${table}\n\nNothing was compared: no recorded ratio is among these rows.`,
    };
  }
  const sentence =
    fallen.length === 0
      ? `No ratio fell below what was recorded on ${recorded.date} (${recorded.machine}).`
      : `Below what was recorded on ${recorded.date} (${recorded.machine}): ${fallen.join(', ')}.`;
  return { fallen, table: `${table}\n\n${sentence}` };
}

function shown(value: number | undefined): string {
  return value === undefined ? '–' : value.toFixed(2);
}
