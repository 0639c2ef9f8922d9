import type { Pool } from 'pg';
import type { Instant, JsonObject } from '#libs/kernel';
import type { DeadlineRow } from '../deadline.js';
import type { Links } from '../chain.js';
import type { Channel } from '../types.js';

/** An open dossier with its deadline and the events that made it. */
export interface OpenDeadline {
  id: string;
  version: number;
  alarms: number;
  state: string;
  /** who holds it */
  unitId: number;
  /** the hash of its last event */
  head: Uint8Array | null;
  procedureVersionId: number;
  channel: Channel;
  row: DeadlineRow;
  facts: { type: string; at: Instant }[];
}

/** The next open dossiers by id, after `after`. */
export async function openDeadlines(pool: Pool, after: string, limit: number): Promise<OpenDeadline[]> {
  const { rows } = await pool.query<
    Omit<OpenDeadline, 'row' | 'facts'> &
      DeadlineRow & {
        limitValue: number;
        limitUnit: DeadlineRow['limit']['unit'];
        facts: OpenDeadline['facts'];
      }
  >({
    name: 'open-deadlines',
    text: `SELECT d.id, d.version, d.alarms, d.state, d.current_unit_id AS "unitId", d.head, d.procedure_version_id AS "procedureVersionId", d.channel,
        t.generation, t.status, t.limit_value::float8 AS "limitValue", t.limit_unit AS "limitUnit", t.calendar,
        t.started_at AS "startedAt", t.due_at AS "dueAt", t.soon_at AS "soonAt", t.alarm_at AS "alarmAt",
        t.remaining_minutes AS "remainingMinutes", t.reason,
        (SELECT json_agg(json_build_object('type', e.type,
            'at', to_char(e.occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) ORDER BY e.version)
          FROM motcua.event e WHERE e.dossier_id = d.id
            AND e.type IN ('received', 'supplementRequested', 'paymentRequested', 'supplemented', 'paymentConfirmed')) AS facts
      FROM motcua.dossier d JOIN motcua.deadline t ON t.dossier_id = d.id
      WHERE d.closed_at IS NULL AND t.status <> 'stopped' AND d.id > $1 ORDER BY d.id LIMIT $2`,
    values: [after, limit],
  });
  return rows.map(({ limitValue, limitUnit, ...row }) => {
    const { generation, status, calendar, startedAt, dueAt, soonAt, alarmAt, remainingMinutes, reason } = row;
    const limit = { value: limitValue, unit: limitUnit };
    const { id, version, alarms, state, unitId, head, procedureVersionId, channel, facts } = row;
    return {
      ...{ id, version, alarms, state, unitId, head, procedureVersionId, channel, facts },
      row: {
        ...{
          generation,
          status,
          limit,
          calendar,
          startedAt,
          dueAt,
          soonAt,
          alarmAt,
          remainingMinutes,
          reason,
        },
      },
    };
  });
}

/** Writes the new date and its event, unless a command or an alarm came between; then it is left to the next run. */
export async function replaceDeadline(
  pool: Pool,
  dossier: OpenDeadline,
  next: DeadlineRow,
  data: JsonObject,
  { head }: Links,
  now: Instant,
): Promise<boolean> {
  const result = await pool.query({
    name: 'replace-deadline',
    text: `WITH here AS (
        UPDATE motcua.dossier SET alarms = alarms + 1, head = $13 WHERE id = $1 AND version = $2 AND alarms = $3
        RETURNING id, version, state, current_unit_id
      ), timed AS (
        UPDATE motcua.deadline t SET generation = $4, status = $5, due_at = $6, soon_at = $7, alarm_at = $8,
          remaining_minutes = $9, reason = $10 FROM here WHERE t.dossier_id = here.id
      )
      INSERT INTO motcua.event (dossier_id, version, type, state, officer, unit_id, occurred_at, recorded_at, data, hash)
      SELECT id, version, 'deadlineComputed', state, 'system', current_unit_id, $11, $11, $12, $13 FROM here`,
    values: [
      dossier.id, dossier.version, dossier.alarms,
      next.generation, next.status, next.dueAt, next.soonAt, next.alarmAt, next.remainingMinutes, next.reason,
      now, JSON.stringify(data), head,
    ], // prettier-ignore
  });
  return (result.rowCount ?? 0) > 0;
}
