import type { Pool } from '#libs/database';
import { DomainError, type Json, canonicalJson } from '#libs/kernel';
import {
  type Counts,
  type Day,
  type Existing,
  type Problem,
  compareDays,
  inImport,
} from '#libs/organization';
import { type ProcedureDefinition, compile } from '#libs/workflow';
import type { ReadCatalogue } from '../rows.js';
import { type ProcedureContent, type ProcedureRow, type ProcedureVersion, contentOf } from '../types.js';
import { readNewest } from './load.js';

export interface CatalogueImport {
  /** rows of the file that are in the catalogue now, whether they were before or not */
  imported: number;
  /** codes that were not there before */
  added: number;
  /** codes that got a new version */
  changed: number;
  unchanged: number;
  problems: Problem[];
}

export interface ImportOptions {
  /** from which day a changed procedure counts */
  day: Day;
  /** from which day a new code counts; the import day unless said otherwise, `-infinity` for a first stock */
  newFrom?: Day;
  /** `keep` leaves every code that is there: a stock brought in at start must not undo what was imported since */
  existing?: Existing;
}

/**
 * Stores step templates, each under its key. Throws DomainError `definition_invalid` for one that cannot run, and
 * `definition_changed` when a key is there with other steps: dossiers run under it, so a change takes a new key.
 */
export async function importDefinitions(
  pool: Pool,
  definitions: readonly ProcedureDefinition[],
  levels: readonly string[],
): Promise<Counts> {
  for (const definition of definitions) compile(definition, { levels: [...levels] });
  return inImport(pool, async (client) => {
    const found = await client.query<{ key: string; body: Json }>(
      'SELECT key, body FROM motcua.workflow_definition',
    );
    const known = new Map(found.rows.map((row) => [row.key, canonicalJson(row.body)]));
    const fresh = definitions.filter((definition) => !known.has(definition.key));
    for (const definition of definitions) {
      const before = known.get(definition.key);
      if (before !== undefined && before !== canonicalJson(plain(definition)))
        throw new DomainError('definition_changed', { field: 'key', params: { key: definition.key } });
    }
    await client.query(
      `INSERT INTO motcua.workflow_definition (key, body)
       SELECT body->>'key', body FROM jsonb_array_elements($1::jsonb) AS body`,
      [JSON.stringify(fresh)],
    );
    return { inserted: fresh.length, updated: 0, unchanged: definitions.length - fresh.length };
  });
}

/**
 * Puts the rows of a catalogue file into the catalogue, in one transaction. A new code becomes version 1; a changed one a
 * new version from the import day, which closes the version before; the same content changes nothing. What the file does
 * not mention stays as it is. Rows dated before the version that stands are reported, like the rows that were unreadable.
 */
export async function importCatalogue(
  pool: Pool,
  read: ReadCatalogue,
  options: ImportOptions,
): Promise<CatalogueImport> {
  return inImport(pool, async (client) => {
    const newest = await readNewest(client);
    const problems = [...read.problems];
    const added: NewVersion[] = [];
    const changed: NewVersion[] = [];
    for (const row of read.rows) {
      const before = newest.get(row.code);
      if (!before) added.push({ ...contentOf(row), version: 1, validFrom: options.newFrom ?? options.day });
      else if (options.existing === 'keep' || sameContent(before, row)) continue;
      else if (compareDays(options.day, before.validFrom) < 0)
        problems.push(tooEarly(row, before, options.day));
      else changed.push({ ...contentOf(row), version: before.version + 1, validFrom: options.day });
    }
    if (changed.length > 0) await client.query(CLOSE_VERSIONS, [changed.map((row) => row.code), options.day]);
    if (added.length + changed.length > 0)
      await client.query(INSERT_VERSIONS, [JSON.stringify([...added, ...changed])]);
    const refused = problems.length - read.problems.length;
    return {
      imported: read.rows.length - refused,
      added: added.length,
      changed: changed.length,
      unchanged: read.rows.length - added.length - changed.length - refused,
      problems: problems.sort((a, b) => a.line - b.line),
    };
  });
}

type NewVersion = { [key: string]: Json } & { version: number; validFrom: Day };

const INSERT_VERSIONS = `
INSERT INTO motcua.procedure_version
  (code, version, name, sector, level, online_level, channels, limit_value, limit_unit, limits_by_channel, fee_vnd, decision,
   definition_key, supplement_policy, department, documents, valid_from)
SELECT code, version, name, sector, level, "onlineLevel", ARRAY(SELECT jsonb_array_elements_text(channels)), "limitValue",
       "limitUnit", "limitsByChannel", "feeVnd", decision, "definitionKey", "supplementPolicy", department, documents,
       "validFrom"
  FROM jsonb_to_recordset($1::jsonb) AS row (code text, version int, name text, sector text, level text,
       "onlineLevel" smallint, channels jsonb, "limitValue" numeric, "limitUnit" text, "limitsByChannel" jsonb,
       "feeVnd" bigint, decision text, "definitionKey" text, "supplementPolicy" text, department text, documents jsonb,
       "validFrom" date)`;

// A version that was closed already keeps its end: only what is still in force on the day ends there.
const CLOSE_VERSIONS = `
UPDATE motcua.procedure_version SET valid_until = $2::date WHERE code = ANY($1) AND valid_until > $2::date`;

function sameContent(a: ProcedureContent, b: ProcedureContent): boolean {
  return canonicalJson(contentOf(a)) === canonicalJson(contentOf(b));
}

/** As it will come back from a jsonb column. */
function plain(definition: ProcedureDefinition): Json {
  return JSON.parse(JSON.stringify(definition)) as Json;
}

function tooEarly(row: ProcedureRow, before: ProcedureVersion, day: Day): Problem {
  return {
    line: row.line,
    field: 'valid_from',
    expected: `an import day from ${before.validFrom} on`,
    found: `"${day}"`,
  };
}
