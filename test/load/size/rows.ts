import { fromMillis, toMillis, type Instant } from '#libs/kernel';
import { COLUMNS, rowsOf, type CommitRows } from '../../../libs/dossier/persistence/commit-rows.js';
import type { Lived } from './live.js';

/** The tables that a commit writes, each as the columns that a COPY names. */
export const TABLES = {
  dossier:
    'id, code, procedure_version_id, receiving_unit_id, competent_unit_id, current_unit_id, channel, return_by, state, step, ' +
    'version, alarms, snapshot, party_revision, submitted_at, received_at, closed_at, last_at',
  dossier_party: 'dossier_id, revision, name, paper_number, address, phone, email, occurred_at, recorded_at',
  deadline:
    'dossier_id, generation, status, limit_value, limit_unit, calendar, started_at, due_at, soon_at, alarm_at, ' +
    'remaining_minutes, reason',
  event: 'epoch, dossier_id, version, type, state, officer, unit_id, occurred_at, recorded_at, data',
  command: 'officer, key, request_hash, dossier_id, answer, recorded_at',
  code_counter: 'unit_id, day, last',
} as const;
export type Table = keyof typeof TABLES;

type Part = keyof CommitRows;
type RowOf<P extends Part> = CommitRows[P][number];

/** The engine's own encoder of one column. */
function encoder<P extends Part>(part: P, name: string): (row: RowOf<P>) => unknown {
  const column = COLUMNS[part].find(([own]) => own === name);
  if (!column) throw new Error(`the commit has no column ${part}.${name}`);
  return column[2] as (row: RowOf<P>) => unknown;
}

const encoders = <P extends Part>(part: P, names: string): ((row: RowOf<P>) => unknown)[] =>
  names.split(', ').map((name) => encoder(part, name));

const inputs = encoders('input', 'officer, key, hash, dossier_id, answer');
const births = encoders('birth', 'procedure_version_id, receiving_unit_id, competent_unit_id');
const ways = encoders('birth', 'channel, return_by');
const places = encoders('change', 'state, step, version, alarms, snapshot');
const events = encoders('change', 'event_type, state');
const version = encoder('change', 'version');
const currentUnit = encoder('change', 'current_unit_id');
const at = encoder('change', 'at');
const receivedAt = encoder('change', 'received_at');
const closedAt = encoder('change', 'closed_at');
const officer = encoder('input', 'officer');
const eventUnit = encoder('change', 'event_unit_id');
const eventData = encoder('change', 'event_data');
const alarms = encoders('alarm', 'type, state');
const alarmUnit = encoder('alarm', 'unit_id');
const alarmAt = encoder('alarm', 'at');
const deadlines = encoders(
  'deadline',
  'generation, status, limit_value, limit_unit, calendar, started_at, due_at, soon_at, alarm_at, remaining_minutes, reason',
);
const revision = encoder('party', 'revision');
const parties = encoders('party', 'name, paper_number, address, phone, email');
const namedAt = encoder('party', 'at');

/** Where the rows of a life go; events and commands are put into the order of `recordedAt` by whoever takes them. */
export interface Sink {
  row(table: Exclude<Table, 'event' | 'command'>, values: unknown[]): void;
  event(recordedAt: Instant, values: unknown[]): void;
  command(recordedAt: Instant, values: unknown[]): void;
}

const ALARM_LATER_MS = 300;

/** Takes a life apart into rows, as the statement of its commits would have left them. `keepFrom`: older answers are forgotten. */
export function writeRows({ id, code, committed }: Lived, keepFrom: Instant, sink: Sink): void {
  const rows = rowsOf(committed.map((one) => one.commitment));
  const of = (ord: number): Instant => committed[ord]!.recordedAt;
  for (const row of rows.change) {
    const v = version(row) as number;
    const recordedAt = of(row.ord);
    const [type, state] = events.map((encode) => encode(row));
    const by = officer(rows.input[row.ord]!);
    const own = [1, id, v, type, state, by, eventUnit(row), at(row), recordedAt, eventData(row)];
    const raised = row.change.alarms.length === 0 ? [] : rows.alarm.filter(({ ord }) => ord === row.ord);
    // What fell due before the command stands before it in the log; a date that nobody knows, after it.
    for (const alarm of raised.filter((one) => one.type !== 'deadlineUnknown'))
      sink.event(...alarmRow(id, v - 1, alarm, recordedAt));
    sink.event(recordedAt, own);
    for (const alarm of raised.filter((one) => one.type === 'deadlineUnknown'))
      sink.event(...alarmRow(id, v, alarm, recordedAt));
  }
  for (const row of rows.input)
    if (row.key !== '') sink.command(of(row.ord), [...inputs.map((encode) => encode(row)), of(row.ord)]);

  const birth = rows.birth[0]!;
  const first = rows.change[0]!;
  const last = rows.change.at(-1)!;
  const told = (encode: (row: RowOf<'change'>) => unknown): unknown =>
    rows.change.map(encode).findLast((value) => value !== null) ?? null;
  sink.row('dossier', [
    id, code, ...births.map((encode) => encode(birth)), currentUnit(last), ...ways.map((encode) => encode(birth)),
    ...places.map((encode) => encode(last)), rows.party.at(-1)!.revision, at(first), told(receivedAt), told(closedAt), at(last),
  ]); // prettier-ignore
  const clock = rows.deadline.at(-1);
  if (clock) sink.row('deadline', [id, ...deadlines.map((encode) => encode(clock))]);
  let known: unknown[] = [];
  for (const party of rows.party) {
    // What a revision leaves out it has from the one before; '' takes it away.
    known = parties.map((encode, nth) => encode(party) ?? known[nth] ?? null);
    sink.row('dossier_party', [
      id, revision(party), ...known.map((value) => (value === '' ? null : value)), namedAt(party), of(party.ord),
    ]); // prettier-ignore
  }
}

/** An alarm's event, noticed by an alarm clock that runs, and never after the command that follows it. */
function alarmRow(id: string, v: number, alarm: RowOf<'alarm'>, latest: Instant): [Instant, unknown[]] {
  const [type, state] = alarms.map((encode) => encode(alarm));
  const moment = alarmAt(alarm) as Instant;
  const noticed = fromMillis(toMillis(moment) + ALARM_LATER_MS);
  const known = noticed < latest ? noticed : latest;
  return [known, [1, id, v, type, state, 'system', alarmUnit(alarm), moment, known, '{}']];
}
