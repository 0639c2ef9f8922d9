import { randomUUID } from 'node:crypto';
import { loadKeys } from '#libs/config';
import { signed } from '../../support/tokens.js';
import type { Ground } from '../ground.js';
import type { Life } from '../lives.js';
import { keysOf } from './server-process.js';

/** What each officer's client sends as its bearer token. */
export type Bearers = (officer: string) => string;

const LIVES_SECONDS = 11 * 3600;

/** A session and an access token for every officer of the deck, as if all had signed in this morning. They last for the bench. */
export async function signedIn(ground: Ground, deck: readonly Life[]): Promise<Bearers> {
  const officers = [...new Set(deck.flatMap((life) => life.map((step) => step.officer)))];
  const { rows } = await ground.pool.query<{ code: string; accountNo: number; sessionId: string }>(
    `WITH asked AS (SELECT o.code, o.account_no, s.id FROM unnest($1::text[], $2::uuid[]) AS s (code, id)
       JOIN motcua.officer o USING (code) WHERE o.account_no IS NOT NULL),
     opened AS (INSERT INTO motcua.session (id, account_no, opened_at, seen_at, until_at)
       SELECT id, account_no, $3, $3, $3::timestamptz + interval '12 hours' FROM asked)
     SELECT code, account_no AS "accountNo", id AS "sessionId" FROM asked`,
    [officers, officers.map(() => randomUUID()), ground.clock.now()],
  );
  const { token: key } = loadKeys(keysOf(ground), { make: false });
  const tokens = new Map<string, string>();
  for (const { code, accountNo, sessionId } of rows) {
    const claims = { accountNo, sessionId, lives: LIVES_SECONDS };
    tokens.set(code, await signed(key.privateKey, ground.clock, claims));
  }
  return (officer) => {
    const token = tokens.get(officer);
    if (token === undefined) throw new Error(`nobody holds ${officer}`);
    return token;
  };
}

/** What the `http-open` row sends: only who it is, for a server that takes everybody's word. */
export const unsigned: Bearers = (officer) => Buffer.from(officer).toString('base64url');
