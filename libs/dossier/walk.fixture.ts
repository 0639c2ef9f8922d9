import type { Pool } from '#libs/database';
import { actingAlone } from '#libs/identity';
import { fromMillis, toMillis, type Instant, type JsonObject } from '#libs/kernel';
import { available, itemNumberOf, restore, type CommandName } from '#libs/workflow';
import { actorFor, pinned, type Reference } from './decide.js';
import { readDossier } from './persistence/queries-read.js';
import type { CommandAnswer } from './types.js';

/** Whoever gives commands on a walk, with times that the walk says. */
export interface Walker {
  pool: Pool;
  province: Reference;
  ask(what: Asked): Promise<CommandAnswer>;
}

export interface Asked {
  command: CommandName;
  code?: string;
  by: string;
  at: Instant;
  payload?: JsonObject;
}

/** Where a walk begins: which procedure, at which unit, and who may be asked to do something. */
export interface Start {
  procedure: string;
  unit: string;
  officers: readonly string[];
}

const ENDINGS: ReadonlySet<string> = new Set(['withdraw', 'discontinue', 'void', 'refuse', 'amend']);

/**
 * Files a dossier and walks it as far as `choices` lead; gives its code. Each choice picks what is done next among what is
 * allowed, an ending one time in eight. Some payloads are refused on the way.
 */
export async function walk(walker: Walker, start: Start, choices: readonly number[]): Promise<string> {
  let at = '2019-03-18T01:00:00.000Z';
  const { procedure, unit } = start;
  const payload = {
    procedure,
    channel: 'counter',
    // So that the post may do its part, wherever the walk leads.
    returnBy: 'postal',
    competentUnit: unit,
    applicant: { name: 'Nguyễn Văn Mẫu' },
  };
  const filed = await walker.ask({ command: 'submit', by: `counter-1@${unit}`, at, payload });
  if (filed.kind !== 'accepted') throw new Error(`not filed: ${JSON.stringify(filed)}`);
  const { code } = filed;
  for (const [nth, choice] of choices.entries()) {
    at = fromMillis(toMillis(at) + 37 * 60_000 * (1 + (choice % 50)));
    const open = await ways(walker, start.officers, code);
    const onward = open.filter(({ command }) => !ENDINGS.has(command));
    const from = choice % 8 === 0 || onward.length === 0 ? open : onward;
    if (from.length === 0) break;
    const { command, by } = from[choice % from.length]!;
    for (const one of payloads(command, nth)) {
      if ((await walker.ask({ command, code, by, at, payload: one })).kind === 'accepted') break;
    }
  }
  return code;
}

/** Who may do what to a dossier now, as the pure rules say. */
async function ways(
  { pool, province: { units, catalogue } }: Walker,
  officers: readonly string[],
  code: string,
): Promise<{ command: CommandName; by: string }[]> {
  const row = (await readDossier(pool, code))!;
  const { definition } = pinned(catalogue, row.procedureVersionId);
  const snapshot = restore(row.snapshot, definition, row);
  const found = new Map<CommandName, string>();
  for (const by of officers) {
    const actor = actorFor({ ...row, snapshot }, definition, actingAlone(units.officer(by)!, units), units);
    const { allowed } = available(definition, snapshot, { at: row.lastAt, lastAt: row.lastAt, actor });
    for (const command of allowed) found.set(command, by);
  }
  return [...found].map(([command, by]) => ({ command, by }));
}

/** Payloads that the command may take somewhere; the walk tries them in turn. */
function payloads(command: CommandName, nth: number): JsonObject[] {
  const itemNumber = itemNumberOf(10_000_000 + nth);
  switch (command) {
    case 'resolve':
      return [{ outcome: nth % 2 === 0 ? 'approved' : 'rejected' }];
    case 'returnToStep':
      return [{ step: 'verify', reason: 'thiếu' }];
    case 'handToPost':
      return [{ itemNumber }];
    case 'recordPostEvent': {
      const last = { itemNumber: itemNumberOf(10_000_000 + nth - 1) };
      return [
        { ...last, event: 'EMH', action: 'returnToSender', reason: 'không gặp' },
        { ...last, event: 'EMI' },
      ];
    }
    case 'amend':
      return [{ field: 'name', value: `Trần Thị Thứ ${nth}` }];
    default:
      return [{ reason: 'lý do', documents: ['giấy tờ'] }];
  }
}
