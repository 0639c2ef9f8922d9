import { type LogRange, type PoolClient, inRange, rangeValues } from '#libs/database';
import type { EventRow } from '../line.js';

/** The connection gives moments in UTC and ISO form, as every connection of Motcua does. */
const EVENTS = `
  SELECT e.epoch, e.xid::text AS xid, e.seq::text AS seq, e.dossier_id AS dossier, d.code, e.version, e.type, e.state, e.officer,
         e.unit_id AS unit, e.occurred_at::text AS "occurredAt", e.recorded_at::text AS "recordedAt", e.data::text AS data,
         encode(e.hash, 'hex') AS hash
    FROM motcua.event e LEFT JOIN motcua.dossier d ON d.id = e.dossier_id`;
const IN_ORDER = 'ORDER BY e.epoch, e.xid, e.seq';

/** The events of a stretch of the log, in its order. */
export async function readRange(client: PoolClient, range: LogRange): Promise<EventRow[]> {
  const { rows } = await client.query<EventRow>({
    name: 'seal-read-range',
    text: `${EVENTS} WHERE ${inRange()} ${IN_ORDER}`,
    values: rangeValues(range),
  });
  return rows;
}

/** SQL of all events beyond a place (three parameters), in the order of the log, two of one place among them. */
export const EVENTS_BEYOND = `${EVENTS} WHERE (e.epoch, e.xid, e.seq) > ($1::int, $2::xid8, $3::bigint) ${IN_ORDER}`;
