import type { Labels } from '#libs/kernel';
import { compiledOf, type CompiledDefinition } from './compile.js';
import { IN_HAND } from './machine/processing.js';
import { stateInfo } from './state-info.js';
import { STATES, type ProcedureDefinition } from './types.js';
import { isTerminal } from './words.js';

/** One arrow: where from, where to, and the commands that go that way. */
interface Arrow {
  from: string;
  to: string;
  commands: string[];
}

type Node = CompiledDefinition['machine']['root'];

/**
 * The whole lifecycle of a procedure's dossiers as a Mermaid `stateDiagram-v2`, drawn from the machine that runs, so
 * that it cannot differ from it. States and steps are titled in `language`; arrows carry the names of the commands.
 * Commands that leave a dossier where it is (amend, news of a parcel) have no arrow.
 */
export function mermaid(definition: ProcedureDefinition, language: keyof Labels = 'vi'): string {
  const { machine, steps } = compiledOf(definition);
  const lines = ['stateDiagram-v2', '  [*] --> submitted: submit'];
  for (const state of STATES) {
    const info = stateInfo(state);
    const title = `  state "${info.national} · ${plain(info.label[language])}" as ${state}`;
    if (state !== 'processing') {
      lines.push(title);
      continue;
    }
    lines.push(title, `  state ${state} {`, `    [*] --> ${stepId(definition.first)}`);
    for (const step of steps.values()) {
      lines.push(`    state "${plain(step.definition.title[language])}" as ${stepId(step.name)}`);
    }
    lines.push(...stepArrows(machine.root.states.processing!).map((arrow) => `    ${draw(arrow)}`), '  }');
  }
  lines.push(...stateArrows(machine.root).map((arrow) => `  ${draw(arrow)}`));
  lines.push(...STATES.filter(isTerminal).map((state) => `  ${state} --> [*]`), '  delivered --> [*]');
  return `${lines.join('\n')}\n`;
}

/** Arrows between states. Leaving from a last step is drawn from `processing`: Mermaid has no arrow out of a composite. */
function stateArrows(root: Node): Arrow[] {
  const arrows: Arrow[] = [];
  for (const [from, node] of Object.entries(root.states)) {
    for (const inner of [node, ...Object.values(node.states)]) {
      for (const [command, target] of targets(inner)) {
        const to = target.path[0]!;
        const within = inner !== node && to === from;
        if (!within) add(arrows, from, to, command);
      }
    }
  }
  return arrows;
}

/** Arrows between the steps, and the end of the last ones. */
function stepArrows(processing: Node): Arrow[] {
  const arrows: Arrow[] = [];
  for (const [name, node] of Object.entries(processing.states)) {
    if (name === IN_HAND) continue;
    for (const [command, target] of targets(node)) {
      const to = target.path[0] === 'processing' ? stepId(target.key) : '[*]';
      add(arrows, stepId(name), to, command);
    }
  }
  return arrows;
}

function targets(node: Node): [command: string, target: Node][] {
  return [...node.transitions.values()].flatMap((transitions) =>
    transitions.flatMap(({ eventType, target }) =>
      (target ?? []).map((one): [string, Node] => [eventType, one as unknown as Node]),
    ),
  );
}

function add(arrows: Arrow[], from: string, to: string, command: string): void {
  const known = arrows.find((arrow) => arrow.from === from && arrow.to === to);
  if (!known) arrows.push({ from, to, commands: [command] });
  else if (!known.commands.includes(command)) known.commands.push(command);
}

function draw({ from, to, commands }: Arrow): string {
  return `${from} --> ${to}: ${commands.join(', ')}`;
}

/** A step may be called `end` or `note`, which are Mermaid's own words. */
function stepId(name: string): string {
  return `step_${name}`;
}

/** A title without what Mermaid would read as syntax. */
function plain(title: string): string {
  return title.replace(/[\p{Cc}"#;{}]+/gu, ' ').trim();
}
