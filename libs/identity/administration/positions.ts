import { DomainError } from '#libs/kernel';
import { type Day, type Officer, compareDays } from '#libs/organization';
import type { Acting } from '../acting.js';
import { dayOf, isDay } from '../day.js';
import { codesAt, insertPosition, positionByCode, setPositionEnd } from '../persistence/positions.js';
import { note, reachedAccount } from './accounts.js';
import {
  checkedValidity,
  grantableRole,
  nextCode,
  reachesAll,
  refuseKind,
  servesAll,
  unitThroughout,
} from './position-rules.js';
import { reachOf, refuseOneself, refuseOutOfReach } from './reach.js';
import type { PositionWish, Work } from './types.js';

export async function givePosition(work: Work, by: Acting | null, wish: PositionWish): Promise<Officer> {
  const units = work.units();
  const reach = reachOf(by, units);
  const today = dayOf(work.clock.now());
  const role = grantableRole(wish.role);
  const validity = checkedValidity({ from: wish.from ?? today, until: wish.until ?? 'infinity' });
  // What was done in a past without the position cannot have been done in it.
  if (validity.from < today) throw new DomainError('position_past', { field: 'from' });
  const unit = unitThroughout(units, wish.unit, validity);
  refuseOutOfReach(reach, [unit.id]);
  const everywhere = servesAll(role);
  // Who serves all units, or sees into all, is given by those who answer for all.
  if (reachesAll(role)) refuseOutOfReach(reach, [null]);
  const account = await reachedAccount(work, by, wish.login);
  refuseOneself(by, account.no);
  if (account.disabledAt !== null) throw new DomainError('account_disabled', { field: 'login' });
  refuseKind(role, account.kind);
  const taken = await codesAt(work.client, unit.agencyCode);
  const officer = await insertPosition(work.client, {
    code: nextCode(role, wish.service ?? 'carrier', unit.agencyCode, taken),
    accountNo: account.no,
    unitId: everywhere ? null : unit.id,
    position: role,
    servesAll: everywhere,
    validFrom: validity.from,
    validUntil: validity.until,
  });
  const what = { position: officer.code, role, unit: unit.agencyCode, ...validity };
  await note(work, by, { act: 'positionGiven', account: account.no, what });
  return officer;
}

export async function endPosition(work: Work, by: Acting | null, code: string, on?: Day): Promise<Officer> {
  const reach = reachOf(by, work.units());
  const today = dayOf(work.clock.now());
  const day = on ?? today;
  if (!isDay(day)) throw new DomainError('day_not_understood', { field: 'on' });
  const officer = await positionByCode(work.client, code);
  if (!officer) throw new DomainError('position_unknown', { field: 'position' });
  refuseOutOfReach(reach, [officer.unitId, ...(reachesAll(officer.position) ? [null] : [])]);
  // What was done in it until today stays done in it; and an end is not put off by this way.
  if (day < today || compareDays(day, officer.validUntil) >= 0)
    throw new DomainError('position_past', { field: 'on', params: { validUntil: officer.validUntil } });
  await setPositionEnd(work.client, code, day);
  await note(work, by, {
    act: 'positionEnded',
    account: officer.accountNo,
    what: { position: code, on: day },
  });
  return (await positionByCode(work.client, code))!;
}
