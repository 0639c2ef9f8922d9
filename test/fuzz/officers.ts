import { connect } from '#libs/database';
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
 * that was closed and a position that was ended are there again.
 */
export async function credentials(bench: Bench, officer: string): Promise<Record<string, string>> {
  const owner = await connect(bench.database.ownerUrl);
  try {
    await owner.query(
      `WITH o AS (UPDATE motcua.officer SET valid_until = 'infinity' WHERE code = $1 RETURNING account_no)
       UPDATE motcua.account a SET disabled_at = NULL, must_change = false FROM o WHERE a.no = o.account_no`,
      [officer],
    );
  } finally {
    await owner.end();
  }
  return { Authorization: `Bearer ${await bench.tokens.fresh(officer)}` };
}
