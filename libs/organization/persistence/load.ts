import type { Pool, PoolClient } from '#libs/database';
import { type UnitDirectory, makeDirectory } from '../directory.js';
import type { Level, Officer, Unit } from '../types.js';

/** Reads the whole organization into memory: levels, units of every time, officers. A few hundred rows, some milliseconds. */
export async function loadUnits(pool: Pool): Promise<UnitDirectory> {
  const [levels, units, officers] = await Promise.all([
    pool.query<Level>(SELECT_LEVELS),
    readUnitRows(pool),
    pool.query<Officer>(SELECT_OFFICERS),
  ]);
  return makeDirectory(levels.rows, units, officers.rows);
}

/** Every unit of every time. */
export async function readUnitRows(from: Pool | PoolClient): Promise<Unit[]> {
  return (await from.query<Unit>(SELECT_UNITS)).rows;
}

// Days are read as text: pg would make moments of them, in the zone of this machine.
const SELECT_UNITS = `
SELECT id, agency_code AS "agencyCode", gso_code AS "gsoCode", level, kind, name, parent_id AS "parentId",
       valid_from::text AS "validFrom", valid_until::text AS "validUntil", certainty
  FROM motcua.unit ORDER BY agency_code, valid_from`;

const SELECT_LEVELS = `
SELECT code, rank, jsonb_build_object('vi', label_vi, 'en', label_en, 'km', label_km) AS labels
  FROM motcua.level ORDER BY rank`;

const SELECT_OFFICERS = `
SELECT code, no, account_no AS "accountNo", unit_id AS "unitId", position, serves_all AS "servesAll", demo,
       valid_from::text AS "validFrom", valid_until::text AS "validUntil"
  FROM motcua.officer ORDER BY code`;
