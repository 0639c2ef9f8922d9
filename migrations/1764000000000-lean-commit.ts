import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Less to write for each command. What an accepted command answers stands in its event already: only what the event does
 * not tell is kept beside the claim. And no index names what most commands change, so that PostgreSQL updates a dossier
 * within its page and leaves all indexes alone (HOT).
 */
export class LeanCommit1764000000000 implements MigrationInterface {
  name = 'LeanCommit1764000000000';

  async up(q: QueryRunner): Promise<void> {
    for (const sql of [COMMAND, DOSSIER, EPOCH]) await q.query(sql);
  }

  async down(): Promise<void> {
    throw new Error('answers that were taken apart are not put together again: drop the database instead');
  }
}

const COMMAND = `
ALTER TABLE motcua.command ADD COLUMN version int, ADD COLUMN step text, ADD COLUMN due_at timestamptz, ADD COLUMN refusal jsonb;
UPDATE motcua.command SET version = (answer->>'version')::int, step = answer->>'step', due_at = (answer->>'dueAt')::timestamptz
  WHERE answer->>'kind' = 'accepted';
UPDATE motcua.command SET refusal = answer WHERE answer->>'kind' <> 'accepted';
-- Half of a SHA-256 tells two requests of one officer under one key apart well enough.
ALTER TABLE motcua.command DROP COLUMN answer,
  ALTER COLUMN request_hash TYPE bytea USING substring(decode(request_hash, 'hex') FOR 16),
  ADD CHECK ((version IS NULL) <> (refusal IS NULL));
COMMENT ON COLUMN motcua.command.version IS 'Of an accepted command: the version of its event, which has the rest of the answer.';
`;

const DOSSIER = `
DROP INDEX motcua.dossier_unit_state, motcua.dossier_open;
-- Room on each page for a dossier's next states: a page that is full sends the update, with all index entries, to another.
ALTER TABLE motcua.dossier SET (fillfactor = 65);
`;

const EPOCH = `
DO $$ BEGIN
  EXECUTE format('ALTER TABLE motcua.event ALTER COLUMN epoch SET DEFAULT %s', (SELECT epoch FROM motcua.log_epoch));
END $$;
`;
