import { fromMillis, toMillis, type Instant } from '#libs/kernel';
import { COLUMNS, rowsOf, type CommitRows } from '../../../libs/dossier/persistence/commit-rows.js';
import { single } from '../../../libs/dossier/persistence/columns.js';
import type { Lived } from './live.js';

/** The tables that a commit writes, each as the columns that a COPY names. */
export const TABLES = {
  dossier:
    'id, code, procedure_version_id, receiving_unit_id, competent_unit_id, current_unit_id, channel, return_by, state, step, ' +
    'version, alarms, snapshot, party_revision, submitted_at, received_at, closed_at, received_by, approved_by, last_at, held_by, head',
  dossier_party: 'dossier_id, revision, name, paper_number, address, phone, email, occurred_at, recorded_at',
  deadline:
    'dossier_id, generation, status, limit_value, limit_unit, calendar, started_at, due_at, soon_at, alarm_at, ' +
    'remaining_minutes, reason',
  event: 'epoch, dossier_id, version, type, state, officer, unit_id, occurred_at, recorded_at, data, hash',
  command: 'officer, key, request_hash, dossier_id, version, step, due_at, recorded_at',
  code_counter: 'unit_id, day, last',
} as const;
export type Table = keyof typeof TABLES;

type Part = keyof CommitRows;
type RowOf<P extends Part> = CommitRows[P][number];
type Changed = Pick<RowOf<'move'>, keyof RowOf<'move'>>;
type Encode<Row> = (row: Row) => unknown;

/** The engine's own encoders of some columns of a part, as text. */
function encoders<P extends Part>(part: P, names: string): Encode<RowOf<P>>[] {
  return names.split(', ').map((name) => {
    const column = COLUMNS[part].find(([own]) => own === name);
    if (!column) throw new Error(`the commit has no column ${part}.${name}`);
    const valueOf = column[2] as Encode<RowOf<P>>;
    return (row) => copied(single(column[1], valueOf(row)));
  });
}

/** Bytes as text, which is what is copied. */
const copied = (value: unknown): unknown => (Buffer.isBuffer(value) ? `\\x${value.toString('hex')}` : value);

const apply = <Row>(own: readonly Encode<Row>[], row: Row): unknown[] => own.map((encode) => encode(row));

// A birth has the columns of a move, too, and both encode them alike.
const change = (names: string): Encode<Changed>[] => encoders('move', names) as Encode<Changed>[];
const claims = change('officer, key, hash, dossier_id, version, step, due_at');
const homes = encoders('birth', 'procedure_version_id, receiving_unit_id, competent_unit_id');
const ways = encoders('birth', 'channel, return_by');
const holder = change('current_unit_id');
const places = change('state, step, version, alarms, snapshot');
const events = change('version, event_type, state, officer, event_unit_id, at');
const data = change('event_data');
const [head, own, newHolder] = change('head, event_hash, holder') as [
  Encode<Changed>,
  Encode<Changed>,
  Encode<Changed>,
];
const when = change('at');
const turns = encoders('move', 'received_at, closed_at, received_by, approved_by');
const alarms = encoders('alarm', 'type, state');
const alarmUnits = encoders('alarm', 'unit_id, at');
const alarmHash = encoders('alarm', 'hash');
const deadlines = encoders(
  'deadline',
  'generation, status, limit_value, limit_unit, calendar, started_at, due_at, soon_at, alarm_at, remaining_minutes, reason',
);
const revisions = encoders('party', 'revision');
const parties = encoders('party', 'name, paper_number, address, phone, email');
const namedAt = encoders('party', 'at');

/** Where the rows of a life go; events and commands are put into the order of `recordedAt` by whoever takes them. */
export interface Sink {
  row(table: Exclude<Table, 'event' | 'command'>, values: unknown[]): void;
  event(recordedAt: Instant, values: unknown[]): void;
  command(recordedAt: Instant, values: unknown[]): void;
}

const ALARM_LATER_MS = 300;

/** Takes a life apart into rows, as the statements of its commits would have left them. */
export function writeRows({ id, code, committed }: Lived, sink: Sink): void {
  const rows = rowsOf(committed.map((one) => one.commitment));
  const of = (ord: number): Instant => committed[ord]!.recordedAt;
  const birth = rows.birth[0]!;
  const moves = rows.move.toSorted((a, b) => a.ord - b.ord);
  for (const row of [birth, ...moves]) {
    const recordedAt = of(row.ord);
    const raised = row.change.alarms.length === 0 ? [] : rows.alarm.filter(({ ord }) => ord === row.ord);
    // What fell due before the command stands before it in the log; a date that nobody knows, after it.
    const late = raised.filter(({ type }) => type === 'deadlineUnknown');
    const { version } = row.change;
    for (const alarm of raised)
      if (!late.includes(alarm)) sink.event(...alarmRow(id, version - 1, alarm, recordedAt));
    sink.event(recordedAt, [
      EPOCH,
      id,
      ...apply(events, row),
      recordedAt,
      ...apply(data, row),
      own(row) ?? head(row),
    ]);
    for (const alarm of late) sink.event(...alarmRow(id, version, alarm, recordedAt));
    if (row.key !== '') sink.command(recordedAt, [...apply(claims, row), recordedAt]);
  }
  const last = moves.at(-1) ?? birth;
  const told = turns.map((encode) => moves.map(encode).findLast((value) => value !== null) ?? null);
  const holders = [birth, ...moves].map(newHolder).filter((unit) => unit !== null);
  sink.row('dossier', [
    id, code, ...apply(homes, birth), ...apply(holder, last), ...apply(ways, birth), ...apply(places, last),
    rows.party.at(-1)!.revision, ...apply(when, birth), ...told, ...apply(when, last),
    holders.length > 0 ? `{${holders.join(',')}}` : null, head(last),
  ]); // prettier-ignore
  const clock = rows.deadline.at(-1);
  if (clock) sink.row('deadline', [id, ...apply(deadlines, clock)]);
  let known: unknown[] = [];
  for (const party of rows.party) {
    // What a revision leaves out it has from the one before; '' takes it away.
    known = parties.map((encode, nth) => encode(party) ?? known[nth] ?? null);
    const fields = known.map((value) => (value === '' ? null : value));
    sink.row('dossier_party', [
      id, ...apply(revisions, party), ...fields, ...apply(namedAt, party), of(party.ord),
    ]); // prettier-ignore
  }
}

const EPOCH = 1;

/** An alarm's event, noticed by an alarm clock that runs, and never after the command that follows it. */
function alarmRow(id: string, version: number, alarm: RowOf<'alarm'>, latest: Instant): [Instant, unknown[]] {
  const [type, state] = apply(alarms, alarm);
  const noticed = fromMillis(toMillis(alarm.at) + ALARM_LATER_MS);
  const known = noticed < latest ? noticed : latest;
  return [
    known,
    [
      EPOCH,
      id,
      version,
      type,
      state,
      'system',
      ...apply(alarmUnits, alarm),
      known,
      '{}',
      ...apply(alarmHash, alarm),
    ],
  ];
}
