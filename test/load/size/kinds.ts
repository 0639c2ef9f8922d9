import { pinned, type Channel, type Reference } from '#libs/dossier';
import type { ProcedureVersion } from '#libs/catalogue';
import { unitOn, unitsOn, type Unit } from '#libs/organization';
import type { ProcedureDefinition, StepDefinition } from '#libs/workflow';
import { homesOf } from '../../../apps/cli/demo/homes.js';
import { chance, pick, Sampler, type Rng } from '../../../apps/cli/demo/rng.js';
import { toWorld } from '../../../apps/cli/demo/world.js';

/** What a dossier is, before anything has happened to it. */
export interface Filing {
  procedure: ProcedureVersion;
  definition: ProcedureDefinition;
  /** the steps in hand one after the other when nothing is sent back */
  path: readonly StepDefinition[];
  competent: Unit;
  receiving: Unit;
  channel: Channel;
  returnBy: Channel;
  /** places, smallest first */
  home: readonly string[];
}

/** Of a hundred dossiers, how many run by which step template. Longer ways than the quarter's own, for some ten events each. */
const MIX: Readonly<Record<string, number>> = {
  'sameDay1@1': 14,
  'sameDay2@1': 14,
  'commune3@1': 26,
  'district4@1': 25,
  'province5@1': 15,
  'province6Consult@1': 6,
};
const CHANNELS: readonly (readonly [Channel, number])[] = [
  ['counter', 70],
  ['online', 24],
  ['postal', 6],
];

/** Draws filings over all procedures and units: some often, most of them hardly ever. */
export class Filings {
  private readonly templates: Sampler<{
    procedures: Sampler<ProcedureVersion>;
    definition: ProcedureDefinition;
  }>;
  private readonly channels = new Sampler(CHANNELS, ([, weight]) => weight);
  private readonly units: Map<string, { sampler: Sampler<Unit>; all: Unit[] }>;
  private readonly everywhere: Sampler<Unit>;
  private readonly homes: ReadonlyMap<string, readonly (readonly string[])[]>;

  constructor(
    private readonly reference: Reference,
    day: string,
  ) {
    const { catalogue, units } = reference;
    const byTemplate = Object.entries(MIX).map(([key, weight]) => {
      const procedures = catalogue.all().filter((one) => one.definitionKey === key);
      if (procedures.length === 0) throw new Error(`no procedure runs by ${key}`);
      // Zipf's law: the tenth procedure is asked for a tenth as often as the first.
      const sampler = new Sampler(procedures, (_, at) => 1 / (at + 1));
      return { weight, procedures: sampler, definition: pinned(catalogue, procedures[0]!.id).definition };
    });
    this.templates = new Sampler(byTemplate, ({ weight }) => weight);
    const standing = unitsOn(units, day);
    const busy = (unit: Unit): number => 1 + ((unit.id * 7) % 5);
    this.units = new Map(
      units.levels.map(({ code }) => {
        const all = standing.filter((unit) => unit.level === code);
        return [code, { all, sampler: new Sampler(all, busy) }];
      }),
    );
    this.everywhere = new Sampler(standing, busy);
    this.homes = homesOf(toWorld(reference).units);
  }

  /** A filing on a day, at units that take dossiers then. */
  draw(rng: Rng, day: string): Filing {
    const { units } = this.reference;
    for (;;) {
      const filing = this.drawAny(rng);
      if ([filing.competent, filing.receiving].every((unit) => unitOn(units, unit.agencyCode, day) === unit))
        return filing;
    }
  }

  private drawAny(rng: Rng): Filing {
    const { procedures, definition } = this.templates.draw(rng)!;
    const procedure = procedures.draw(rng)!;
    const { sampler, all } = this.units.get(procedure.level)!;
    const competent =
      all.find((unit) => unit.agencyCode === procedure.department && chance(rng, 0.9)) ?? sampler.draw(rng)!;
    // Any counter of the province may receive.
    const receiving = chance(rng, 0.06) ? this.everywhere.draw(rng)! : competent;
    const [wanted] = this.channels.draw(rng)!;
    const channel = procedure.channels.includes(wanted) ? wanted : procedure.channels[0]!;
    return {
      procedure,
      definition,
      path: mainPath(definition),
      competent,
      receiving: channel === 'counter' ? receiving : competent,
      channel,
      returnBy: chance(rng, 0.12) ? 'postal' : 'counter',
      home: pick(rng, this.homes.get(competent.agencyCode) ?? [[competent.name]]),
    };
  }
}

const paths = new Map<string, readonly StepDefinition[]>();

/** Always the first `next`. */
function mainPath({ key, first, steps }: ProcedureDefinition): readonly StepDefinition[] {
  const known = paths.get(key);
  if (known) return known;
  const path: StepDefinition[] = [];
  let step = steps.find((one) => one.name === first);
  while (step && !path.includes(step)) {
    path.push(step);
    const [next] = step.next;
    step = steps.find((one) => one.name === next);
  }
  paths.set(key, path);
  return path;
}
