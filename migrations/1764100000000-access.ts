import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Who sees a dossier, said a second time where nobody can forget it: row-level security, forced on every table with dossier
 * data. The service's own work goes on as `motcua_app`. Whoever reads for a person does so as `motcua_reader`, who sees what
 * `motcua.scope` of the transaction says; commands are loaded and committed as `motcua_commit`, who may touch what the
 * `motcua.batch_…` settings of the statement say. A setting that is missing is an error, never "everything" or "nothing".
 */
export class Access1764100000000 implements MigrationInterface {
  name = 'Access1764100000000';

  async up(q: QueryRunner): Promise<void> {
    for (const sql of [
      COLUMNS,
      EARLIER,
      ACCESS_LOG,
      SCOPES,
      ...TABLES.map(secured),
      PARTITIONS,
      POLICIES,
      GRANTS,
    ])
      await q.query(sql);
  }

  async down(): Promise<void> {
    throw new Error('what was recorded of who did what is not forgotten: drop the database instead');
  }
}

const COLUMNS = `
ALTER TABLE motcua.officer ADD COLUMN no int GENERATED ALWAYS AS IDENTITY UNIQUE;
-- The persons who received and who approved (an account's number; minus the position's, where nobody holds it), the units
-- beside its two own that ever held it (0: the postal service), and the hash of its last event. No index names the first
-- two or the last: dossiers are updated within their page.
ALTER TABLE motcua.dossier ADD COLUMN received_by int, ADD COLUMN approved_by int, ADD COLUMN held_by int[], ADD COLUMN head bytea;
ALTER TABLE motcua.dossier_board ADD COLUMN held_by int[];
-- NULL for what was recorded before events were chained.
ALTER TABLE motcua.event ADD COLUMN hash bytea;
`;

/** What the new columns say of dossiers that are there already, told by their events. */
const EARLIER = `
UPDATE motcua.dossier d SET
  received_by = (SELECT -o.no FROM motcua.event e JOIN motcua.officer o ON o.code = e.officer
    WHERE e.dossier_id = d.id AND e.type = 'received' ORDER BY e.version DESC LIMIT 1),
  approved_by = (SELECT -o.no FROM motcua.event e JOIN motcua.officer o ON o.code = e.officer
    WHERE e.dossier_id = d.id AND e.type = 'resolved' ORDER BY e.version DESC LIMIT 1),
  held_by = (SELECT nullif(array_agg(DISTINCT h.unit), '{}') FROM (
      SELECT e.unit_id FROM motcua.event e WHERE e.dossier_id = d.id
      UNION SELECT d.current_unit_id
      UNION SELECT 0 WHERE d.channel = 'postal' OR d.return_by = 'postal'
      UNION SELECT 0 FROM motcua.event e WHERE e.dossier_id = d.id AND e.type = 'handedToPost'
    ) AS h (unit) WHERE h.unit NOT IN (d.receiving_unit_id, d.competent_unit_id));
UPDATE motcua.dossier_board b SET held_by = d.held_by FROM motcua.dossier d WHERE d.id = b.dossier_id AND d.held_by IS NOT NULL;
CREATE INDEX dossier_held_by ON motcua.dossier USING gin (held_by) WHERE held_by IS NOT NULL;
-- The postal clerks' lists: more than a unit's, and in the order of filing.
CREATE INDEX dossier_post ON motcua.dossier (submitted_at, id) WHERE held_by @> '{0}';
`;

const ACCESS_LOG = `
-- Who looked at whose papers. Written in the transaction that reads them, and never changed.
CREATE TABLE motcua.access_log (
  no bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at timestamptz NOT NULL,
  person int NOT NULL, officer text NOT NULL, acted_by text,
  what text NOT NULL CHECK (what IN ('view', 'list', 'search', 'reveal', 'history', 'export')),
  dossier_ids uuid[] NOT NULL
);
CREATE INDEX access_log_at ON motcua.access_log USING brin (at);
CREATE INDEX access_log_dossiers ON motcua.access_log USING gin (dossier_ids);
CREATE INDEX access_log_person ON motcua.access_log (person, no);
`;

const SCOPES = `
CREATE FUNCTION motcua.reader_all() RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT current_setting('motcua.scope') = '*' $$;
CREATE FUNCTION motcua.reader_units() RETURNS int[] LANGUAGE sql STABLE
  AS $$ SELECT CASE current_setting('motcua.scope') WHEN '*' THEN '{}' ELSE current_setting('motcua.scope') END::int[] $$;
-- NULL for all units.
CREATE FUNCTION motcua.batch_units() RETURNS int[] LANGUAGE sql STABLE
  AS $$ SELECT nullif(current_setting('motcua.batch_units'), '*')::int[] $$;
CREATE FUNCTION motcua.batch_dossiers() RETURNS uuid[] LANGUAGE sql STABLE
  AS $$ SELECT current_setting('motcua.batch_dossiers')::uuid[] $$;
CREATE FUNCTION motcua.batch_officers() RETURNS text[] LANGUAGE sql STABLE
  AS $$ SELECT current_setting('motcua.batch_officers')::text[] $$;
`;

const TABLES = [
  'dossier', 'dossier_party', 'deadline', 'event', 'command', 'dossier_board', 'report_cell', 'report_sum', 'access_log',
]; // prettier-ignore

