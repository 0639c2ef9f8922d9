import type { Pool } from '#libs/database';
import type { Limit, WorkingCalendar } from '#libs/calendar';
import { limitFor } from '#libs/catalogue';
import type { Clock, Instant, JsonObject } from '#libs/kernel';
import type { DeadlineFact } from '#libs/workflow';
import { linked, type Links } from './chain.js';
import { applyFact, isOverdue, type DeadlineRow } from './deadline.js';
import { deadlineFacts, pinned, type Reference } from './decide.js';
import { openDeadlines, replaceDeadline, type OpenDeadline } from './persistence/recompute.js';

const ROUND = 500;

/**
 * Computes the deadlines of all open dossiers again from their facts, on the calendar as it is known now. A date that was
 * unknown becomes known, and a holiday that was decided late moves the dates of dossiers already received. Each change is
 * an event of its own, `deadlineComputed`; the dossier's version does not move.
 */
export async function recomputeDeadlines(
  pool: Pool,
  reference: Reference,
  clock: Clock,
): Promise<{ looked: number; changed: number; unknown: number }> {
  const done = { looked: 0, changed: 0, unknown: 0 };
  let after = '00000000-0000-0000-0000-000000000000';
  for (;;) {
    const open = await openDeadlines(pool, after, ROUND);
    for (const dossier of open) {
      done.looked++;
      const now = clock.now();
      const next = recomputed(dossier, reference, now);
      if (next.status === 'unknown') done.unknown++;
      if (sameDate(next, dossier.row)) continue;
      const data = {
        deadline: deadlineFacts(next),
        ...(clears(dossier.row, next, now) ? { wasOverdue: true } : {}),
      };
      if (await replaceDeadline(pool, dossier, next, data, linkOf(dossier, data, now), now)) done.changed++;
    }
    if (open.length < ROUND) return done;
    after = open.at(-1)!.id;
  }
}

function linkOf({ id, version, state, unitId, head }: OpenDeadline, data: JsonObject, now: Instant): Links {
  const event = { dossierId: id, version, type: 'deadlineComputed', state, officer: 'system', unitId };
  return linked(head, [{ ...event, occurredAt: now, data }]);
}

function recomputed(dossier: OpenDeadline, { catalogue, calendar }: Reference, now: Instant): DeadlineRow {
  const { version, definition } = pinned(catalogue, dossier.procedureVersionId);
  const limit = limitFor(version, dossier.channel);
  const row = foldFacts(dossier.facts, definition.supplementPolicy, limit, calendar);
  if (row === null) return dossier.row;
  return {
    ...row,
    generation: dossier.row.generation + 1,
    alarmAt: nextAlarm(dossier.row, row, now),
    startedAt: row.startedAt ?? now,
  };
}

/**
 * The alarm of a date that was computed again. One that was raised for this very date is not raised again; nor is one of a
 * dossier that stood as overdue and still does: the report would count it twice. A date that is past already makes the
 * dossier late from now on, because that is when it was decided: a period that has ended stays as it was counted.
 */
function nextAlarm(before: DeadlineRow, next: DeadlineRow, now: Instant): Instant | null {
  if (next.status !== 'running') return null;
  if (before.status === 'running' && before.dueAt === next.dueAt) return before.alarmAt;
  if (!isOverdue(next, now)) return next.alarmAt;
  return before.alarmAt === null && isOverdue(before, now) ? null : now;
}

/** One event that touched the clock. */
export interface TimedFact {
  type: string;
  at: Instant;
}

/** The deadline that a chain of events makes on a calendar: what `receive` started, and each pause and resumption after it. */
export function foldFacts(
  facts: readonly TimedFact[],
  policy: 'pause' | 'restart',
  limit: Limit,
  calendar: WorkingCalendar,
): DeadlineRow | null {
  let row: DeadlineRow | null = null;
  for (const { type, at } of facts) {
    const fact = factOf(type, policy);
    if (fact && (row !== null || fact.kind === 'start')) row = applyFact(row, fact, at, limit, calendar);
  }
  return row;
}

function factOf(type: string, policy: 'pause' | 'restart'): DeadlineFact | null {
  switch (type) {
    case 'received':
      return { kind: 'start' };
    case 'supplementRequested':
      return { kind: 'pause', because: 'supplement' };
    case 'paymentRequested':
      return { kind: 'pause', because: 'payment' };
    case 'supplemented':
      return { kind: 'resume', policy };
    case 'paymentConfirmed':
      return { kind: 'resume', policy: 'pause' };
    default:
      return null;
  }
}

function sameDate(a: DeadlineRow, b: DeadlineRow): boolean {
  return (
    a.status === b.status &&
    a.dueAt === b.dueAt &&
    a.remainingMinutes === b.remainingMinutes &&
    a.reason === b.reason
  );
}

/** True when the dossier stood as overdue and the new date says that it was not: the count takes it back. */
function clears(before: DeadlineRow, next: DeadlineRow, now: Instant): boolean {
  return before.alarmAt === null && isOverdue(before, now) && !isOverdue(next, now);
}
