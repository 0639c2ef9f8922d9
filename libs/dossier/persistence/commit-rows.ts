import type { Change } from '../decide.js';
import type { AcceptedAnswer, RefusedAnswer } from '../types.js';

/** One decided command on its way into the database: an accepted one with its change, or a refusal to remember. */
export interface Commitment {
  officer: string;
  key: string;
  requestHash: string;
  dossierId: string | null;
  answer: Omit<AcceptedAnswer, 'code'> | RefusedAnswer;
  change: Change | null;
  /** the state that the dossier was in before, for the alarms that fell due then */
  stateBefore: string;
}

/** A column of what is sent to the statement: its name and type there, and its value. */
export type Column<Row> = readonly [name: string, type: string, value: (row: Row) => unknown];

type Numbered = Commitment & { ord: number };
type Changed = Numbered & { change: Change };
type Of<Part> = Part & { ord: number };

/** Everything that one statement writes, in rows. Most commands have no birth, alarm, deadline or party. */
export interface CommitRows {
  input: Numbered[];
  change: Changed[];
  birth: Of<NonNullable<Change['birth']>>[];
  alarm: Of<Change['alarms'][number] & { state: string; unitId: number }>[];
  deadline: Of<NonNullable<Change['deadline']>>[];
  party: Of<NonNullable<Change['party']> & { at: string }>[];
}

/** Takes the commitments apart; `ord` holds together what belongs together. */
export function rowsOf(commitments: readonly Commitment[]): CommitRows {
  const input = commitments.map((commitment, ord) => ({ ...commitment, ord }));
  const change = input.filter((row): row is Changed => row.change !== null);
  return {
    input,
    change,
    birth: change.flatMap(({ ord, change: { birth } }) => (birth ? [{ ord, ...birth }] : [])),
    alarm: change.flatMap(({ ord, stateBefore, change: { alarms, currentUnitId } }) =>
      alarms.map((alarm) => ({ ord, ...alarm, state: stateBefore, unitId: currentUnitId })),
    ),
    deadline: change.flatMap(({ ord, change: { deadline } }) => (deadline ? [{ ord, ...deadline }] : [])),
    party: change.flatMap(({ ord, change: { party, at } }) => (party ? [{ ord, ...party, at }] : [])),
  };
}

/** The columns of each part, in the order in which the statement names them. */
export const COLUMNS: { readonly [Part in keyof CommitRows]: readonly Column<CommitRows[Part][number]>[] } = {
  input: [
    ['ord', 'int', (c) => c.ord],
    ['officer', 'text', (c) => c.officer],
    ['key', 'text', (c) => c.key],
    ['hash', 'text', (c) => c.requestHash],
    ['dossier_id', 'uuid', (c) => c.dossierId],
    ['answer', 'jsonb', (c) => JSON.stringify(c.answer)],
    ['expected', 'int', (c) => c.change?.expected?.version ?? null],
    ['expected_alarms', 'int', (c) => c.change?.expected?.alarms ?? null],
  ],
  change: [
    ['ord', 'int', (c) => c.ord],
    ['version', 'int', (c) => c.change.version],
    ['alarms', 'int', (c) => c.change.alarmCount],
    ['state', 'text', (c) => c.change.snapshot.state],
    ['step', 'text', (c) => c.change.snapshot.step],
    ['snapshot', 'jsonb', (c) => JSON.stringify(c.change.snapshot)],
    ['current_unit_id', 'int', (c) => c.change.currentUnitId],
    ['at', 'timestamptz', (c) => c.change.at],
    ['received_at', 'timestamptz', (c) => c.change.receivedAt],
    ['closed_at', 'timestamptz', (c) => c.change.closedAt],
    ['party_revision', 'int', (c) => c.change.party?.revision ?? null],
    ['event_type', 'text', (c) => c.change.event.type],
    ['event_data', 'jsonb', (c) => JSON.stringify(c.change.event.data)],
    ['event_unit_id', 'int', (c) => c.change.event.unitId],
    ['is_new', 'bool', (c) => c.change.birth !== null],
  ],
  birth: [
    ['ord', 'int', (b) => b.ord],
    ['procedure_version_id', 'int', (b) => b.procedureVersionId],
    ['receiving_unit_id', 'int', (b) => b.receivingUnitId],
    ['competent_unit_id', 'int', (b) => b.competentUnitId],
    ['channel', 'text', (b) => b.channel],
    ['return_by', 'text', (b) => b.returnBy],
    ['day', 'date', (b) => b.day],
    ['agency_code', 'text', (b) => b.agencyCode],
  ],
  alarm: [
    ['ord', 'int', (a) => a.ord],
    ['type', 'text', (a) => a.type],
    ['at', 'timestamptz', (a) => a.at],
    ['state', 'text', (a) => a.state],
    ['unit_id', 'int', (a) => a.unitId],
  ],
  deadline: [
    ['ord', 'int', (d) => d.ord],
    ['generation', 'int', (d) => d.generation],
    ['status', 'text', (d) => d.status],
    ['limit_value', 'numeric', (d) => d.limit.value],
    ['limit_unit', 'text', (d) => d.limit.unit],
    ['calendar', 'text', (d) => d.calendar],
    ['started_at', 'timestamptz', (d) => d.startedAt],
    ['due_at', 'timestamptz', (d) => d.dueAt],
    ['soon_at', 'timestamptz', (d) => d.soonAt],
    ['alarm_at', 'timestamptz', (d) => d.alarmAt],
    ['remaining_minutes', 'float8', (d) => d.remainingMinutes],
    ['reason', 'text', (d) => d.reason],
  ],
  party: [
    ['ord', 'int', (p) => p.ord],
    ['revision', 'int', (p) => p.revision],
    ['name', 'text', (p) => p.fields.name ?? null],
    ['paper_number', 'text', (p) => p.fields.paperNumber ?? null],
    ['address', 'text', (p) => p.fields.address ?? null],
    ['phone', 'text', (p) => p.fields.phone ?? null],
    ['email', 'text', (p) => p.fields.email ?? null],
    ['at', 'timestamptz', (p) => p.at],
  ],
};
