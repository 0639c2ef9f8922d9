import type { Pool } from 'pg';
import { fromMillis, type JsonObject, namedId, toMillis } from '#libs/kernel';

/** Test data: a small province, and dossiers written straight into the real tables with the events of their lives. */
export interface Line {
  unit: 'department' | 'district' | 'communeA' | 'communeB';
  procedure: 'birth' | 'land' | 'licence';
  channel: 'counter' | 'online' | 'postal';
}

export interface HistoryEvent {
  type: string;
  at: string;
  /** when it was written down; default: when it happened */
  recordedAt?: string;
  state?: string;
  data?: JsonObject;
}

export interface History extends Line {
  /** names the dossier; the same name is the same dossier */
  name: string;
  events: HistoryEvent[];
}

export const UNITS: Record<
  Line['unit'],
  { code: string; level: string; kind: string; name: string; parent?: Line['unit'] }
> = {
  department: { code: '000.00.01.H59', level: 'province', kind: 'department', name: 'Sở Tư pháp' },
  district: { code: '000.00.22.H59', level: 'district', kind: 'committee', name: 'Huyện Càng Long' },
  communeA: {
    code: '000.31.22.H59',
    level: 'commune',
    kind: 'committee',
    name: 'Xã An Trường',
    parent: 'district',
  },
  communeB: {
    code: '000.32.22.H59',
    level: 'commune',
    kind: 'committee',
    name: 'Xã Đức Mỹ',
    parent: 'district',
  },
};

export const PROCEDURES: Record<Line['procedure'], { code: string; sector: string; level: string }> = {
  birth: { code: '1.001193', sector: 'Hộ tịch', level: 'commune' },
  land: { code: '1.002255', sector: 'Đất đai', level: 'district' },
  licence: { code: '1.003868', sector: 'Hộ tịch', level: 'province' },
};

/** Units, procedures and the period 2019Q2 = [15 March, 15 June) in an empty database. Safe to call twice. */
export async function saveProvince(pool: Pool): Promise<void> {
  await pool.query(`INSERT INTO motcua.level VALUES ('province', 1, 'Cấp tỉnh', 'Province', 'ខេត្ត'),
    ('district', 2, 'Cấp huyện', 'District', 'ស្រុក'), ('commune', 3, 'Cấp xã', 'Commune', 'ឃុំ') ON CONFLICT DO NOTHING`);
  for (const u of Object.values(UNITS))
    await pool.query(
      `INSERT INTO motcua.unit (agency_code, level, kind, name, parent_id)
       VALUES ($1, $2, $3, $4, (SELECT id FROM motcua.unit WHERE agency_code = $5)) ON CONFLICT DO NOTHING`,
      [u.code, u.level, u.kind, u.name, u.parent ? UNITS[u.parent].code : null],
    );
  await pool.query(
    `INSERT INTO motcua.workflow_definition (key, body) VALUES ('report-test@1', '{}') ON CONFLICT DO NOTHING`,
  );
  for (const p of Object.values(PROCEDURES)) await saveProcedureVersion(pool, p, 1, `${p.code} bản 1`);
  await pool.query(
    `INSERT INTO motcua.period VALUES ('2019Q2', 'from-15th', '2019-03-15', '2019-06-15') ON CONFLICT DO NOTHING`,
  );
}

/** One version of a procedure. */
export async function saveProcedureVersion(
  pool: Pool,
  p: { code: string; sector: string; level: string },
  version: number,
  name: string,
): Promise<void> {
  await pool.query(
    `INSERT INTO motcua.procedure_version (code, version, name, sector, level, online_level, channels, limit_value, limit_unit, definition_key)
     VALUES ($1, $2, $3, $4, $5, 3, '{counter,online,postal}', 5, 'working_day', 'report-test@1') ON CONFLICT DO NOTHING`,
    [p.code, version, name, p.sector, p.level],
  );
}

const CLOSING = ['resolved', 'withdrawn', 'discontinued', 'refused', 'voided'];

/** The id of the dossier of that name. */
export const idOf = (name: string): string => namedId(`report-test ${name}`);

/** Writes the dossier's row as it stands after all its events. */
export const saveDossier = (pool: Pool, history: History): Promise<void> => saveDossiers(pool, [history]);

