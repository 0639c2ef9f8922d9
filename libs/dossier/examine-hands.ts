import { Chain, POST_UNIT } from '#libs/database';
import type { Json, JsonObject } from '#libs/kernel';
import type { UnitDirectory } from '#libs/organization';
import type { DossierSnapshot, ProcedureDefinition } from '#libs/workflow';
import { holdingUnitId } from './holding.js';
import type { CheckedDossier, CheckedEvent } from './persistence/queries-verify.js';

/** Takes down one finding about the dossier under examination. */
export type Report = (fault: string, what: string, detail?: JsonObject) => void;

/**
 * Each event's hash over the one before it, and the dossier's head over the last. What was recorded before events were
 * chained has no hash, and stands before what has.
 */
export function checkChain(dossier: CheckedDossier, events: readonly CheckedEvent[], report: Report): void {
  const chain = new Chain();
  for (const event of events) {
    const found = chain.next(event);
    if (!found) continue;
    const { version, type } = found;
    const what = {
      hash: 'does not have the hash of what it says after the one before it',
      missing: 'has no hash, though the one before it has',
      version: 'stands where its version cannot be',
    }[found.what];
    report(`chain_${found.what}`, `the event ${type} of version ${version} ${what}`);
  }
  if (Buffer.compare(chain.head ?? NOTHING, dossier.head ?? NOTHING) !== 0)
    report('head_differs', 'the hash that the dossier keeps is not that of its last event');
}

const NOTHING = Buffer.alloc(0);

/** Who received it and who approved it, as far as events tell: a person's account is not in them, a position is. */
export function comparePersons(
  dossier: CheckedDossier,
  events: readonly CheckedEvent[],
  units: Pick<UnitDirectory, 'officer'>,
  report: Report,
): void {
  const pairs = [
    ['received_by', dossier.receivedBy, 'received'],
    ['approved_by', dossier.approvedBy, 'resolved'],
  ] as const;
  for (const [column, person, type] of pairs) {
    const event = events.findLast((one) => one.type === type);
    if (!event) {
      if (person !== null) report('column_differs', `${column} is ${person}, no event says ${type}`);
    } else if (person === null) {
      if (event.hash) report('column_differs', `${column} is empty, an event says ${type}`);
    } else if (person < 0 && !positionsOf(event, units).includes(-person)) {
      report('column_differs', `${column} is ${person}, its events say ${event.officer}`);
    }
  }
}

/** The numbers of the positions that an event names: whose rights were used, and the own one of who acted for another. */
function positionsOf(event: CheckedEvent, units: Pick<UnitDirectory, 'officer'>): (number | undefined)[] {
  const { by } = event.data;
  return [event.officer, ...(typeof by === 'string' ? [by] : [])].map((code) => units.officer(code)?.no);
}

/** What the log tells of one command: its event, and the dossier after it. */
export type Told = readonly [event: CheckedEvent, after: DossierSnapshot];

/**
 * Who holds it or held it, beside its own two units. Of what was recorded before this was kept, events tell less: then a unit
 * that one of them names may be there, and need not.
 */
export function compareHolders(
  dossier: CheckedDossier,
  told: readonly Told[],
  definition: ProcedureDefinition,
  units: Pick<UnitDirectory, 'byCode'>,
  report: Report,
): void {
  const must = new Set<number>();
  const may = new Set<number>();
  const posted = dossier.channel === 'postal' || dossier.returnBy === 'postal';
  for (const [event, after] of told) {
    const known = event.hash ? must : may;
    if (event.version === 1 && posted) known.add(POST_UNIT);
    known.add(event.type === 'handedToPost' ? POST_UNIT : holdingUnitId(after, dossier, definition, units));
    if (!event.hash) may.add(event.unitId);
  }
  for (const own of [dossier.receivingUnitId, dossier.competentUnitId]) must.delete(own);
  const held = dossier.heldBy ?? [];
  const fits =
    new Set(held).size === held.length &&
    [...must].every((unit) => held.includes(unit)) &&
    held.every((unit) => must.has(unit) || may.has(unit));
  if (!fits) report('column_differs', `held_by is ${shown(held)}, its events say ${shown([...must])}`);
}

function shown(units: readonly Json[]): string {
  return units.length === 0 ? 'empty' : units.join(', ');
}
