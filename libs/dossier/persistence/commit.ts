import type { Pool } from 'pg';
import type { Instant } from '#libs/kernel';
import type { Change } from '../decide.js';
import type { AcceptedAnswer, RefusedAnswer } from '../types.js';
import { COMMIT_SQL } from './commit-sql.js';

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

/** `live`: written now. `repeated`: the command id was claimed before, nothing written. `moved`: the dossier's version moved, decide again. */
export interface CommitOutcome {
  outcome: 'live' | 'repeated' | 'moved';
  /** the code given, for a new dossier */
  code: string | null;
}

/** Writes all commitments in one statement, one transaction. Rejects with the driver's error; then nothing was written. */
export async function commit(
  pool: Pool,
  commitments: readonly Commitment[],
  recordedAt: Instant,
): Promise<CommitOutcome[]> {
  const { rows } = await pool.query<CommitOutcome & { ord: number }>({
    name: 'commit',
    text: COMMIT_SQL,
    values: parameters(commitments, recordedAt),
  });
  const outcomes = new Array<CommitOutcome>(commitments.length);
  for (const row of rows) outcomes[row.ord] = { outcome: row.outcome, code: row.code };
  return outcomes;
}

type WithChange = Commitment & { change: Change; ord: number };

function parameters(commitments: readonly Commitment[], recordedAt: Instant): unknown[] {
  const all = commitments.map((commitment, ord) => ({ ...commitment, ord }));
  const changes = all.filter((c): c is WithChange => c.change !== null);
  const col = <T, V>(rows: readonly T[], pick: (row: T) => V): V[] => rows.map(pick);
  const ids = changes.filter((c) => c.change.expected !== null).map((c) => c.change.dossierId);
  return [
    col(all, (c) => c.ord),
    col(all, (c) => c.officer),
    col(all, (c) => c.key),
    col(all, (c) => c.requestHash),
    col(all, (c) => c.dossierId),
    col(all, (c) => JSON.stringify(c.answer)),
    col(all, (c) => c.change?.expected?.version ?? null),
    col(all, (c) => c.change?.expected?.alarms ?? null),
    ids,
    recordedAt,
    ...changeColumns(changes),
    ...birthColumns(changes),
    ...alarmColumns(changes),
    ...deadlineColumns(changes),
    ...partyColumns(changes),
  ];
}

function changeColumns(rows: readonly WithChange[]): unknown[] {
  const col = <V>(pick: (change: Change) => V): V[] => rows.map((row) => pick(row.change));
  return [
    rows.map((row) => row.ord),
    col((c) => c.version),
    col((c) => c.alarmCount),
    col((c) => c.snapshot.state),
    col((c) => c.snapshot.step),
    col((c) => JSON.stringify(c.snapshot)),
    col((c) => c.currentUnitId),
    col((c) => c.at),
    col((c) => c.receivedAt),
    col((c) => c.closedAt),
    col((c) => c.party?.revision ?? null),
    col((c) => c.event.type),
    col((c) => JSON.stringify(c.event.data)),
    col((c) => c.event.unitId),
    col((c) => c.birth !== null),
  ];
}

function birthColumns(rows: readonly WithChange[]): unknown[] {
  const births = rows.flatMap((row) => (row.change.birth ? [{ ord: row.ord, ...row.change.birth }] : []));
  return [
    births.map((b) => b.ord),
    births.map((b) => b.procedureVersionId),
    births.map((b) => b.receivingUnitId),
    births.map((b) => b.competentUnitId),
    births.map((b) => b.channel),
    births.map((b) => b.returnBy),
    births.map((b) => b.day),
    births.map((b) => b.agencyCode),
  ];
}

function alarmColumns(rows: readonly WithChange[]): unknown[] {
  const alarms = rows.flatMap(({ ord, change, stateBefore }) =>
    change.alarms.map((alarm) => ({
      ord,
      ...alarm,
      state: alarm.type === 'deadlineUnknown' ? change.snapshot.state : stateBefore,
      unitId: change.currentUnitId,
    })),
  );
  return [
    alarms.map((a) => a.ord),
    alarms.map((a) => a.type),
    alarms.map((a) => a.at),
    alarms.map((a) => a.state),
    alarms.map((a) => a.unitId),
  ];
}

function deadlineColumns(rows: readonly WithChange[]): unknown[] {
  const deadlines = rows.flatMap((row) =>
    row.change.deadline ? [{ ord: row.ord, ...row.change.deadline }] : [],
  );
  return [
    deadlines.map((d) => d.ord),
    deadlines.map((d) => d.generation),
    deadlines.map((d) => d.status),
    deadlines.map((d) => d.limit.value),
    deadlines.map((d) => d.limit.unit),
    deadlines.map((d) => d.calendar),
    deadlines.map((d) => d.startedAt),
    deadlines.map((d) => d.dueAt),
    deadlines.map((d) => d.soonAt),
    deadlines.map((d) => d.alarmAt),
    deadlines.map((d) => d.remainingMinutes),
    deadlines.map((d) => d.reason),
  ];
}

function partyColumns(rows: readonly WithChange[]): unknown[] {
  const parties = rows.flatMap(({ ord, change }) =>
    change.party ? [{ ord, revision: change.party.revision, at: change.at, ...change.party.fields }] : [],
  );
  return [
    parties.map((p) => p.ord),
    parties.map((p) => p.revision),
    parties.map((p) => p.name ?? null),
    parties.map((p) => p.paperNumber ?? null),
    parties.map((p) => p.address ?? null),
    parties.map((p) => p.phone ?? null),
    parties.map((p) => p.email ?? null),
    parties.map((p) => p.at),
  ];
}
