import type { Pool } from '#libs/database';
import type { Instant } from '#libs/kernel';
import type { Day } from '#libs/organization';
import type { Principal } from '../types.js';

/** A principal with what decides whether it is still one. */
export interface FoundPrincipal extends Principal {
  /** when its session was last seen; null without one */
  seenAt: Instant | null;
  signedOutAt: Instant | null;
}

/** How a session is found. */
export type SessionKey = { tokenHash: Buffer } | { sessionId: string };

export interface SessionTime {
  now: Instant;
  today: Day;
  /** milliseconds of rest after which a session is over */
  idleMs: number;
}

/**
 * Whose sessions these are, by the key that each was asked by: those that live, that is not ended, not too old, not at rest
 * for too long, their accounts not disabled. Keys are session ids, or hashes of tokens in hex.
 */
export async function principalsOfSessions(
  pool: Pool,
  by: 'session' | 'token',
  keys: readonly string[],
  { now, today, idleMs }: SessionTime,
): Promise<Map<string, FoundPrincipal>> {
  const { rows } = await pool.query<FoundPrincipal & { key: string }>({
    name: `principals-by-${by}`,
    text: by === 'token' ? BY_TOKEN : BY_SESSION,
    values: [today, keys, now, idleMs],
  });
  return new Map(rows.map(({ key, ...found }) => [key, found]));
}

/** The account as a principal without a session; null when there is none or it is disabled. */
export async function principalOfAccount(
  pool: Pool,
  accountNo: number,
  today: Day,
): Promise<FoundPrincipal | null> {
  return (await pool.query<FoundPrincipal>(BY_ACCOUNT, [today, accountNo])).rows[0] ?? null;
}

/** The account that is linked to a subject of a provider. */
export async function principalOfSubject(
  pool: Pool,
  subject: { issuer: string; subject: string },
  today: Day,
): Promise<FoundPrincipal | null> {
  if (subject.subject.includes('\0')) return null;
  const values = [today, subject.issuer, subject.subject];
  return (await pool.query<FoundPrincipal>(BY_SUBJECT, values)).rows[0] ?? null;
}

const officer = (
  o: string,
): string => `jsonb_build_object('no', ${o}.no, 'code', ${o}.code, 'accountNo', ${o}.account_no,
  'unitId', ${o}.unit_id, 'position', ${o}.position, 'servesAll', ${o}.serves_all, 'demo', ${o}.demo,
  'validFrom', ${o}.valid_from::text, 'validUntil', ${o}.valid_until::text)`;
const inForce = (o: string): string => `${o}.valid_from <= $1::date AND $1::date < ${o}.valid_until`;

// A delegation lives by the position, its holder, and the delegate's own position at that unit: none of it is copied.
const PRINCIPAL = `
a.no AS "accountNo", a.login, a.kind, a.must_change AS "mustChange", a.demo, a.signed_out_at AS "signedOutAt",
coalesce((SELECT jsonb_agg(${officer('o')} ORDER BY o.code) FROM motcua.officer o
  WHERE o.account_no = a.no AND ${inForce('o')}), '[]') AS positions,
coalesce((SELECT jsonb_agg(jsonb_build_object('delegation', d.no, 'principal', d.principal, 'until', d.until_day::text,
    'officer', ${officer('o')}, 'by', ${officer('b')}) ORDER BY o.code)
  FROM motcua.delegation d
    JOIN motcua.officer o ON o.code = d.position AND o.account_no = d.principal AND ${inForce('o')}
    JOIN motcua.account holder ON holder.no = d.principal AND holder.disabled_at IS NULL
    CROSS JOIN LATERAL (SELECT * FROM motcua.officer own WHERE own.account_no = a.no
      AND own.unit_id IS NOT DISTINCT FROM o.unit_id AND ${inForce('own')} ORDER BY own.no LIMIT 1) b
  WHERE d.delegate = a.no AND d.ended_at IS NULL AND d.from_day <= $1::date AND $1::date < d.until_day), '[]') AS "actsFor"`;

const ofSessions = (key: string, asked: string): string => `
SELECT ${key} AS key, s.id AS "sessionId", s.seen_at AS "seenAt", ${PRINCIPAL}
  FROM motcua.session s JOIN motcua.account a ON a.no = s.account_no AND a.disabled_at IS NULL
 WHERE s.ended_at IS NULL AND s.until_at > $3::timestamptz
   AND s.seen_at > $3::timestamptz - make_interval(secs => $4::float8 / 1000) AND ${asked}`;
const BY_TOKEN = ofSessions(
  `encode(s.token_hash, 'hex')`,
  `s.token_hash = ANY(ARRAY(SELECT decode(k, 'hex') FROM unnest($2::text[]) k))`,
);
const BY_SESSION = ofSessions('s.id::text', 's.id = ANY($2::uuid[])');
const ALONE = `SELECT NULL::uuid AS "sessionId", NULL::timestamptz AS "seenAt", ${PRINCIPAL} FROM motcua.account a WHERE a.disabled_at IS NULL`;
const BY_ACCOUNT = `${ALONE} AND a.no = $2`;
const BY_SUBJECT = `${ALONE} AND a.oidc_issuer = $2 AND a.oidc_subject = $3`;
