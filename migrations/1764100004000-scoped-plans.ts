import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What row-level security costs a list, made less: the same rows are seen as before. */
export class ScopedPlans1764100004000 implements MigrationInterface {
  name = 'ScopedPlans1764100004000';

  async up(q: QueryRunner): Promise<void> {
    for (const sql of [...['dossier_party', 'deadline', 'event'].map(seen), INDEXES]) await q.query(sql);
  }

  async down(): Promise<void> {
    // Nothing to take back: the policies say the same, and the indexes hold more.
  }
}

/**
 * What hangs on a dossier is seen by whom the dossier is. A value, not EXISTS: that is planned twice in every question, and
 * may be answered by reading all dossiers for a table of those that are seen.
 */
function seen(table: string): string {
  return `ALTER POLICY reader ON motcua.${table}
    USING ((SELECT motcua.reader_all()) OR (SELECT true FROM motcua.dossier d WHERE d.id = ${table}.dossier_id))`;
}

/** A unit's walks hold what the policy asks of a dossier: the dossiers themselves need not be read to pass it. */
const INDEXES = `
DROP INDEX motcua.dossier_competent, motcua.dossier_received;
CREATE INDEX dossier_competent ON motcua.dossier (competent_unit_id, submitted_at, id) INCLUDE (receiving_unit_id, held_by);
CREATE INDEX dossier_received ON motcua.dossier (receiving_unit_id, submitted_at, id) INCLUDE (competent_unit_id, held_by)
  WHERE receiving_unit_id <> competent_unit_id;
`;
