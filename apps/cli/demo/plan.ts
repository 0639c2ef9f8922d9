import { startOfDay } from '#libs/calendar';
import { DomainError, fromMillis, toMillis } from '#libs/kernel';
import { REPORT } from './assumptions.js';
import { cellsFor } from './cells.js';
import { Days } from './days.js';
import { dealFates, dealRefusals } from './fates.js';
import { homesOf } from './homes.js';
import { OfficeTime } from './office-time.js';
import { Placing } from './placing.js';
import { ItemNumbers } from './post.js';
import { createRng, hashText } from './rng.js';
import { Scheduler } from './schedule.js';
import { Script } from './script.js';
import type { ScriptLine, Stage } from './stage.js';
import { targetsOf } from './targets.js';
import type { PlannedCommand, PlanOptions, QuarterPlan, World } from './types.js';

export type { PlannedCommand, PlanOptions, QuarterPlan } from './types.js';

/** Dossiers get streams of random numbers of their own from here on; below are those of the plan as a whole. */
const FIRST_DOSSIER_STREAM = 1_000;
const ITEM_SERIES = 30_000_000;

/**
 * Plans Trà Vinh's second quarter of 2019: which dossier is filed where, what happens to it and when. Pure and
 * deterministic: the same options over the same world give the same commands, to the millisecond. The totals are exact
 * for every scale; docs/concepts/replay.md says which of them are the report's and what is generated.
 * Throws DomainError `plan_options_not_understood` (scale outside (0, 1], a negative or fractional `carriedOver`) and
 * `no_procedure_fits` when the world has nothing for one of the report's channel figures.
 */
export function planQuarter(options: PlanOptions, given: World): QuarterPlan {
  checkOptions(options);
  const world = inOrderOfCodes(given);
  const seed = hashText(`${options.seed} ${options.scale} ${options.carriedOver}`);
  const office = new OfficeTime(world.calendar, '2019-01-02', '2020-01-01');
  const first = office.indexOf(REPORT.from);
  const last = office.indexOf(REPORT.until) - 1;
  const end = office.days[last]!.before + office.days[last]!.minutes;
  const totals = {
    received: Math.round(REPORT.received * options.scale),
    carriedOver: options.carriedOver,
    inProcess: Math.round(REPORT.inProcess * options.scale) + options.carriedOver,
  };

  const placing = new Placing(world, createRng(seed, 1));
  const received = placing.place(cellsFor(totals.received), true);
  const carried = placing.place(cellsFor(totals.carriedOver), false);
  const rng = createRng(seed, 2);
  const drafts = [
    ...dealFates(rng, received, carried, totals),
    ...dealRefusals(rng, received, totals.received),
  ];
  const quarter = { first, last, end, staying: totals.inProcess };
  const scheduler = new Scheduler(world.calendar, office, new Days(office), quarter);
  const times = createRng(seed, 3);
  const schedules = drafts.map((draft) => scheduler.schedule(times, draft));
  schedules.sort((one, other) => one.submittedMs - other.submittedMs);

  const stage: Stage = {
    office,
    province: world.units.find((unit) => unit.parentCode === null)!.agencyCode,
    homes: homesOf(world.units),
    end,
    endMs: toMillis(startOfDay(world.calendar, REPORT.until)),
    items: new ItemNumbers(ITEM_SERIES + (seed % 40_000_000)),
  };
  const scripts = schedules.map((schedule, index) =>
    new Script(createRng(seed, FIRST_DOSSIER_STREAM + index), stage, schedule).write(),
  );
  return {
    options,
    from: REPORT.from,
    until: REPORT.until,
    targets: targetsOf(schedules, scripts),
    totalDossiers: scripts.length,
    totalCommands: scripts.reduce((sum, lines) => sum + lines.length, 0),
    commandsInOrder: () => inOrder(scripts),
  };
}

function checkOptions({ scale, carriedOver }: PlanOptions): void {
  const bad = (field: string, found: number): DomainError =>
    new DomainError('plan_options_not_understood', { field, params: { found: String(found) } });
  if (!(scale > 0 && scale <= 1)) throw bad('scale', scale);
  if (!Number.isSafeInteger(carriedOver) || carriedOver < 0) throw bad('carriedOver', carriedOver);
}

/** The order in which a world is handed over must not change the plan. */
function inOrderOfCodes({ calendar, units, procedures }: World): World {
  const byCode = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
  return {
    calendar,
    units: [...units].sort((one, other) => byCode(one.agencyCode, other.agencyCode)),
    procedures: [...procedures].sort((one, other) => byCode(one.code, other.code)),
  };
}

const DAY_MS = 86_400_000;
/** No dossier has as many commands: place of a line = dossier × this + step. */
const MOST_STEPS = 256;

/** Sorts day by day, so that only one day's order is ever in hand. */
function* inOrder(scripts: readonly (readonly ScriptLine[])[]): IterableIterator<PlannedCommand> {
  const days = new Map<number, number[]>();
  scripts.forEach((lines, dossier) =>
    lines.forEach(({ ms }, step) => {
      const day = Math.floor(ms / DAY_MS);
      const places = days.get(day);
      if (places) places.push(dossier * MOST_STEPS + step);
      else days.set(day, [dossier * MOST_STEPS + step]);
    }),
  );
  const lineAt = (place: number): ScriptLine => scripts[Math.floor(place / MOST_STEPS)]![place % MOST_STEPS]!;
  for (const day of [...days.keys()].sort((one, other) => one - other)) {
    const places = days.get(day)!;
    days.delete(day);
    places.sort((one, other) => lineAt(one).ms - lineAt(other).ms || one - other);
    for (const place of places) {
      const { ms, command, officer, payload } = lineAt(place);
      const dossier = Math.floor(place / MOST_STEPS);
      yield { at: fromMillis(ms), dossier, step: place % MOST_STEPS, command, officer, payload };
    }
  }
}
