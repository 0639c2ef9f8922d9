import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The whole first schema. Owned by the role that migrates; the application's role gets only what it needs: on the event
 * log and the dossiers' personal revisions it may INSERT and SELECT, nothing else.
 */
export class Foundation1553000000000 implements MigrationInterface {
  name = 'Foundation1553000000000';

  async up(q: QueryRunner): Promise<void> {
    for (const sql of [EXTENSIONS, ORGANIZATION, CATALOGUE, CALENDAR, DOSSIER, LOG, REPORTING, GRANTS])
      await q.query(sql);
  }

  async down(): Promise<void> {
    throw new Error('the first schema is not taken down: drop the database instead');
  }
}

const EXTENSIONS = `
CREATE EXTENSION IF NOT EXISTS unaccent;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS btree_gin;
CREATE SCHEMA motcua;

-- unaccent() is only STABLE, because a dictionary can be changed; naming the dictionary makes it safe to index.
-- Both letters d have to be named: the dictionary leaves the Vietnamese one alone in some builds.
CREATE FUNCTION motcua.fold(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
  AS $$ SELECT lower(translate(public.unaccent('public.unaccent'::regdictionary, normalize(value, NFC)), 'đĐ', 'dD')) $$;
`;

const ORGANIZATION = `
CREATE TABLE motcua.level (
  code text PRIMARY KEY, rank int NOT NULL UNIQUE,
  label_vi text NOT NULL, label_en text NOT NULL, label_km text NOT NULL
);
-- A unit is a code and a validity: codes are used again after a merger (29263 was Long Duc commune, now a ward).
CREATE TABLE motcua.unit (
  id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  agency_code text NOT NULL, gso_code text, level text NOT NULL REFERENCES motcua.level,
  kind text NOT NULL CHECK (kind IN ('committee', 'department')),
  name text COLLATE "vi-x-icu" NOT NULL, parent_id int REFERENCES motcua.unit,
  valid_from date NOT NULL DEFAULT '-infinity', valid_until date NOT NULL DEFAULT 'infinity',
  certainty text NOT NULL DEFAULT 'official',
  UNIQUE (agency_code, valid_from), CHECK (valid_from < valid_until)
);
CREATE TABLE motcua.officer (
  code text PRIMARY KEY, unit_id int REFERENCES motcua.unit, position text NOT NULL,
  serves_all boolean NOT NULL DEFAULT false, demo boolean NOT NULL DEFAULT false,
  valid_from date NOT NULL DEFAULT '-infinity', valid_until date NOT NULL DEFAULT 'infinity'
);
CREATE INDEX officer_unit ON motcua.officer (unit_id);
`;

const CATALOGUE = `
CREATE TABLE motcua.workflow_definition (
  key text PRIMARY KEY, body jsonb NOT NULL, imported_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE motcua.procedure_version (
  id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  code text NOT NULL, version int NOT NULL,
  name text COLLATE "vi-x-icu" NOT NULL, sector text COLLATE "vi-x-icu" NOT NULL, level text NOT NULL REFERENCES motcua.level,
  online_level smallint NOT NULL, channels text[] NOT NULL,
  limit_value numeric NOT NULL, limit_unit text NOT NULL,
  limits_by_channel jsonb NOT NULL DEFAULT '{}', fee_vnd bigint NOT NULL DEFAULT 0, decision text NOT NULL DEFAULT '',
  definition_key text NOT NULL REFERENCES motcua.workflow_definition,
  supplement_policy text NOT NULL DEFAULT 'pause' CHECK (supplement_policy IN ('pause', 'restart')),
  department text, documents jsonb NOT NULL DEFAULT '[]',
  valid_from date NOT NULL DEFAULT '-infinity', valid_until date NOT NULL DEFAULT 'infinity',
  UNIQUE (code, version)
);
CREATE INDEX procedure_version_name ON motcua.procedure_version USING gin (motcua.fold(name) gin_trgm_ops);
`;

