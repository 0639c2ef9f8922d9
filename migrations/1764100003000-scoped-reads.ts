import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Indexes that a read within a scope can use. Row-level security shows a condition no row that the policy has not passed,
 * unless the condition's function is known to tell nothing: so LIKE, overlapping arrays and functions of ours never reach
 * an index there. Equality and order of numbers, texts and moments do, and what is asked is put in those words.
 */
export class ScopedReads1764100003000 implements MigrationInterface {
  name = 'ScopedReads1764100003000';

  async up(q: QueryRunner): Promise<void> {
    for (const sql of [NAMES, HELD, REPORTS, ACCESS, GRANTS]) await q.query(sql);
  }

  async down(): Promise<void> {
    throw new Error(
      'reasons for looking that were written down are not forgotten: drop the database instead',
    );
  }
}

const NAMES = `
-- The hash that finds the bearers of a name, as a column: a function in the index would not be asked.
ALTER TABLE motcua.dossier_party
  ADD COLUMN name_hash bigint NOT NULL GENERATED ALWAYS AS (hashtextextended(name, 0)) STORED,
  ADD COLUMN folded text COLLATE "C" NOT NULL GENERATED ALWAYS AS (motcua.fold(name)) STORED;
DROP INDEX motcua.dossier_party_name;
CREATE INDEX dossier_party_name ON motcua.dossier_party (name_hash, dossier_id);
`;

const HELD = `
-- What a unit holds or held for others, place by place of the array: three are more than nearly any dossier fills, and the rest
-- have an index of their own, which is next to empty.
DROP INDEX motcua.dossier_held_by;
CREATE INDEX dossier_held_1 ON motcua.dossier ((held_by[1]), submitted_at, id) WHERE held_by[1] IS NOT NULL;
CREATE INDEX dossier_held_2 ON motcua.dossier ((held_by[2]), submitted_at, id) WHERE held_by[2] IS NOT NULL;
CREATE INDEX dossier_held_3 ON motcua.dossier ((held_by[3]), submitted_at, id) WHERE held_by[3] IS NOT NULL;
CREATE INDEX dossier_held_more ON motcua.dossier ((held_by[4]), submitted_at, id) WHERE held_by[4] IS NOT NULL;
`;

const REPORTS = `
-- A few units' report by procedure or sector is added up from their own cells.
CREATE INDEX report_cell_unit ON motcua.report_cell (unit_id, day);
`;

const ACCESS = `
ALTER TABLE motcua.access_log ADD COLUMN reason text;
-- The index finds a dossier among the arrays; as the reader of the log nobody may ask it. The function may, for whoever sees all.
CREATE FUNCTION motcua.access_of(dossier uuid) RETURNS SETOF bigint LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
  AS $$ SELECT no FROM motcua.access_log WHERE motcua.reader_all() AND dossier_ids @> ARRAY[dossier] $$;
REVOKE ALL ON FUNCTION motcua.access_of FROM PUBLIC;
`;

const GRANTS = `
GRANT SELECT ON motcua.calendar_year TO motcua_reader;
GRANT EXECUTE ON FUNCTION motcua.access_of TO motcua_reader;
`;
