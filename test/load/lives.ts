import type { Reference } from '#libs/dossier';
import type { JsonObject } from '#libs/kernel';
import type { Unit } from '#libs/organization';
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
  const wanted = Object.entries(MIX).flatMap(([key, share]) => Array<string>(share).fill(key));
  return Array.from({ length: DECK }, (_, at) => {
    // 37 and 100 have no common divisor: a stride that meets every template in its share, well mixed.
    const key = wanted[(at * 37) % wanted.length]!;
    const definition = reference.catalogue.definition(key);
    const procedures = reference.catalogue
      .all()
      .filter((one) => one.definitionKey === key && one.channels.includes('counter'));
    if (!definition || procedures.length === 0) throw new Error(`no procedure runs by ${key}`);
    const procedure = procedures[at % procedures.length]!;
    return life(procedure, definition, unitFor(procedure, reference, at), at);
  });
}

function unitFor(procedure: ProcedureVersion, { units }: Reference, at: number): Unit {
  const fit = units
    .all()
    .filter(
      (unit) => unit.level === procedure.level && units.byCode(unit.agencyCode, BENCH_DAY)?.id === unit.id,
    );
  const own = fit.find((unit) => unit.agencyCode === procedure.department);
  return own ?? fit[at % fit.length]!;
}

function life(procedure: ProcedureVersion, definition: ProcedureDefinition, unit: Unit, at: number): Life {
  const clerk = `counter-1@${unit.agencyCode}`;
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

  /** Does the caller's next command; `work` gives what is to be kept of the dossier for the one after it. */
  async next(
    caller: number,
    work: (step: LifeStep, place: { deal: number; at: number }, held: Held | undefined) => Promise<Held>,
  ): Promise<void> {
    const hand = (this.hands[caller] ??= { deal: this.dealt++, at: 0, held: undefined });
    const dealt = this.deck[hand.deal % this.deck.length]!;
    hand.held = await work(dealt[hand.at]!, { deal: hand.deal % this.deck.length, at: hand.at }, hand.held);
    if (++hand.at === dealt.length) delete this.hands[caller];
  }
}