/** Forced, so that the owner of the tables, too, has what a policy gives and nothing else. */
function secured(table: string): string {
  return `ALTER TABLE motcua.${table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY service ON motcua.${table} TO motcua_app, CURRENT_USER USING (true) WITH CHECK (true)`;
}

/** A partition that is asked by its own name has its own policies: for others than the service none. */
const PARTITIONS = `
DO $$ DECLARE part regclass; BEGIN
  FOR part IN SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = 'motcua.event'::regclass LOOP
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', part);
    EXECUTE format('CREATE POLICY service ON %s TO motcua_app, CURRENT_USER USING (true) WITH CHECK (true)', part);
  END LOOP;
END $$;
`;

/** SQL: the dossier or board row is in these units' hands, or was. */
const READER = `(SELECT motcua.reader_all())
  OR receiving_unit_id = ANY((SELECT motcua.reader_units())::int[])
  OR competent_unit_id = ANY((SELECT motcua.reader_units())::int[])
  OR held_by && (SELECT motcua.reader_units())::int[]`;
/** The same for a batch, whose rows are found by their ids: said so that the setting is read once a statement, not four times. */
const BATCH =
  '((ARRAY[receiving_unit_id, competent_unit_id] || held_by) && (SELECT motcua.batch_units())) IS NOT FALSE';
/** What hangs on a dossier is seen by whom the dossier is: the policy of that table is asked in turn. */
const seen = (table: string): string =>
  `(SELECT motcua.reader_all()) OR EXISTS (SELECT FROM motcua.dossier d WHERE d.id = ${table}.dossier_id)`;
const OF_BATCH = 'dossier_id = ANY((SELECT motcua.batch_dossiers())::uuid[])';
const OFFICERS = 'officer = ANY((SELECT motcua.batch_officers())::text[])';

const POLICIES = `
CREATE POLICY reader ON motcua.dossier FOR SELECT TO motcua_reader USING (${READER});
CREATE POLICY reader ON motcua.dossier_board FOR SELECT TO motcua_reader USING (${READER});
CREATE POLICY reader ON motcua.dossier_party FOR SELECT TO motcua_reader USING (${seen('dossier_party')});
CREATE POLICY reader ON motcua.deadline FOR SELECT TO motcua_reader USING (${seen('deadline')});
CREATE POLICY reader ON motcua.event FOR SELECT TO motcua_reader USING (${seen('event')});
CREATE POLICY reader ON motcua.report_cell FOR SELECT TO motcua_reader
  USING ((SELECT motcua.reader_all()) OR unit_id = ANY((SELECT motcua.reader_units())::int[]));
CREATE POLICY reader ON motcua.report_sum FOR SELECT TO motcua_reader
  USING ((SELECT motcua.reader_all()) OR (dim = 'unit' AND key = ANY((SELECT motcua.reader_units())::int[])));
CREATE POLICY reader ON motcua.access_log FOR SELECT TO motcua_reader USING ((SELECT motcua.reader_all()));
CREATE POLICY noted ON motcua.access_log FOR INSERT TO motcua_reader WITH CHECK (true);

CREATE POLICY batch ON motcua.dossier TO motcua_commit USING (${BATCH}) WITH CHECK (${BATCH});
CREATE POLICY batch ON motcua.deadline TO motcua_commit USING (${OF_BATCH}) WITH CHECK (${OF_BATCH});
CREATE POLICY batch ON motcua.dossier_party TO motcua_commit USING (${OF_BATCH}) WITH CHECK (${OF_BATCH});
CREATE POLICY batch ON motcua.event FOR INSERT TO motcua_commit WITH CHECK (${OF_BATCH});
CREATE POLICY answers ON motcua.event FOR SELECT TO motcua_commit USING (${OFFICERS});
CREATE POLICY batch ON motcua.command TO motcua_commit USING (${OFFICERS}) WITH CHECK (${OFFICERS});
`;

const GRANTS = `
GRANT USAGE ON SCHEMA motcua TO motcua_reader, motcua_commit;
GRANT SELECT ON motcua.level, motcua.unit, motcua.officer, motcua.procedure_version, motcua.period, motcua.follower, motcua.log_epoch,
  motcua.dossier, motcua.dossier_party, motcua.deadline, motcua.event, motcua.dossier_board, motcua.party_name,
  motcua.report_cell, motcua.report_sum TO motcua_reader;
GRANT SELECT, INSERT ON motcua.access_log TO motcua_reader;
GRANT SELECT ON motcua.access_log TO motcua_app;
GRANT SELECT, INSERT ON motcua.dossier, motcua.deadline, motcua.code_counter, motcua.dossier_party, motcua.event, motcua.command
  TO motcua_commit;
-- Not its id, code, procedure, way in and own two units: nobody's dossier becomes another's by a command.
GRANT UPDATE (version, alarms, state, step, snapshot, current_unit_id, party_revision, received_at, closed_at, last_at, received_by,
  approved_by, held_by, head) ON motcua.dossier TO motcua_commit;
GRANT UPDATE ON motcua.deadline, motcua.code_counter TO motcua_commit;
GRANT USAGE ON SEQUENCE motcua.event_seq TO motcua_commit;
`;
