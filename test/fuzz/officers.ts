import { openPool, type Pool } from '#libs/database';
import { UNIT } from '#libs/testing';
import { CARRIER, COUNTER, HEAD, PORTAL, POST, SPECIALIST, type Bench } from '../e2e/support.js';

/** Who sends requests: one of every kind, and one of a unit that has nothing to do with it. */
export const OFFICERS: readonly string[] = [
  COUNTER,
  SPECIALIST,
  HEAD,
  POST,
  CARRIER,
  PORTAL,
  `supervisor-1@${UNIT.district}`,
  `administrator-1@${UNIT.province}`,
  `auditor-1@${UNIT.province}`,
  `counter-1@${UNIT.otherCommune}`,
];

/**
 * The headers by which an officer is known to a server. The one place that knows how; asked anew for each group of
 * cases, and whenever the server no longer knows the officer, so that a case may end what it was let in by: an account
 * that was closed, a position that was ended and a password that was changed are there again.
 */
export async function credentials(bench: Bench, officer: string): Promise<Record<string, string>> {
  await ownerOf(bench).query(
    `WITH o AS (UPDATE motcua.officer SET valid_until = 'infinity' WHERE code = $1 RETURNING account_no)
     UPDATE motcua.account a SET disabled_at = NULL, must_change = false, password_hash = (SELECT password_hash
         FROM motcua.account WHERE demo ORDER BY no LIMIT 1) FROM o WHERE a.no = o.account_no`,
    [officer],
  );
  return { Authorization: `Bearer ${await bench.tokens.fresh(officer)}`, 'X-Motcua-Position': officer };
}

const owners = new WeakMap<Bench, Pool>();

/** Asked thousands of times: a connection of its own for each would cost more than the cases. */
function ownerOf(bench: Bench): Pool {
  const owner = owners.get(bench) ?? openPool(bench.database.ownerUrl, { max: 2 });
  owners.set(bench, owner);
  return owner;
}
