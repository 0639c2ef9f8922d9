import { POST_UNIT } from '#libs/database';
import type { UnitDirectory } from '#libs/organization';
import type { DossierSnapshot, ProcedureDefinition } from '#libs/workflow';

/** The two units that a dossier has for life. */
export interface HomeUnits {
  receivingUnitId: number;
  competentUnitId: number;
}

/**
 * In whose hands a dossier lies: the unit of the step in hand, else the counter that received it. Told from the snapshot,
 * so that it can be told of any past one; `verify` holds the stored column against it.
 */
export function holdingUnitId(
  snapshot: DossierSnapshot,
  home: HomeUnits,
  definition: ProcedureDefinition,
  units: Pick<UnitDirectory, 'byCode'>,
): number {
  if (snapshot.step === null) return home.receivingUnitId;
  const step = definition.steps.find((candidate) => candidate.name === snapshot.step);
  const at = step?.performer.at ?? 'competent';
  if (at === 'receiving') return home.receivingUnitId;
  if (at === 'competent') return home.competentUnitId;
  return units.byCode(at.unit)?.id ?? home.competentUnitId;
}

/**
 * Who newly holds a dossier after an event, and so may see it from then on: a unit that a step names, or the postal service
 * (`POST_UNIT`) from when it is handed to it. Null when nobody new does.
 */
export function newHolder(
  eventType: string,
  currentUnitId: number,
  { receivingUnitId, competentUnitId, heldBy }: HomeUnits & { heldBy: readonly number[] },
): number | null {
  const unit = eventType === 'handedToPost' ? POST_UNIT : currentUnitId;
  const known = unit === receivingUnitId || unit === competentUnitId || heldBy.includes(unit);
  return known ? null : unit;
}