const CALENDAR = `
CREATE TABLE motcua.calendar_year (
  calendar text NOT NULL, year int NOT NULL, body jsonb NOT NULL, imported_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (calendar, year)
);
CREATE TABLE motcua.period (
  code text PRIMARY KEY, rule text NOT NULL, from_day date NOT NULL, until_day date NOT NULL, CHECK (from_day < until_day)
);
COMMENT ON TABLE motcua.period IS 'Half-open, in days of Asia/Ho_Chi_Minh: from_day 00:00 up to, not including, until_day 00:00.';
`;

const DOSSIER = `
CREATE TABLE motcua.dossier (
  id uuid PRIMARY KEY, code text COLLATE "C" NOT NULL UNIQUE, -- "C": its one index also answers for the beginning of a code
  procedure_version_id int NOT NULL REFERENCES motcua.procedure_version,
  receiving_unit_id int NOT NULL REFERENCES motcua.unit, competent_unit_id int NOT NULL REFERENCES motcua.unit,
  current_unit_id int NOT NULL,
  channel text NOT NULL CHECK (channel IN ('counter', 'online', 'postal')),
  return_by text NOT NULL CHECK (return_by IN ('counter', 'postal', 'online')),
  state text NOT NULL, step text, version int NOT NULL, alarms int NOT NULL DEFAULT 0,
  snapshot jsonb NOT NULL, party_revision int NOT NULL DEFAULT 1,
  submitted_at timestamptz NOT NULL, received_at timestamptz, closed_at timestamptz, last_at timestamptz NOT NULL
) WITH (fillfactor = 80);
CREATE INDEX dossier_unit_state ON motcua.dossier (competent_unit_id, state);
CREATE INDEX dossier_open ON motcua.dossier (state) WHERE closed_at IS NULL;

-- Names, papers, addresses: versioned, outside the log, so that sealed events hold no personal data.
CREATE TABLE motcua.dossier_party (
  dossier_id uuid NOT NULL, revision int NOT NULL,
  name text COLLATE "vi-x-icu" NOT NULL, paper_number text, address text, phone text, email text,
  occurred_at timestamptz NOT NULL, recorded_at timestamptz NOT NULL,
  PRIMARY KEY (dossier_id, revision)
);
CREATE INDEX dossier_party_name ON motcua.dossier_party USING gin (motcua.fold(name) gin_trgm_ops);
CREATE INDEX dossier_party_paper ON motcua.dossier_party (paper_number) WHERE paper_number IS NOT NULL;

CREATE TABLE motcua.deadline (
  dossier_id uuid PRIMARY KEY, generation int NOT NULL,
  status text NOT NULL CHECK (status IN ('running', 'paused', 'stopped', 'unknown')),
  limit_value numeric NOT NULL, limit_unit text NOT NULL, calendar text NOT NULL,
  started_at timestamptz NOT NULL, due_at timestamptz, soon_at timestamptz,
  -- the next alarm to raise: soon_at, then due_at, then none; one index finds whatever the alarm clock lost
  alarm_at timestamptz,
  -- fractions of a minute too: a pause keeps the working time that is left, to the millisecond
  remaining_minutes double precision, reason text
) WITH (fillfactor = 80);
CREATE INDEX deadline_alarm ON motcua.deadline (alarm_at) WHERE alarm_at IS NOT NULL;
CREATE INDEX deadline_due ON motcua.deadline (due_at) WHERE status = 'running';
CREATE INDEX deadline_unknown ON motcua.deadline (dossier_id) WHERE status = 'unknown';

CREATE TABLE motcua.code_counter (
  unit_id int NOT NULL, day date NOT NULL, last int NOT NULL, PRIMARY KEY (unit_id, day)
) WITH (fillfactor = 50);

-- A claimed command id with its answer. Kept 30 days (Idempotency-Key).
CREATE TABLE motcua.command (
  officer text NOT NULL, key text NOT NULL, request_hash text NOT NULL, dossier_id uuid, answer jsonb NOT NULL,
  recorded_at timestamptz NOT NULL, PRIMARY KEY (officer, key)
);
CREATE INDEX command_recorded ON motcua.command USING brin (recorded_at);
`;

