/**
 * Terms. A *delta* is what one event changes in the count of its day. A *cell* is the sum of the deltas of one day, unit,
 * procedure version and channel. The dossier row gives the last three: they never change after `submit`, so that an old
 * event always falls into the same cell, whatever the dossier went through since and whichever agencies held it.
 *
 * The event's data says the rest, written by the commit that knew it: `counted` on the reception and the closing of an
 * accepted dossier (a withdrawal before acceptance counts nowhere), `timing` on a closing, `wasOverdue` where a dossier
 * stops standing as overdue: at its closing, because it now waits for its applicant, or because a late change of the
 * calendar gave it a later date.
 */
export const COUNTED_TYPES = [
  'received',
  'resolved',
  'withdrawn',
  'discontinued',
  'overdue',
  'supplementRequested',
  'paymentRequested',
  'deadlineComputed',
] as const;

/** The name under which the projector keeps its place in the log. */
export const FOLLOWER = 'reporting';

/** The zone of every day in a report. */
export const ZONE = 'Asia/Ho_Chi_Minh';

const CLOSED = `e.type IN ('resolved', 'withdrawn', 'discontinued') AND e.data->>'counted' = 'true'`;
const TIMING = `CASE WHEN e.type = 'resolved' THEN coalesce(e.data->>'timing', 'on') ELSE 'on' END`;

/**
 * SQL: the cells that a set of events adds up to. `events` is a FROM item called `e` with (dossier_id, type, occurred_at, data).
 * The projector stores these rows; a question about an earlier state of knowledge sums them on the spot. `where` narrows the
 * dossiers `d`.
 */
export function cellsOf(events: string, where = 'true'): string {
  return `
    SELECT (e.occurred_at AT TIME ZONE '${ZONE}')::date AS day, d.competent_unit_id AS unit_id, d.procedure_version_id, d.channel,
      count(*) FILTER (WHERE e.type = 'received' AND e.data->>'counted' = 'true')::int AS received,
      count(*) FILTER (WHERE ${CLOSED} AND ${TIMING} = 'before')::int AS before_time,
      count(*) FILTER (WHERE ${CLOSED} AND ${TIMING} NOT IN ('before', 'overdue'))::int AS on_time,
      count(*) FILTER (WHERE ${CLOSED} AND ${TIMING} = 'overdue')::int AS overdue,
      (count(*) FILTER (WHERE e.type = 'overdue')
        - count(*) FILTER (WHERE e.type NOT IN ('overdue', 'received') AND e.data->>'wasOverdue' = 'true'))::int AS in_process_overdue
    FROM ${events} JOIN motcua.dossier d ON d.id = e.dossier_id
    WHERE e.type IN (${COUNTED_TYPES.map((type) => `'${type}'`).join(', ')}) AND ${where}
    GROUP BY 1, 2, 3, 4`;
}
