import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What makes reading cost the same however many dossiers there are: lists walk an index in their own order; what is not
 * yet handed out stands on a board of its own; names are searched among the names, not among the dossiers; and the report
 * starts from sums of half months, months and years.
 *
 * No index names what most commands change (state, step, version, snapshot), so that dossiers are updated within their
 * page. Where a dossier lies is named only while that is neither of its two own units, which few dossiers ever see.
 */
export class Reads1764000001000 implements MigrationInterface {
  name = 'Reads1764000001000';

  async up(q: QueryRunner): Promise<void> {
    for (const sql of [LISTS, BOARD, NAMES, SUMS, GRANTS]) await q.query(sql);
  }

  async down(): Promise<void> {
    throw new Error('followers have gone on since: drop the database instead');
  }
}

const LISTS = `
CREATE INDEX dossier_filed ON motcua.dossier (submitted_at, id);
CREATE INDEX dossier_competent ON motcua.dossier (competent_unit_id, submitted_at, id);
CREATE INDEX dossier_received ON motcua.dossier (receiving_unit_id, submitted_at, id) WHERE receiving_unit_id <> competent_unit_id;
CREATE INDEX dossier_held ON motcua.dossier (current_unit_id, submitted_at, id)
  WHERE current_unit_id <> competent_unit_id AND current_unit_id <> receiving_unit_id;
CREATE INDEX dossier_procedure ON motcua.dossier (procedure_version_id, submitted_at, id);
`;

const BOARD = `
-- Every dossier but the delivered, narrow enough to be read through for each question. Kept by the follower 'board'; who reads
-- it adds what the log holds beyond that follower's place (libs/dossier/persistence/board.ts). No index but the key, so
-- that its rows, too, are updated within their page.
CREATE TABLE motcua.dossier_board (
  dossier_id uuid PRIMARY KEY, state text NOT NULL, closed boolean NOT NULL,
  procedure_version_id int NOT NULL, receiving_unit_id int NOT NULL, competent_unit_id int NOT NULL, current_unit_id int NOT NULL,
  channel text NOT NULL, submitted_at timestamptz NOT NULL, received_at timestamptz, clock text, due_at timestamptz
) WITH (fillfactor = 70);
`;

const NAMES = `
-- Each name that anybody bears, once, in the order of the alphabet, and folded: far fewer than people. A common word is found by
-- walking the names, a rare one by its trigrams. Kept by the same follower.
CREATE TABLE motcua.party_name (
  name text COLLATE "vi-x-icu" NOT NULL, folded text COLLATE "C" NOT NULL GENERATED ALWAYS AS (motcua.fold(name)) STORED,
  PRIMARY KEY (name) INCLUDE (folded)
);
-- How many names hold a word decides which of the two is quicker: the planner's sample has to be large.
ALTER TABLE motcua.party_name ALTER COLUMN folded SET STATISTICS 1000;
CREATE INDEX party_name_trigrams ON motcua.party_name USING gin (folded gin_trgm_ops);
DROP INDEX motcua.dossier_party_name;
-- By a hash: equal names are all that is asked, and the alphabet is dear to compare by.
CREATE INDEX dossier_party_name ON motcua.dossier_party (hashtextextended(name, 0), dossier_id);
`;

const SUMS = `
-- Cells summed up: by unit and by procedure, over half months (every period begins on a 1st or a 15th), months and years.
CREATE TABLE motcua.report_sum (
  dim text NOT NULL CHECK (dim IN ('unit', 'procedure')), grain text NOT NULL CHECK (grain IN ('half', 'month', 'year')),
  start date NOT NULL, key int NOT NULL, channel text NOT NULL,
  received int NOT NULL DEFAULT 0, before_time int NOT NULL DEFAULT 0, on_time int NOT NULL DEFAULT 0, overdue int NOT NULL DEFAULT 0,
  in_process_overdue int NOT NULL DEFAULT 0,
  PRIMARY KEY (dim, grain, start, key, channel)
) WITH (fillfactor = 70);
INSERT INTO motcua.report_sum
SELECT k.dim, g.grain, g.start, k.key, k.channel, sum(c.received), sum(c.before_time), sum(c.on_time), sum(c.overdue), sum(c.in_process_overdue)
FROM motcua.report_cell c
  CROSS JOIN LATERAL (VALUES ('unit', c.unit_id, c.channel),
    ('procedure', c.procedure_version_id, CASE c.channel WHEN 'online' THEN 'online' ELSE 'other' END)) AS k (dim, key, channel)
  CROSS JOIN LATERAL (VALUES
    ('half', date_trunc('month', c.day)::date + CASE WHEN extract(day FROM c.day) < 15 THEN 0 ELSE 14 END),
    ('month', date_trunc('month', c.day)::date),
    ('year', date_trunc('year', c.day)::date)) AS g (grain, start)
GROUP BY 1, 2, 3, 4, 5;
`;

const GRANTS = `
GRANT SELECT, INSERT, UPDATE, DELETE ON motcua.dossier_board TO motcua_app;
GRANT SELECT, INSERT ON motcua.party_name TO motcua_app;
GRANT SELECT, INSERT, UPDATE ON motcua.report_sum TO motcua_app;
`;
