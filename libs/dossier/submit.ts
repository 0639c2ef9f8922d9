import { localDay } from '#libs/calendar';
import type { ProcedureVersion } from '#libs/catalogue';
import { POST_UNIT } from '#libs/database';
import type { Acting } from '#libs/identity';
import { newId, type Instant, type JsonObject } from '#libs/kernel';
import { unitOn, type Officer, type Unit } from '#libs/organization';
import { step, type Relation } from '#libs/workflow';
import { pinned, refusal, type Decision, type Reference } from './decide.js';
import { firstParty } from './party.js';
import type { Channel, CommandRequest, RefusedAnswer } from './types.js';

const CHANNELS: readonly Channel[] = ['counter', 'online', 'postal'];

/**
 * Decides `submit`: the procedure in force on the day, the unit that answers for it, the channel that the citizen chose.
 * The dossier is pinned to the procedure version of its day; its code is given by the commit.
 */
export function decideSubmit(
  request: CommandRequest,
  acting: Acting,
  reference: Reference,
  at: Instant,
): Decision {
  const { payload } = request;
  const { officer } = acting;
  const day = localDay(reference.calendar, at);
  const procedure = reference.catalogue.current(String(payload.procedure), day);
  if (!procedure)
    return bad('unknown_procedure', 'payload.procedure', { procedure: payload.procedure ?? null });
  const units = chooseUnits(payload, procedure, officer, reference, day);
  if ('kind' in units) return units;
  const channel = payload.channel as Channel;
  if (!procedure.channels.includes(channel)) {
    return bad('channel_not_offered', 'payload.channel', { offered: procedure.channels });
  }
  const returnBy = (payload.returnBy ?? 'counter') as Channel;
  if (!CHANNELS.includes(returnBy))
    return bad('return_by_unknown', 'payload.returnBy', { offered: [...CHANNELS] });
  const party = firstParty(payload);
  if (!party) return bad('applicant_name_missing', 'payload.applicant.name');

  const { definition } = pinned(reference.catalogue, procedure.id);
  const relations: Relation[] = [];
  if (officer.servesAll) relations.push('everywhere');
  if (officer.unitId === units.receiving.id) relations.push('receiving');
  if (officer.unitId === units.competent.id) relations.push('competent');
  const outcome = step(
    definition,
    null,
    { name: 'submit', payload: party.payload },
    { at, lastAt: null, actor: { position: officer.position, relations, did: [] } },
  );
  if (outcome.kind === 'refused') return refusal(outcome, null);
  const dossierId = request.dossierId ?? newId();
  const data: JsonObject = { p: outcome.events[0]!.data, party: 1 };
  if (acting.by !== null) data.by = acting.by;
  return {
    kind: 'change',
    dossierId,
    expected: null,
    version: 1,
    alarmCount: 0,
    snapshot: outcome.next,
    currentUnitId: units.receiving.id,
    event: {
      type: 'submitted',
      data,
      unitId: officer.unitId ?? units.receiving.id,
    },
    at,
    receivedAt: null,
    closedAt: null,
    alarms: [],
    deadline: null,
    dueAt: null,
    party,
    // Who will bring the result, or brought the papers, must see the dossier from the first.
    holder: channel === 'postal' || returnBy === 'postal' ? POST_UNIT : null,
    receivedBy: null,
    approvedBy: null,
    birth: {
      procedureVersionId: procedure.id,
      receivingUnitId: units.receiving.id,
      competentUnitId: units.competent.id,
      channel,
      returnBy,
      day,
      agencyCode: units.receiving.agencyCode,
    },
  };
}

/** Since 2025 any counter of the province may receive: the receiving unit need not be the competent one. */
function chooseUnits(
  payload: JsonObject,
  procedure: ProcedureVersion,
  officer: Officer,
  { units }: Reference,
  day: string,
): { receiving: Unit; competent: Unit } | RefusedAnswer {
  const named = (code: unknown, field: string): Unit | RefusedAnswer => {
    const unit = unitOn(units, String(code), day);
    if (unit === 'ended') return bad('unit_not_in_force', field, { unit: String(code) });
    return unit ?? bad('unknown_unit', field, { unit: String(code) });
  };
  const missing = (field: string): RefusedAnswer => bad('unknown_unit', field, { unit: null });
  const seat = officer.unitId === null ? undefined : units.byId(officer.unitId);
  const own = seat && named(seat.agencyCode, 'officer');
  if (own?.kind === 'refused') return own;
  // The code may have gone on to another unit since: the officer's own is what counts.
  if (seat && own?.id !== seat.id) return bad('unit_not_in_force', 'officer', { unit: seat.agencyCode });
  const competent =
    payload.competentUnit === undefined ? own : named(payload.competentUnit, 'payload.competentUnit');
  if (!competent) return missing('payload.competentUnit');
  if (competent.kind === 'refused') return competent;
  if (competent.level !== procedure.level) {
    return bad('unit_not_competent', 'payload.competentUnit', { level: procedure.level });
  }
  const receiving =
    own ??
    (payload.receivingUnit === undefined ? competent : named(payload.receivingUnit, 'payload.receivingUnit'));
  if (receiving.kind === 'refused') return receiving;
  // An officer receives at their own counter. Another one's name in the payload is a mistake, and not to be passed over.
  if (own && payload.receivingUnit !== undefined) {
    const stated = named(payload.receivingUnit, 'payload.receivingUnit');
    if (stated.kind === 'refused') return stated;
    if (stated.id !== own.id) return bad('not_your_unit', 'payload.receivingUnit');
  }
  return { receiving, competent };
}

function bad(code: string, field: string, params: JsonObject = {}): RefusedAnswer {
  return { kind: 'refused', code, field, params, state: null, version: null, allowed: [], notYet: [] };
}