/** Writes the rows of several dossiers as they stand after all their events. */
export async function saveDossiers(pool: Pool, all: readonly History[]): Promise<void> {
  const when = (h: History, types: string[]): string | null =>
    h.events.find((e) => types.includes(e.type))?.at ?? null;
  await pool.query(
    `INSERT INTO motcua.dossier (id, code, procedure_version_id, receiving_unit_id, competent_unit_id, current_unit_id, channel,
       return_by, state, version, snapshot, submitted_at, received_at, closed_at, last_at)
     SELECT h.id, h.name, p.id, u.id, u.id, u.id, h.channel, 'counter', h.state, h.version, '{}', h.first, h.received, h.closed, h.first
     FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::int[],
         $8::timestamptz[], $9::timestamptz[], $10::timestamptz[])
       AS h (id, name, unit, procedure, channel, state, version, first, received, closed)
       JOIN motcua.unit u ON u.agency_code = h.unit
       JOIN motcua.procedure_version p ON p.code = h.procedure AND p.version = 1
     ON CONFLICT (id) DO UPDATE SET state = excluded.state, version = excluded.version, received_at = excluded.received_at,
       closed_at = excluded.closed_at`,
    [
      all.map((h) => idOf(h.name)),
      all.map((h) => h.name),
      all.map((h) => UNITS[h.unit].code),
      all.map((h) => PROCEDURES[h.procedure].code),
      all.map((h) => h.channel),
      all.map((h) => h.events.at(-1)?.state ?? 'submitted'),
      all.map((h) => h.events.length),
      all.map((h) => h.events[0]!.at),
      all.map((h) => when(h, ['received'])),
      all.map((h) => when(h, CLOSING)),
    ],
  );
}

/** Appends events to the log, in one transaction each call. `from`: the version of the first. */
export async function saveEvents(
  pool: Pool,
  name: string,
  events: readonly HistoryEvent[],
  from = 1,
): Promise<void> {
  await appendEvents(
    pool,
    events.map((event, i) => ({ ...event, name, version: from + i })),
  );
}

/** Appends events of several dossiers to the log in one statement, in the order given. */
export async function appendEvents(
  pool: Pool,
  events: readonly (HistoryEvent & { name: string; version: number })[],
): Promise<void> {
  await pool.query(
    `INSERT INTO motcua.event (epoch, dossier_id, version, type, state, officer, unit_id, occurred_at, recorded_at, data)
     SELECT (SELECT epoch FROM motcua.log_epoch), id, version, type, state, 'counter-1@test', 1, at, recorded, data
     FROM unnest($1::uuid[], $2::int[], $3::text[], $4::text[], $5::timestamptz[], $6::timestamptz[], $7::jsonb[])
       WITH ORDINALITY AS e (id, version, type, state, at, recorded, data, n) ORDER BY n`,
    [
      events.map((e) => idOf(e.name)),
      events.map((e) => e.version),
      events.map((e) => e.type),
      events.map((e) => e.state ?? 'processing'),
      events.map((e) => e.at),
      events.map((e) => e.recordedAt ?? e.at),
      events.map((e) => JSON.stringify(e.data ?? {})),
    ],
  );
}

/** Writes whole dossiers: their rows, and their events in the order in which they were recorded. */
export async function saveHistories(pool: Pool, histories: readonly History[]): Promise<void> {
  await saveDossiers(pool, histories);
  const events = histories.flatMap((h) => h.events.map((e, i) => ({ ...e, name: h.name, version: i + 1 })));
  const recorded = (e: HistoryEvent): string => e.recordedAt ?? e.at;
  await appendEvents(
    pool,
    events.sort((a, b) => (recorded(a) < recorded(b) ? -1 : recorded(a) > recorded(b) ? 1 : 0)),
  );
}

/** A moment by the clock on the wall in Trà Vinh, e.g. `at('2019-04-02 09:30')`. */
export const at = (local: string): string => fromMillis(toMillis(`${local.replace(' ', 'T')}:00+07:00`));

/** The event that accepts a dossier. */
export const received = (when: string): HistoryEvent => ({
  type: 'received',
  at: at(when),
  state: 'received',
  data: { counted: true },
});

/** The event that closes an accepted dossier. */
export const closed = (
  type: 'resolved' | 'withdrawn' | 'discontinued',
  when: string,
  timing: 'before' | 'on' | 'overdue' = 'on',
  wasOverdue = false,
): HistoryEvent => ({
  type,
  at: at(when),
  state: type,
  data: { counted: true, timing, ...(wasOverdue ? { wasOverdue: true } : {}) },
});

/** The alarm of a missed deadline. */
export const overdue = (when: string): HistoryEvent => ({ type: 'overdue', at: at(when) });
