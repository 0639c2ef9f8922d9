import type { Pool, PoolClient } from 'pg';
import type { Position } from '#libs/database';
import type { Instant } from '#libs/kernel';
import { type CountedEvent, countStory, readStory } from '../dossier-count.js';
import { type Counts, NO_COUNTS, REPORT_KEYS, type ReportKey, addCounts, addTo } from '../figures.js';
import { localDay } from '../local-day.js';
import type { Day, Period } from '../periods.js';
import { type PeriodQuestion, boundsOf } from './periods.js';
import { readOnly } from './reader.js';

export type RecountQuestion = PeriodQuestion & { by: ReportKey; knownAt?: Instant };

/** The counts of every line that has any, keyed as the report's SQL keys them (units by their internal id). */
export interface Recount {
  period: Period;
  by: ReportKey;
  lines: Map<string, Counts>;
  total: Counts;
  /** events that no dossier row belongs to: they are on no line, in either count */
  orphans: number;
}

/**
 * The same figures by another method: reads every event of every dossier in the order of its versions and follows
 * the dossier, instead of adding up deltas. Slow on purpose (it reads the log from its beginning) and meant for checking.
 * Throws as {@link boundsOf} does.
 */
export async function recount(pool: Pool, question: RecountQuestion): Promise<Recount> {
  return readOnly(pool, async (client) => {
    const period = await boundsOf(client, question);
    const [result] = await recountAll(client, [period], [question.by], { knownAt: question.knownAt });
    return result!;
  });
}

interface EventRow {
  dossier_id: string;
  type: string;
  at: string;
  timing: string | null;
  in_time: boolean | null;
  level: string | null;
  unit: string;
  sector: string;
  procedure: string;
  channel: string;
}

const EVENTS = `
  DECLARE recount NO SCROLL CURSOR FOR
  SELECT e.dossier_id, e.type, to_char(e.occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at,
    e.data->>'timing' AS timing,
    e.data->'deadline'->>'status' <> 'running' OR (e.data->'deadline'->>'dueAt')::timestamptz >= e.occurred_at AS in_time,
    u.level, u.id::text AS unit, p.sector, p.code AS procedure, d.channel
  FROM motcua.event e
    LEFT JOIN motcua.dossier d ON d.id = e.dossier_id
    LEFT JOIN motcua.unit u ON u.id = d.competent_unit_id
    LEFT JOIN motcua.procedure_version p ON p.id = d.procedure_version_id`;
const PAGE = 5000;

// Written beside the commands, under the version that the dossier had then: they come after that version's own event.
const BESIDE = `'dueSoon', 'overdue', 'deadlineComputed', 'deadlineUnknown'`;

/** Which events a recount reads: those recorded by a moment, those up to a place in the log, or all. */
export interface Cut {
  knownAt?: Instant;
  upTo?: Position;
}

/** Recounts several periods and splits in one reading of the log. Expects to run inside a transaction. */
export async function recountAll(
  client: Pick<PoolClient, 'query'>,
  periods: readonly Period[],
  keys: readonly ReportKey[] = REPORT_KEYS,
  cut: Cut = {},
): Promise<Recount[]> {
  const results = periods.flatMap((period) =>
    keys.map((by): Recount => ({ period, by, lines: new Map(), total: { ...NO_COUNTS }, orphans: 0 })),
  );
  await client.query(
    `${EVENTS}
     WHERE ($1::timestamptz IS NULL OR e.recorded_at <= $1)
       AND ($2::int IS NULL OR (e.epoch, e.xid, e.seq) <= ($2, $3::xid8, $4::bigint))
     ORDER BY e.dossier_id, e.version, e.type IN (${BESIDE}), e.epoch, e.xid, e.seq`,
    [cut.knownAt ?? null, cut.upTo?.epoch ?? null, cut.upTo?.xid ?? null, cut.upTo?.seq ?? null],
  );
  let dossier: EventRow | null = null;
  let events: CountedEvent[] = [];
  for (;;) {
    const { rows } = await client.query<EventRow>(`FETCH ${PAGE} FROM recount`);
    for (const row of rows) {
      if (dossier && row.dossier_id !== dossier.dossier_id) {
        tally(results, dossier, events);
        events = [];
      }
      dossier = row;
      events.push({
        type: row.type,
        day: localDay(row.at),
        timing: row.timing ?? undefined,
        inTime: row.in_time ?? undefined,
      });
    }
    if (rows.length < PAGE) break;
  }
  if (dossier) tally(results, dossier, events);
  await client.query('CLOSE recount');
  for (const result of results) result.total = addCounts(result.lines.values());
  return results;
}

function tally(results: readonly Recount[], dossier: EventRow, events: readonly CountedEvent[]): void {
  if (dossier.level === null) {
    for (const result of results) result.orphans += events.length;
    return;
  }
  const story = readStory(events);
  for (const { period, by, lines } of results) {
    const counts = countStory(story, dossier.channel, period.from, period.until);
    if (!counts) continue;
    const key = dossier[by]!;
    const line = lines.get(key);
    if (line) addTo(line, counts);
    else lines.set(key, counts);
  }
}

/** The first and the last local day on which anything in the log happened, or null for an empty log. */
export async function daysOfLog(
  client: Pick<PoolClient, 'query'>,
): Promise<{ first: Day; last: Day } | null> {
  const { rows } = await client.query<{ first: string | null; last: string | null }>(
    `SELECT to_char(min(occurred_at) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS first,
       to_char(max(occurred_at) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS last FROM motcua.event`,
  );
  const { first, last } = rows[0]!;
  return first === null || last === null ? null : { first: localDay(first), last: localDay(last) };
}
