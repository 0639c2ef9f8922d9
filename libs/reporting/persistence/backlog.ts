import type { Pool, PoolClient } from 'pg';
import { type WorkingCalendar, defaultCalendar, isWorkingDay, localDay, startOfDay } from '#libs/calendar';
import { DomainError, type Instant, type Labels, systemClock } from '#libs/kernel';
import { loadCalendarYears } from '#libs/organization';
import { STATES, type StateName, stateInfo } from '#libs/workflow';
import { AGE_BANDS, type AgeBand, TIME_LEFT_BANDS, type TimeLeftBand } from '../backlog-bands.js';
import { addDays } from '../periods.js';
import { ZONE } from './deltas.js';
import { LINE_KEY, type Subject, readOnly, readSubjects } from './reader.js';

export const BACKLOG_KEYS = ['level', 'unit', 'sector', 'procedure', 'state'] as const;
export type BacklogKey = (typeof BACKLOG_KEYS)[number];

/** What is open just now on one line: each dossier once in `byState`, once in `byAge` and once in `byTimeLeft`. */
export interface BacklogLine {
  key: string;
  label: Labels;
  /** accepted and not closed */
  inProcess: number;
  byState: Partial<Record<StateName, number>>;
  byAge: Record<AgeBand, number>;
  byTimeLeft: Record<TimeLeftBand, number>;
  /** filed and not yet accepted: no clock runs, and they are not in `inProcess` */
  notAccepted: number;
}

export interface Backlog {
  by: BacklogKey;
  now: Instant;
  lines: BacklogLine[];
  total: BacklogLine;
  /** the year that the calendar lacks when the next working days could not all be told; dossiers due then stand as `later` */
  calendarYearUnknown: number | null;
}

export interface BacklogQuestion {
  by: BacklogKey;
  now?: Instant;
}

/**
 * What is in process at `now`, by state, age and time left: from the dossiers as they stand, unlike the quarterly report,
 * which looks at the past. Throws DomainError `unknown_report_key`.
 */
export async function backlog(pool: Pool, question: BacklogQuestion): Promise<Backlog> {
  const { by } = question;
  if (!BACKLOG_KEYS.includes(by))
    throw new DomainError('unknown_report_key', { field: 'by', params: { allowed: [...BACKLOG_KEYS] } });
  const now = question.now ?? systemClock.now();
  const calendar = defaultCalendar(await loadCalendarYears(pool, CALENDAR));
  const edges = edgesOf(calendar, now);
  return readOnly(pool, async (client) => {
    const { rows } = await client.query<OpenRow>(openSql(by), [now, ...edges.starts]);
    const subjects = await subjectsOf(client, by, localDay(calendar, now));
    const lines = new Map(subjects.map((s) => [s.key, emptyLine(s.shown, s.label)]));
    const total = emptyLine('total', { vi: 'Tổng cộng', en: 'Total', km: 'សរុប' });
    for (const row of rows) for (const line of [lines.get(row.key)!, total]) add(line, row);
    const shown = [...lines.values()].filter((line) => line.inProcess + line.notAccepted > 0);
    return { by, now, lines: shown, total, calendarYearUnknown: edges.unknownYear };
  });
}

/** The calendar on which deadlines run. */
const CALENDAR = 'state';

async function subjectsOf(
  client: Pick<PoolClient, 'query'>,
  by: BacklogKey,
  today: string,
): Promise<Pick<Subject, 'key' | 'shown' | 'label'>[]> {
  if (by === 'state') return STATES.map((key) => ({ key, shown: key, label: stateInfo(key).label }));
  return readSubjects(client, by, today, addDays(today, 1));
}

interface OpenRow {
  key: string;
  state: StateName;
  age: AgeBand | null;
  time_left: TimeLeftBand;
  dossiers: number;
}

const AGE = `CASE ${AGE_BANDS.map((band) =>
  Number.isFinite(band.until) ? `WHEN age < ${band.until} THEN '${band.name}'` : `ELSE '${band.name}'`,
).join(' ')} END`;

// $1 is now; $2 the start of tomorrow, $3, $4, $5 the starts of the days after the next, third and fifth working day.
// An unknown start is NULL, compares as neither, and leaves the dossier in 'later'.
const openSql = (by: BacklogKey): string => `
  SELECT key, state, CASE WHEN received_at IS NOT NULL THEN ${AGE} END AS age, time_left, count(*) AS dossiers
  FROM (
    SELECT ${by === 'state' ? 'd.state' : LINE_KEY[by]} AS key, d.state, d.received_at,
      (($1::timestamptz AT TIME ZONE '${ZONE}')::date - (d.received_at AT TIME ZONE '${ZONE}')::date) AS age,
      CASE WHEN t.status = 'paused' THEN 'paused'
        WHEN t.status IS DISTINCT FROM 'running' OR t.due_at IS NULL THEN 'unknown'
        WHEN t.due_at < $1::timestamptz THEN 'overdue'
        WHEN t.due_at < $2::timestamptz THEN 'today'
        WHEN t.due_at < $3::timestamptz THEN 'workingDays1'
        WHEN t.due_at < $4::timestamptz THEN 'workingDays2to3'
        WHEN t.due_at < $5::timestamptz THEN 'workingDays4to5'
        ELSE 'later' END AS time_left
    FROM motcua.dossier d
      JOIN motcua.unit u ON u.id = d.competent_unit_id
      JOIN motcua.procedure_version p ON p.id = d.procedure_version_id
      LEFT JOIN motcua.deadline t ON t.dossier_id = d.id
    WHERE d.closed_at IS NULL
  ) AS open_dossier
  GROUP BY 1, 2, 3, 4`;

/** Where the bands of time left begin and end, as moments; null where the calendar does not reach. */
function edgesOf(
  calendar: WorkingCalendar,
  now: Instant,
): { starts: (Instant | null)[]; unknownYear: number | null } {
  const today = localDay(calendar, now);
  const starts: (Instant | null)[] = [startOfDay(calendar, addDays(today, 1))];
  let unknownYear: number | null = null;
  let day = today;
  for (let found = 0; found < 5 && unknownYear === null;) {
    day = addDays(day, 1);
    const works = isWorkingDay(calendar, day);
    if (typeof works !== 'boolean') unknownYear = Number(day.slice(0, 4));
    else if (works) {
      found++;
      if (found === 1 || found === 3 || found === 5) starts.push(startOfDay(calendar, addDays(day, 1)));
    }
  }
  while (starts.length < 4) starts.push(null);
  return { starts, unknownYear };
}

function emptyLine(key: string, label: Labels): BacklogLine {
  return {
    key,
    label,
    inProcess: 0,
    byState: {},
    byAge: Object.fromEntries(AGE_BANDS.map((band) => [band.name, 0])) as Record<AgeBand, number>,
    byTimeLeft: Object.fromEntries(TIME_LEFT_BANDS.map((band) => [band, 0])) as Record<TimeLeftBand, number>,
    notAccepted: 0,
  };
}

function add(line: BacklogLine, row: OpenRow): void {
  const { dossiers } = row;
  if (row.age === null) {
    line.notAccepted += dossiers;
    return;
  }
  line.inProcess += dossiers;
  line.byState[row.state] = (line.byState[row.state] ?? 0) + dossiers;
  line.byAge[row.age] += dossiers;
  line.byTimeLeft[row.time_left] += dossiers;
}
