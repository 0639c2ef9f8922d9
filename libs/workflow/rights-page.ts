import { CAPABILITY_LABELS } from './labels/capabilities.js';
import { commandLabel, positionLabel, stateLabel } from './labels/index.js';
import { CAPABILITIES, MAY_SUBMIT, RIGHTS, SEPARATIONS, type Capability, type Right } from './rights.js';
import {
  COMMANDS,
  POSITIONS,
  SEPARATION_NAMES,
  STATES,
  type CommandName,
  type Relation,
  type StateName,
} from './types.js';
import { may } from './who-may.js';

const STANDS: Readonly<Record<Relation, string>> = {
  receiving: 'of the receiving unit',
  competent: 'of the competent unit',
  step: 'of the unit that holds the step',
  everywhere: 'serving every unit',
};
const DID = { received: 'who received it', approved: 'who resolved it' } as const;

/** One line of the table of commands; `state` null is a dossier that is still to be filed. */
export interface RightsRow {
  state: StateName | null;
  command: CommandName;
  by: readonly Right[];
  /** who does not, whatever their position, unless the procedure allows it */
  not: readonly ('received' | 'approved')[];
}

/** Who may give which command in which state, in the order of the lifecycle. */
export function rightsRows(): RightsRow[] {
  const row = (state: StateName | null, command: CommandName, by: readonly Right[]): RightsRow => {
    const apart = SEPARATION_NAMES.map((name) => SEPARATIONS[name]);
    return {
      state,
      command,
      by,
      not: apart.filter(({ not }) => not.includes(command)).map(({ did }) => did),
    };
  };
  const inStates = STATES.flatMap((state) =>
    COMMANDS.flatMap((command) => {
      const by = RIGHTS[state][command];
      return by ? [row(state, command, by)] : [];
    }),
  );
  return [row(null, 'submit', MAY_SUBMIT), ...inStates];
}

/** The whole table for a reader, as `docs/concepts/rights.md` holds it. */
export function rightsPage(): string {
  const commands = rightsRows().map(({ state, command, by, not }, at, all) => {
    const again = at > 0 && all[at - 1]!.state === state;
    const where = again ? '' : state === null ? 'not filed yet (chưa nộp)' : named(stateLabel(state), state);
    const but = not.map((did) => `; not ${DID[did]}`).join('');
    return `| ${where} | ${named(commandLabel(command), command)} | ${by.map(who).join('; ')}${but} |`;
  });
  const ends = STATES.filter((state) => Object.keys(RIGHTS[state]).length === 0).map(
    (state) => `\`${state}\``,
  );
  const columns = POSITIONS.map((position) => `\`${position}\``);
  const capabilities = (Object.keys(CAPABILITIES) as Capability[]).map((capability) => {
    const marks = POSITIONS.map((position) => (may(position, capability) ? '✓' : ''));
    return `| ${named(CAPABILITY_LABELS[capability], capability)} | ${marks.join(' | ')} |`;
  });
  return [
    '<!-- Written by `npx motcua rights --markdown` from libs/workflow/rights.ts: change that, not this. -->',
    '',
    '# Who may do what',
    '',
    'One table, `libs/workflow/rights.ts`, is asked by the engine, by the list of actions, by the guard of every address and by this page. Which',
    'dossiers somebody sees at all is another matter: their scope, the units of the position.',
    '',
    '## Positions',
    '',
    '| position | English | Vietnamese |',
    '|---|---|---|',
    ...POSITIONS.map((one) => `| \`${one}\` | ${positionLabel(one).en} | ${positionLabel(one).vi} |`),
    '',
    'The `performer` is whoever the procedure names for the step in hand. A head may do what a specialist may. A citizen acts through the portal, which',
    'is a `system`, or has the counter do it.',
    '',
    '## Commands',
    '',
    '| state | command | who |',
    '|---|---|---|',
    ...commands,
    '',
    `Nobody does anything more in ${ends.join(', ')}.`,
    '',
    '## Separation of duties',
    '',
    'Who received a dossier does not resolve it, and who resolved it does not send off its result: neither the person who acts nor the one they stand in',
    'for. A procedure may name the separations that are in force (`separation`); when it names none at all, both are. The person is the account, not the',
    'position: two positions of one account are one person.',
    '',
    '| separation | who | does not |',
    '|---|---|---|',
    ...SEPARATION_NAMES.map((name) => {
      const { did, not } = SEPARATIONS[name];
      return `| \`${name}\` | ${DID[did]} | ${not.map((one) => named(commandLabel(one), one)).join(', ')} |`;
    }),
    '',
    '## Everything else',
    '',
    `| | ${columns.join(' | ')} |`,
    `|---|${columns.map(() => ':-:').join('|')}|`,
    ...capabilities,
    '',
  ].join('\n');
}

/** The table of commands as lines of plain text. */
export function rightsText(): string {
  const width = Math.max(...STATES.map((state) => state.length)) + 2;
  const lines = rightsRows().map(({ state, command, by, not }) => {
    const but = not.map((did) => `; not ${DID[did]}`).join('');
    return `${(state ?? '-').padEnd(width)}${command.padEnd(20)}${by.map(who).join('; ')}${but}`;
  });
  const other = (Object.keys(CAPABILITIES) as Capability[]).map(
    (one) => `${one.padEnd(width + 2)}${POSITIONS.filter((position) => may(position, one)).join(', ')}`,
  );
  return [...lines, '', ...other, ''].join('\n');
}

function who({ position, relations }: Right): string {
  return `${position} ${relations.map((relation) => STANDS[relation]).join(' or ')}`;
}

function named({ en, vi }: { en: string; vi: string }, code: string): string {
  return `${en} (${vi}) \`${code}\``;
}
