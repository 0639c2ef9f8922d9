/*
 * The same read as the engine's and the same durable writes (dossier, event, answer), each as one named statement: two
 * round trips a command, as few as it can be done in when something is to be decided in between. BEGIN, three writes and
 * COMMIT one by one would make six: a weak floor proves nothing.
 */

export const READ = {
  name: 'floor-read',
  text: `
SELECT d.id, d.code, d.version, d.alarms, d.procedure_version_id, d.receiving_unit_id, d.competent_unit_id, d.channel,
       d.last_at, d.party_revision, d.snapshot,
       t.generation, t.status, t.limit_value::float8 AS limit_value, t.limit_unit, t.calendar, t.started_at, t.due_at,
       t.soon_at, t.alarm_at, t.remaining_minutes, t.reason
FROM motcua.dossier d LEFT JOIN motcua.deadline t ON t.dossier_id = d.id
WHERE d.code = $1`,
};

const EVENT_AND_ANSWER = `logged AS (
  INSERT INTO motcua.event (dossier_id, version, type, state, officer, unit_id, occurred_at, recorded_at, data)
  SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9
)
INSERT INTO motcua.command (officer, key, request_hash, dossier_id, version, step, due_at, recorded_at)
SELECT $5, $10, $11::bytea, $1, $2, $14::text, $12::timestamptz, $8`;

export const FIRST = {
  name: 'floor-first',
  text: `
WITH born AS (
  INSERT INTO motcua.dossier (id, version, state, current_unit_id, last_at, submitted_at, step, snapshot, party_revision,
    code, procedure_version_id, receiving_unit_id, competent_unit_id, channel, return_by)
  SELECT $1::uuid, $2::int, $4::text, $13::int, $7::timestamptz, $7, $14::text, $15::jsonb, $16::int,
    $17::text, $18::int, $19::int, $20::int, 'counter', 'counter'
), ${EVENT_AND_ANSWER}`,
};

export const NEXT = {
  name: 'floor-next',
  text: `
WITH moved AS (
  UPDATE motcua.dossier SET version = $2::int, state = $4::text, current_unit_id = $13::int, last_at = $7::timestamptz,
    step = $14::text, snapshot = $15::jsonb, party_revision = $16::int, received_at = coalesce($17::timestamptz, received_at),
    closed_at = coalesce($18::timestamptz, closed_at)
  WHERE id = $1::uuid AND version = $2 - 1
), ${EVENT_AND_ANSWER}`,
};
