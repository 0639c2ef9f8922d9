import type { Hands } from '#libs/database';
import type { Acting } from '#libs/identity';
import { compact } from '#libs/workflow';
import { alarmsBefore, type Before, type Links } from '../chain.js';
import type { Change } from '../decide.js';
import type { AcceptedAnswer, RefusedAnswer } from '../types.js';
import { type Batch, seenFrom } from './batch.js';
import type { ColumnType } from './columns.js';

/** One decided command on its way into the database: an accepted one with its change, or a refusal to remember. */
export interface Commitment extends Links {
  /** its place in the batch: holds together what belongs together */
  ord: number;
  officer: string;
  /** whose dossiers may be changed by it */
  acting: Pick<Acting, 'scope'>;
  key: string;
  requestHash: string;
  dossierId: string | null;
  answer: Omit<AcceptedAnswer, 'code'> | RefusedAnswer;
  change: Change | null;
  /** the units that the dossier has to do with, as it was decided on; null when there is none */
  hands: Hands | null;
  /** where the dossier stood before, for the alarms that fell due then */
  before: Pick<Before, 'state' | 'unitId'>;
}

/** A column of what is sent to the statement: its name and type there, and its value. */
export type Column<Row> = readonly [name: string, type: ColumnType, value: (row: Row) => unknown];

type Changed = Commitment & { change: Change; hands: Hands };
type Born = Changed & { change: Change & { birth: NonNullable<Change['birth']> } };
type Of<Part> = Part & { ord: number };

/** Everything that one statement writes, in rows. Each command is a move, a birth or a refusal; the rest most do without. */
export interface CommitRows {
  move: Changed[];
  birth: Born[];
  refusal: Commitment[];
  alarm: Of<Change['alarms'][number] & { state: string; unitId: number; hash: Uint8Array }>[];
  deadline: Of<NonNullable<Change['deadline']>>[];
  party: Of<NonNullable<Change['party']> & { at: string }>[];
}

/**
 * Takes the commitments apart; `ord` holds together what belongs together. Moves come in the order of their dossiers' ids,
 * so that two processes that commit the same dossiers lock them in the same order and meet without a circle.
 */
export function rowsOf(commitments: readonly Commitment[]): CommitRows {
  const rows: CommitRows = { move: [], birth: [], refusal: [], alarm: [], deadline: [], party: [] };
  for (const commitment of commitments) {
    const { ord, change, before, hashes } = commitment;
    if (!change) {
      rows.refusal.push(commitment);
      continue;
    }
    if (change.birth) rows.birth.push(commitment as Born);
    else rows.move.push(commitment as Changed);
    change.alarms.forEach((alarm, nth) => {
      // The command's own hash stands between those before it and the one after it.
      const hash = hashes[nth < alarmsBefore(change) ? nth : nth + 1]!;
      rows.alarm.push({ ord, ...alarm, ...before, hash });
    });
    if (change.deadline) rows.deadline.push({ ord, ...change.deadline });
    if (change.party) rows.party.push({ ord, ...change.party, at: change.at });
  }
  rows.move.sort((a, b) => (a.change.dossierId < b.change.dossierId ? -1 : 1));
  return rows;
}

/** What the statement may touch: no more than its rows say that they change, each by the unit that makes it their officer's. */
export function batchOf(commitments: readonly Commitment[]): Batch {
  const units = new Set<number>();
  const dossiers: string[] = [];
  const officers = new Set<string>();
  for (const { officer, acting, change, hands } of commitments) {
    officers.add(officer);
    if (!change || !hands) continue;
    dossiers.push(change.dossierId);
    const seen = change.birth ? null : seenFrom(acting.scope, hands);
    units.add(seen ?? hands.receivingUnitId);
  }
  return { units: [...units], dossiers, officers: [...officers] };
}

const CLAIM: readonly Column<Commitment>[] = [
  ['ord', 'int', (c) => c.ord],
  ['officer', 'text', (c) => c.officer],
  ['key', 'text', (c) => c.key],
  ['hash', 'bytea', (c) => c.requestHash],
  ['dossier_id', 'uuid', (c) => c.dossierId],
];

const CHANGE: readonly Column<Changed>[] = [
  ...CLAIM,
  ['version', 'int', (c) => c.change.version],
  ['alarms', 'int', (c) => c.change.alarmCount],
  ['state', 'text', (c) => c.change.snapshot.state],
  ['step', 'text', (c) => c.change.snapshot.step],
  ['snapshot', 'jsonb', (c) => compact(c.change.snapshot)],
  ['current_unit_id', 'int', (c) => c.change.currentUnitId],
  ['at', 'timestamptz', (c) => c.change.at],
  ['event_type', 'text', (c) => c.change.event.type],
  ['event_data', 'jsonb', (c) => c.change.event.data],
  ['event_unit_id', 'int', (c) => c.change.event.unitId],
  ['due_at', 'timestamptz', (c) => c.change.dueAt],
  ['holder', 'int', (c) => c.change.holder],
  ['head', 'bytea', (c) => c.head],
  ['event_hash', 'bytea', (c) => ownHash(c)],
];

/** The hash of the command's event, where it is not the last one that is written: null says that it is the head. */
function ownHash({ change, hashes, head }: Changed): Uint8Array | null {
  const own = hashes[alarmsBefore(change)]!;
  return own === head ? null : own;
}

/** The columns of each part, in the order in which the statement names them. */
export const COLUMNS: { readonly [Part in keyof CommitRows]: readonly Column<CommitRows[Part][number]>[] } = {
  move: [
    ...CHANGE,
    ['expected_alarms', 'int', (c) => c.change.expected!.alarms],
    ['received_at', 'timestamptz', (c) => c.change.receivedAt],
    ['closed_at', 'timestamptz', (c) => c.change.closedAt],
    ['party_revision', 'int', (c) => c.change.party?.revision ?? null],
    ['received_by', 'int', (c) => c.change.receivedBy],
    ['approved_by', 'int', (c) => c.change.approvedBy],
    ['scope_unit', 'int', (c) => seenFrom(c.acting.scope, c.hands)],
  ],
  birth: [
    ...CHANGE,
    ['procedure_version_id', 'int', (c) => c.change.birth.procedureVersionId],
    ['receiving_unit_id', 'int', (c) => c.change.birth.receivingUnitId],
    ['competent_unit_id', 'int', (c) => c.change.birth.competentUnitId],
    ['channel', 'text', (c) => c.change.birth.channel],
    ['return_by', 'text', (c) => c.change.birth.returnBy],
    ['day', 'date', (c) => c.change.birth.day],
    ['agency_code', 'text', (c) => c.change.birth.agencyCode],
  ],
  refusal: [...CLAIM, ['refusal', 'jsonb', (c) => c.answer]],
  alarm: [
    ['ord', 'int', (a) => a.ord],
    ['type', 'text', (a) => a.type],
    ['at', 'timestamptz', (a) => a.at],
    ['state', 'text', (a) => a.state],
    ['unit_id', 'int', (a) => a.unitId],
    ['hash', 'bytea', (a) => a.hash],
  ],
  deadline: [
    ['ord', 'int', (d) => d.ord],
    ['generation', 'int', (d) => d.generation],
    ['status', 'text', (d) => d.status],
    ['limit_value', 'float8', (d) => d.limit.value],
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
