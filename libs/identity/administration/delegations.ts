import { DomainError } from '#libs/kernel';
import type { Day } from '#libs/organization';
import type { Acting } from '../acting.js';
import { dayOf } from '../day.js';
import { accountByLogin } from '../persistence/accounts.js';
import { addEvent } from '../persistence/events.js';
import {
  delegationByNo,
  insertDelegation,
  positionByCode,
  positionsOf,
  setDelegationEnded,
  standingDelegations,
} from '../persistence/positions.js';
import type { Delegation, Principal } from '../types.js';
import { note } from './accounts.js';
import { refuseDelegation } from './delegation-rules.js';
import { reachOf, refuseOutOfReach } from './reach.js';
import type { Work } from './types.js';

export async function delegate(
  work: Work,
  principal: Principal,
  wish: { position: string; to: string; from: Day; until: Day },
): Promise<Delegation> {
  const { client, clock } = work;
  const now = clock.now();
  const today = dayOf(now);
  if (principal.mustChange) throw new DomainError('password_change_required');
  const position = await positionByCode(client, wish.position);
  if (position?.accountNo !== principal.accountNo)
    throw new DomainError('position_not_yours', { field: 'position' });
  const to = await accountByLogin(client, wish.to.trim().normalize('NFC'));
  if (!to || to.kind !== 'person' || to.disabledAt !== null)
    throw new DomainError('account_unknown', { field: 'to' });
  const { from, until } = wish;
  const wanted = {
    position,
    principal: principal.accountNo,
    delegate: to.no,
    delegatePositions: await positionsOf(client, to.no),
    from,
    until,
  };
  refuseDelegation(wanted, await standingDelegations(client, today), today);
  const ends = { principal: principal.accountNo, delegate: to.no };
  const made = await insertDelegation(client, { position: position.code, ...ends, from, until }, now);
  await addEvent(client, {
    at: now,
    who: principal.accountNo,
    position: position.code,
    act: 'delegated',
    account: to.no,
    what: { delegation: made.no, from, until },
  });
  return made;
}

export async function endDelegation(work: Work, by: Principal | Acting, no: number): Promise<void> {
  const { client, clock } = work;
  const found = Number.isSafeInteger(no) && no > 0 && no < 2 ** 31 ? await delegationByNo(client, no) : null;
  const now = clock.now();
  if (isActing(by)) {
    const reach = reachOf(by, work.units());
    if (!found) throw new DomainError('delegation_unknown');
    const position = await positionByCode(client, found.position);
    refuseOutOfReach(reach, [position?.unitId ?? null]);
  } else if (found?.principal !== by.accountNo) {
    // Somebody else's is not told apart from none.
    throw new DomainError('delegation_unknown');
  }
  await setDelegationEnded(client, no, now);
  const event = { act: 'delegationEnded', account: found.delegate, what: { delegation: no } };
  if (isActing(by)) await note(work, by, event);
  else await addEvent(client, { at: now, who: by.accountNo, position: found.position, ...event });
}

function isActing(by: Principal | Acting): by is Acting {
  return 'officer' in by;
}
