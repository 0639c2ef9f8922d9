import type { Reference } from '#libs/dossier';
import type { JsonObject } from '#libs/kernel';
import type { Unit, UnitDirectory } from '#libs/organization';
import type { CommandName, ProcedureDefinition } from '#libs/workflow';
import type { ProcedureVersion } from '#libs/catalogue';

/** One command of a dossier's life. */
export interface LifeStep {
  command: CommandName;
  officer: string;
  payload: JsonObject;
}

/** A whole dossier, from filing to collecting. */
export type Life = readonly LifeStep[];

/** Of a hundred dossiers, how many run by which step template. Assumed, like the templates: mostly short, few long. */
const MIX: Readonly<Record<string, number>> = {
  'sameDay1@1': 45,
  'sameDay2@1': 20,
  'commune3@1': 20,
  'district4@1': 10,
  'province5@1': 4,
  'province6Consult@1': 1,
};
/** The day on which all lives begin; the ground's clock starts in its morning. */
export const BENCH_DAY = '2019-03-18';
/** More than there are units, so that every unit is met. */
const DECK = 400;

const FAMILY = ['Nguyễn', 'Trần', 'Lê', 'Phạm', 'Thạch', 'Kim', 'Sơn', 'Huỳnh', 'Võ'];
const MIDDLE = ['Văn', 'Thị', 'Minh', 'Ngọc', 'Thanh', 'Hồng', 'Quốc'];
const GIVEN = ['An', 'Bình', 'Châu', 'Dũng', 'Giang', 'Hạnh', 'Khánh', 'Lan', 'Phúc', 'Quyên', 'Tâm', 'Vy'];

/** Lives on real procedures, spread over all units that may take them. The same deck each time. */
export function deckOfLives(reference: Reference): Life[] {
  return deal((key, at) => {
    const { definition, procedures } = runningBy(key, reference);
    const procedure = procedures[at % procedures.length]!;
    const fit = unitsFor(procedure, reference);
    const unit = fit[at % fit.length]!;
    return life(procedure, definition, { competent: unit, receiving: unit }, at);
  });
}

/** The same lives, all taken in and handed out at one counter; one district and one department decide what a commune may not. */
export function deckAtOneUnit(reference: Reference): Life[] {
  const counter = reference.units
    .all()
    .find((unit) => unit.level === 'commune' && inForce(unit, reference.units))!;
  return deal((key, at) => {
    const { definition, procedures } = runningBy(key, reference);
    const first = procedures.find((one) => one.level === counter.level) ?? procedures[0]!;
    const near = procedures.filter((one) => one.level === first.level && one.department === first.department);
    const procedure = near[at % near.length]!;
    const [competent] = procedure.level === counter.level ? [counter] : unitsFor(procedure, reference);
    return life(procedure, definition, { competent: competent!, receiving: counter }, at);
  });
}

function deal(one: (key: string, at: number) => Life): Life[] {
  const wanted = Object.entries(MIX).flatMap(([key, share]) => Array<string>(share).fill(key));
  // 37 and 100 have no common divisor: a stride that meets every template in its share, well mixed.
  return Array.from({ length: DECK }, (_, at) => one(wanted[(at * 37) % wanted.length]!, at));
}

function runningBy(
  key: string,
  { catalogue }: Reference,
): { definition: ProcedureDefinition; procedures: ProcedureVersion[] } {
  const definition = catalogue.definition(key);
  const procedures = catalogue
    .all()
    .filter((one) => one.definitionKey === key && one.channels.includes('counter'));
  if (!definition || procedures.length === 0) throw new Error(`no procedure runs by ${key}`);
  return { definition, procedures };
}

/** Who may decide it: its own department, or every unit of its level. */
function unitsFor(procedure: ProcedureVersion, { units }: Reference): Unit[] {
  const fit = units.all().filter((unit) => unit.level === procedure.level && inForce(unit, units));
  const own = fit.filter((unit) => unit.agencyCode === procedure.department);
  return own.length > 0 ? own : fit;
}

function inForce(unit: Unit, units: UnitDirectory): boolean {
  return units.byCode(unit.agencyCode, BENCH_DAY)?.id === unit.id;
}

function life(
  procedure: ProcedureVersion,
  definition: ProcedureDefinition,
  { competent: unit, receiving }: { competent: Unit; receiving: Unit },
  at: number,
): Life {
  const clerk = `counter-1@${receiving.agencyCode}`;
  const by = (command: CommandName, officer: string, payload: JsonObject = {}): LifeStep => ({
    command,
    officer,
    payload,
  });
  const performers = definition.steps.map(({ performer }) => {
    const place = typeof performer.at === 'string' ? unit.agencyCode : performer.at.unit;
    return `${performer.position}-1@${place}`;
  });
  return [
    by('submit', clerk, {
      procedure: procedure.code,
      competentUnit: unit.agencyCode,
      channel: 'counter',
      returnBy: 'counter',
      applicant: {
        name: [FAMILY, MIDDLE, GIVEN].map((part) => part[at % part.length]).join(' '),
        paperNumber: `0840990${String(at).padStart(5, '0')}`,
        address: `Ấp ${(at % 9) + 1}, ${unit.name}`,
        phone: `09130${String(at).padStart(5, '0')}`,
      },
    }),
    by('receive', clerk),
    by('startProcessing', clerk),
    ...performers.slice(0, -1).map((officer) => by('completeStep', officer)),
    by('resolve', performers.at(-1)!, { outcome: 'approved' }),
    by('offerAtCounter', clerk),
    by('collect', clerk),
  ];
}

/** Deals lives for ever, and remembers where each caller stands in its own. `Held` is what a row keeps of a dossier. */
export class Hands<Held> {
  private readonly hands: { deal: number; at: number; held: Held | undefined }[] = [];
  private dealt = 0;

  constructor(private readonly deck: readonly Life[]) {}

  /**
   * Does the caller's next command; `work` gives what is to be kept of the dossier for the one after it, or nothing when
   * the same is to be asked again.
   */
  async next(
    caller: number,
    work: (
      step: LifeStep,
      place: { deal: number; at: number },
      held: Held | undefined,
    ) => Promise<Held | undefined>,
  ): Promise<void> {
    const hand = (this.hands[caller] ??= { deal: this.dealt++, at: 0, held: undefined });
    const dealt = this.deck[hand.deal % this.deck.length]!;
    const place = { deal: hand.deal % this.deck.length, at: hand.at };
    const held = await work(dealt[hand.at]!, place, hand.held);
    if (held === undefined) return;
    hand.held = held;
    if (++hand.at === dealt.length) delete this.hands[caller];
  }
}
