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