const LOG = `
-- Position in the log = (epoch, xid, seq); within a dossier the order is its version. Partitioned by time of recording.
-- UNIQUE (dossier, version) cannot stand on such a table without the time: it rests on the version check of the commit,
-- and 'motcua verify' proves it.
CREATE SEQUENCE motcua.event_seq CACHE 1;
CREATE TABLE motcua.log_epoch (only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row), epoch int NOT NULL);
INSERT INTO motcua.log_epoch (epoch) VALUES (1);
CREATE TABLE motcua.event (
  epoch int NOT NULL, xid xid8 NOT NULL DEFAULT pg_current_xact_id(), seq bigint NOT NULL DEFAULT nextval('motcua.event_seq'),
  dossier_id uuid NOT NULL, version int NOT NULL, type text NOT NULL, state text NOT NULL,
  officer text NOT NULL, unit_id int NOT NULL,
  occurred_at timestamptz NOT NULL, recorded_at timestamptz NOT NULL, data jsonb NOT NULL
) PARTITION BY RANGE (recorded_at);
CREATE INDEX event_dossier ON motcua.event (dossier_id, version);
CREATE INDEX event_position ON motcua.event (epoch, xid, seq);
CREATE TABLE motcua.event_before PARTITION OF motcua.event FOR VALUES FROM (MINVALUE) TO ('2026-01-01+07');
CREATE TABLE motcua.event_rest PARTITION OF motcua.event DEFAULT;
DO $$ DECLARE d timestamptz := '2026-01-01+07'; BEGIN
  FOR i IN 0..39 LOOP
    EXECUTE format('CREATE TABLE motcua.event_%s PARTITION OF motcua.event FOR VALUES FROM (%L) TO (%L)',
      to_char((d + make_interval(months => 3 * i)) AT TIME ZONE 'Asia/Ho_Chi_Minh', 'YYYY_MM'),
      d + make_interval(months => 3 * i), d + make_interval(months => 3 * (i + 1)));
  END LOOP;
END $$;

CREATE TABLE motcua.follower (
  name text PRIMARY KEY, epoch int NOT NULL DEFAULT 0, xid xid8 NOT NULL DEFAULT '0', seq bigint NOT NULL DEFAULT 0,
  moved_at timestamptz NOT NULL DEFAULT now()
);
`;

const REPORTING = `
-- What changed on a day, at the competent unit: a period's figures are sums of these, so their cost does not grow with dossiers.
CREATE TABLE motcua.report_cell (
  day date NOT NULL, unit_id int NOT NULL, procedure_version_id int NOT NULL, channel text NOT NULL,
  received int NOT NULL DEFAULT 0, before_time int NOT NULL DEFAULT 0, on_time int NOT NULL DEFAULT 0, overdue int NOT NULL DEFAULT 0,
  in_process_overdue int NOT NULL DEFAULT 0,
  PRIMARY KEY (day, unit_id, procedure_version_id, channel)
);
-- One row for a replay of generated dossiers: what it was asked for and whether it finished.
CREATE TABLE motcua.replay (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  options jsonb NOT NULL, started_at timestamptz NOT NULL DEFAULT now(), finished_at timestamptz, result jsonb
);
`;

const GRANTS = `
GRANT USAGE ON SCHEMA motcua TO motcua_app;
GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA motcua TO motcua_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA motcua TO motcua_app;
GRANT UPDATE ON motcua.unit, motcua.officer, motcua.procedure_version, motcua.calendar_year, motcua.period, motcua.dossier,
  motcua.deadline, motcua.code_counter, motcua.follower, motcua.report_cell, motcua.replay TO motcua_app;
GRANT DELETE ON motcua.command, motcua.period TO motcua_app;
-- The job queue's tables are made by its own library as the owner; the application fills them. It may create there, because
-- the library makes one sequence a queue when it is first used.
CREATE SCHEMA jobs;
GRANT USAGE, CREATE ON SCHEMA jobs TO motcua_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA jobs GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON TABLES TO motcua_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA jobs GRANT USAGE, SELECT ON SEQUENCES TO motcua_app;
`;
