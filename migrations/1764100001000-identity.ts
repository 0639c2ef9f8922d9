import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Who may sign in, and in which positions: accounts, sessions, delegations, and what administrators did. No secret stands
 * here: passwords as argon2id, tokens as SHA-256, failures under a keyed hash of login and address.
 */
export class Identity1764100001000 implements MigrationInterface {
  name = 'Identity1764100001000';

  async up(q: QueryRunner): Promise<void> {
    for (const sql of [ACCOUNT, POSITION, SESSION, FAILURE, EVENT, GRANTS]) await q.query(sql);
  }

  async down(): Promise<void> {
    throw new Error('what administrators did is not forgotten: drop the database instead');
  }
}

const ACCOUNT = `
CREATE TABLE motcua.account (
  no int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  login text NOT NULL CHECK (login = btrim(login) AND length(login) BETWEEN 1 AND 100),
  kind text NOT NULL CHECK (kind IN ('person', 'system')),
  -- whose administrators answer for it; null: those of a top unit
  unit_id int REFERENCES motcua.unit,
  demo boolean NOT NULL DEFAULT false,
  password_hash text, must_change boolean NOT NULL DEFAULT false,
  -- a password that somebody else chose dies unused
  one_time_until timestamptz,
  oidc_issuer text, oidc_subject text,
  created_at timestamptz NOT NULL, disabled_at timestamptz,
  -- access tokens of the provider from before the last sign-out are worth nothing
  signed_out_at timestamptz,
  CHECK ((oidc_issuer IS NULL) = (oidc_subject IS NULL)),
  UNIQUE (oidc_issuer, oidc_subject)
);
CREATE UNIQUE INDEX account_login ON motcua.account (lower(login));
`;

const POSITION = `
ALTER TABLE motcua.officer ADD COLUMN account_no int REFERENCES motcua.account;
CREATE INDEX officer_account ON motcua.officer (account_no) WHERE account_no IS NOT NULL;
-- "While I am on leave": half-open days. The position's end is not copied: it is asked at every use.
CREATE TABLE motcua.delegation (
  no int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  position text NOT NULL REFERENCES motcua.officer, principal int NOT NULL REFERENCES motcua.account,
  delegate int NOT NULL REFERENCES motcua.account,
  from_day date NOT NULL CHECK (isfinite(from_day)), until_day date NOT NULL CHECK (isfinite(until_day)),
  made_at timestamptz NOT NULL, ended_at timestamptz,
  CHECK (from_day < until_day), CHECK (principal <> delegate)
);
CREATE INDEX delegation_delegate ON motcua.delegation (delegate) WHERE ended_at IS NULL;
CREATE INDEX delegation_position ON motcua.delegation (position);
`;

const SESSION = `
CREATE TABLE motcua.session (
  id uuid PRIMARY KEY, account_no int NOT NULL REFERENCES motcua.account,
  -- null: held by refresh tokens
  token_hash bytea UNIQUE,
  opened_at timestamptz NOT NULL, seen_at timestamptz NOT NULL, until_at timestamptz NOT NULL,
  ended_at timestamptz, ended_because text
) WITH (fillfactor = 80);
CREATE INDEX session_open ON motcua.session (account_no) WHERE ended_at IS NULL;
-- Used ones stay: that is how a second use is known for what it is.
CREATE TABLE motcua.refresh_token (
  hash bytea PRIMARY KEY, session_id uuid NOT NULL REFERENCES motcua.session, made_at timestamptz NOT NULL, used_at timestamptz
);
`;

const FAILURE = `
CREATE TABLE motcua.sign_in_failure (
  bucket bytea PRIMARY KEY, failures int NOT NULL, last_at timestamptz NOT NULL, locked_until timestamptz
) WITH (fillfactor = 70);
CREATE INDEX sign_in_failure_last ON motcua.sign_in_failure (last_at);
`;

const EVENT = `
CREATE TABLE motcua.account_event (
  no bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL,
  who int REFERENCES motcua.account, position text, -- both null: the command line
  act text NOT NULL, account_no int REFERENCES motcua.account, what jsonb NOT NULL
);
CREATE INDEX account_event_account ON motcua.account_event (account_no, no);
`;

const GRANTS = `
GRANT SELECT, INSERT ON motcua.account, motcua.delegation, motcua.session, motcua.refresh_token, motcua.account_event TO motcua_app;
GRANT UPDATE (unit_id, password_hash, must_change, one_time_until, oidc_issuer, oidc_subject, disabled_at, signed_out_at)
  ON motcua.account TO motcua_app;
GRANT UPDATE (ended_at) ON motcua.delegation TO motcua_app;
GRANT UPDATE (seen_at, ended_at, ended_because) ON motcua.session TO motcua_app;
GRANT UPDATE (used_at) ON motcua.refresh_token TO motcua_app;
-- Counters, not history: they are forgotten after a day.
GRANT SELECT, INSERT, UPDATE, DELETE ON motcua.sign_in_failure TO motcua_app;
`;
