import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Signed heads of the sealed log. The application adds heads and reads them; it may change none. A head begins where the
 * one before it ended: two that begin at one size would be a fork, and the index refuses the second.
 */
export class Seal1764100002000 implements MigrationInterface {
  name = 'Seal1764100002000';

  async up(q: QueryRunner): Promise<void> {
    await q.query(SEAL);
  }

  async down(): Promise<void> {
    throw new Error('what was sealed stays sealed: drop the database instead');
  }
}

const SEAL = `
CREATE TABLE motcua.seal (
  size bigint PRIMARY KEY CHECK (size >= events), events int NOT NULL CHECK (events > 0),
  root bytea NOT NULL CHECK (length(root) = 32), frontier bytea NOT NULL,
  -- per leaf: dossier 16, version 4, leaf hash 32
  leaves bytea NOT NULL CHECK (length(leaves) = events * 52),
  epoch int NOT NULL, xid xid8 NOT NULL, seq bigint NOT NULL,
  sealed_at timestamptz NOT NULL, key_id text NOT NULL, signature bytea NOT NULL
);
-- Hashes: nothing in them to compress.
ALTER TABLE motcua.seal ALTER COLUMN leaves SET STORAGE EXTERNAL;
CREATE UNIQUE INDEX seal_begins ON motcua.seal ((size - events));
REVOKE ALL ON motcua.seal FROM PUBLIC;
GRANT SELECT, INSERT ON motcua.seal TO motcua_app;
`;
