import type { Pool, PoolClient } from '#libs/database';
import type { ProcedureDefinition } from '#libs/workflow';
import { type Catalogue, makeCatalogue } from '../catalogue.js';
import type { ProcedureVersion } from '../types.js';

const COLUMNS = `
  id, code, version, name, sector, level, online_level AS "onlineLevel", channels,
  jsonb_build_object('value', limit_value, 'unit', limit_unit) AS limit, limits_by_channel AS "limitsByChannel",
  fee_vnd::float8 AS "feeVnd", decision, definition_key AS "definitionKey", supplement_policy AS "supplementPolicy",
  department, documents, valid_from::text AS "validFrom", valid_until::text AS "validUntil"`;

/** Reads the whole catalogue into memory: every version of every procedure, and the step templates. */
export async function loadCatalogue(pool: Pool): Promise<Catalogue> {
  const [versions, definitions] = await Promise.all([
    pool.query<ProcedureVersion>(`SELECT ${COLUMNS} FROM motcua.procedure_version`),
    pool.query<{ body: ProcedureDefinition }>('SELECT body FROM motcua.workflow_definition ORDER BY key'),
  ]);
  return makeCatalogue(
    versions.rows,
    definitions.rows.map((row) => row.body),
  );
}

/** The newest version of each code, whether still in force or not. */
export async function readNewest(client: PoolClient): Promise<Map<string, ProcedureVersion>> {
  const found = await client.query<ProcedureVersion>(
    `SELECT DISTINCT ON (code) ${COLUMNS} FROM motcua.procedure_version ORDER BY code, version DESC`,
  );
  return new Map(found.rows.map((row) => [row.code, row]));
}
