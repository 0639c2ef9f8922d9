import type { PoolClient } from 'pg';
import { type WorkingCalendar, defaultCalendar, isWorkingDay, localDay, startOfDay } from '#libs/calendar';
import { boardSql, recentDossiers } from '#libs/dossier';
import { DomainError, type Instant, type Labels, systemClock } from '#libs/kernel';
import { loadCalendarYears } from '#libs/organization';
import { STATES, type StateName, stateInfo } from '#libs/workflow';
import { AGE_BANDS, type AgeBand, TIME_LEFT_BANDS, type TimeLeftBand } from '../backlog-bands.js';
import { addDays } from '../periods.js';
import { LINE_KEY, type ReportSource, type Subject, readOnly, readSubjects, unitsOf } from './reader.js';

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
 * What is in process at `now`, by state, age and time left: from the board of dossiers as they stand, unlike the quarterly report,
 * which looks at the past. For a person it is of the units of their scope. Throws DomainError `unknown_report_key`.
 */
export async function backlog(source: ReportSource, question: BacklogQuestion): Promise<Backlog> {
  const { by } = question;
  if (!BACKLOG_KEYS.includes(by))
    throw new DomainError('unknown_report_key', { field: 'by', params: { allowed: [...BACKLOG_KEYS] } });
  const now = question.now ?? systemClock.now();
  const units = unitsOf(source);
  return readOnly(source, async (client) => {
    const calendar = defaultCalendar(await loadCalendarYears(client, CALENDAR));
    const edges = edgesOf(calendar, now);
    const recent = await recentDossiers(client);
    const values: unknown[] = [now, ...edges.starts, ...ageEdges(calendar, now)];
    const bind = (value: unknown): string => `$${values.push(value)}`;
    const board = boardSql(recent, bind);
    const own = units === null ? 'true' : `competent_unit_id = ANY(${bind(units)}::int[])`;
    const { rows } = await client.query<OpenRow>(openSql(by, board, own), values);
    const subjects = await subjectsOf(client, by, localDay(calendar, now), units);
    const open = new Set(rows.map((row) => row.key));
    const lines = new Map(
      subjects.filter((s) => open.has(s.key)).map((s) => [s.key, emptyLine(s.shown, s.label)]),
    );
    const total = emptyLine('total', { vi: 'Tổng cộng', en: 'Total', km: 'សរុប' });
    for (const row of rows) for (const line of [lines.get(row.key)!, total]) add(line, row);
    return { by, now, lines: [...lines.values()], total, calendarYearUnknown: edges.unknownYear };
  });
}

/** The calendar on which deadlines run. */
const CALENDAR = 'state';

async function subjectsOf(
  client: Pick<PoolClient, 'query'>,
  by: BacklogKey,
  today: string,
  units: readonly number[] | null,
): Promise<Pick<Subject, 'key' | 'shown' | 'label'>[]> {
  if (by === 'state') return STATES.map((key) => ({ key, shown: key, label: stateInfo(key).label }));
  return readSubjects(client, by, today, addDays(today, 1), units);
}

interface OpenRow {
  key: string;
  state: StateName;
  /** number of the band in AGE_BANDS; null: not accepted yet */
  age: number | null;
  /** number of the band in TIME_LEFT_BANDS */
  time_left: number;
  dossiers: number;
}

// $1 is now; $2 the start of tomorrow, $3, $4, $5 the starts of the days after the next, third and fifth working day; from $6
// on the moments after which the bands of age begin. An unknown start is NULL, compares as neither, and leaves the dossier in
// 'later'. Only moments are compared: to ask the zone for the day of each dossier would take longer than all the rest.
const AGE = `CASE WHEN received_at IS NULL THEN NULL ${AGE_BANDS.map((band, nth) =>
  Number.isFinite(band.until) ? `WHEN received_at >= $${6 + nth}::timestamptz THEN ${nth}` : `ELSE ${nth}`,
).join(' ')} END`;
const band = (name: TimeLeftBand): number => TIME_LEFT_BANDS.indexOf(name);
const TIME_LEFT = `CASE WHEN clock = 'paused' THEN ${band('paused')}
  WHEN clock IS DISTINCT FROM 'running' OR due_at IS NULL THEN ${band('unknown')}
  WHEN due_at < $1::timestamptz THEN ${band('overdue')}
  WHEN due_at < $2::timestamptz THEN ${band('today')}
  WHEN due_at < $3::timestamptz THEN ${band('workingDays1')}
  WHEN due_at < $4::timestamptz THEN ${band('workingDays2to3')}
  WHEN due_at < $5::timestamptz THEN ${band('workingDays4to5')}
  ELSE ${band('later')} END`;

/** By what dossiers are put together before the few that are left are given their line's key. */
const GROUPED: Readonly<Record<BacklogKey, 'competent_unit_id' | 'procedure_version_id' | 'state'>> = {
  level: 'competent_unit_id',
  unit: 'competent_unit_id',
  sector: 'procedure_version_id',
  procedure: 'procedure_version_id',
  state: 'state',
};

function openSql(by: BacklogKey, board: string, own: string): string {
  const group = GROUPED[by];
  const subject = {
    competent_unit_id: 'JOIN motcua.unit u ON u.id = subject',
    procedure_version_id: 'JOIN motcua.procedure_version p ON p.id = subject',
    state: '',
  }[group];
  return `
    SELECT ${by === 'state' ? 'subject' : LINE_KEY[by]} AS key, state, age, time_left, dossiers
    FROM (
      SELECT ${group} AS subject, state, ${AGE} AS age, ${TIME_LEFT} AS time_left, count(*) AS dossiers
      FROM ${board} AS b WHERE NOT closed AND ${own} GROUP BY 1, 2, 3, 4
    ) AS open_dossier ${subject}`;
}

/** The moments from which on a dossier was received to be in each band of age, the last without an end aside. */
function ageEdges(calendar: WorkingCalendar, now: Instant): Instant[] {
  const today = localDay(calendar, now);
  return AGE_BANDS.filter((band) => Number.isFinite(band.until)).map((band) =>
    startOfDay(calendar, addDays(today, 1 - band.until)),
  );
}

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
  line.byAge[AGE_BANDS[row.age]!.name] += dossiers;
  line.byTimeLeft[TIME_LEFT_BANDS[row.time_left]!] += dossiers;
}
