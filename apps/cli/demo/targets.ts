import type { Channel } from '#libs/dossier';
import type { Schedule } from './schedule.js';
import type { ScriptLine } from './stage.js';
import type { LevelFigures, QuarterTargets } from './types.js';

/** Counts the plan: what the replay must find in the log when it is through. */
export function targetsOf(
  schedules: readonly Schedule[],
  scripts: readonly (readonly ScriptLine[])[],
): QuarterTargets {
  const targets = emptyTargets();
  schedules.forEach(({ draft }, at) => {
    if (draft.fate === 'refused') targets.refused += 1;
    else if (draft.fate === 'voided') targets.voided += 1;
    else {
      const level = (targets.byLevel[draft.procedure.level] ??= emptyFigures());
      for (const figures of [targets, level]) {
        if (draft.carried) figures.carriedOver += 1;
        else figures.received += 1;
        if (draft.fate === 'stays') figures.inProcess += 1;
        else figures.resolved += 1;
      }
      note(targets, schedules[at]!, scripts[at]!);
    }
  });
  return targets;
}

function note(targets: QuarterTargets, { draft }: Schedule, lines: readonly ScriptLine[]): void {
  const { fate, channel, procedure } = draft;
  if (!draft.carried) {
    targets.byChannel[channel] += 1;
    const cell = targets.byOnlineLevel[String(procedure.onlineLevel) as '2'];
    cell[channel === 'online' ? 'online' : 'counterOrPost'] += 1;
  }
  if (fate === 'late') targets.resolvedLate += 1;
  if (draft.overdue) targets.inProcessLate += 1;
  if (fate === 'withdrawn') targets.withdrawn += 1;
  if (fate === 'discontinued') targets.discontinued += 1;
  if (draft.rejected) targets.rejected += 1;
  if (draft.supplement !== null) targets.supplemented += 1;
  if (lines.some(({ command }) => command === 'handToPost')) targets.sentByPost += 1;
  if (lines.some(({ payload }) => payload.action === 'returnToSender')) targets.cameBack += 1;
}

function emptyFigures(): LevelFigures {
  return { carriedOver: 0, received: 0, resolved: 0, inProcess: 0 };
}

function emptyTargets(): QuarterTargets {
  const byChannel: Record<Channel, number> = { counter: 0, online: 0, postal: 0 };
  const cell = (): { counterOrPost: number; online: number } => ({ counterOrPost: 0, online: 0 });
  return {
    ...emptyFigures(),
    byLevel: {},
    byChannel,
    byOnlineLevel: { '2': cell(), '3': cell(), '4': cell() },
    resolvedLate: 0,
    inProcessLate: 0,
    withdrawn: 0,
    discontinued: 0,
    rejected: 0,
    supplemented: 0,
    sentByPost: 0,
    cameBack: 0,
    refused: 0,
    voided: 0,
  };
}
