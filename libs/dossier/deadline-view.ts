import { dueMoment, type Limit, type WorkingCalendar } from '#libs/calendar';
import type { Instant, Labels } from '#libs/kernel';
import { eventLabel } from './event-labels.js';
import { deadlineOf, type FoldedDeadline } from './fold.js';
import type { DeadlineStart, EventRow } from './persistence/queries-read.js';
import { isLate } from './views.js';

/** One fact of the chain that a deadline is. */
export interface DeadlineLink {
  version: number;
  /** the event: `received` starts the clock, requests stop it, alarms only mark it */
  type: string;
  label: Labels;
  occurredAt: Instant;
  recordedAt: Instant;
  /** what the deadline became; null for an alarm, which changes nothing */
  fact: FoldedDeadline | null;
}

/** A time in which the clock stood, because the applicant owed something. */
export interface DeadlinePause {
  because: 'supplement' | 'payment';
  from: Instant;
  /** null while it still stands */
  until: Instant | null;
  /** working minutes that were left, and were kept; null when the date was unknown then */
  remainingMinutes: number | null;
}

/** How the due moment follows from the limit, on the calendar as it is known now. */
export type DeadlineDays =
  | { from: Instant; dueAt: Instant; days: { date: string; counted: boolean; why: string }[] }
  | { from: Instant; dueAt: null; unknownYear: number };

/** When the result is due, and why. */
export interface DeadlineView {
  code: string;
  /** `notStarted` before the dossier is received */
  status: 'notStarted' | 'running' | 'paused' | 'stopped' | 'unknown';
  limit: Limit;
  calendar: string;
  startedAt: Instant | null;
  /** null while paused (see `remainingMinutes`) and while unknown (see `reason`) */
  dueAt: Instant | null;
  remainingMinutes: number | null;
  reason: string | null;
  overdue: boolean;
  /** the days counted from the last time the whole limit began; later pauses move the date on, see `pauses` */
  explained: DeadlineDays | null;
  pauses: DeadlinePause[];
  chain: DeadlineLink[];
}

const PAUSES: Readonly<Record<string, DeadlinePause['because'] | undefined>> = {
  supplementRequested: 'supplement',
  paymentRequested: 'payment',
};
const ALARMS: ReadonlySet<string> = new Set(['dueSoon', 'overdue', 'deadlineUnknown']);

/** Reads the deadline from the events alone; the row gives only what began it. Pure: the past is told by the log. */
export function deadlineView(
  code: string,
  events: readonly EventRow[],
  start: DeadlineStart | undefined,
  otherwise: { limit: Limit; calendar: WorkingCalendar; supplementPolicy: 'pause' | 'restart' },
  now: Instant,
): DeadlineView {
  const chain = events.flatMap((event) => linkOf(event));
  const last = newest(chain);
  const limit = start?.limit ?? otherwise.limit;
  const from = wholeLimitFrom(chain, otherwise.supplementPolicy);
  return {
    code,
    status: last === null ? 'notStarted' : (last.status as DeadlineView['status']),
    limit,
    calendar: start?.calendar ?? otherwise.calendar.code,
    startedAt: chain.find((link) => link.type === 'received')?.occurredAt ?? null,
    dueAt: last?.dueAt ?? null,
    remainingMinutes: last?.status === 'paused' ? last.remainingMinutes : null,
    reason: last?.reason ?? null,
    overdue: last !== null && isLate(last.status, last.dueAt, now),
    explained: from === null ? null : explain(otherwise.calendar, from, limit),
    pauses: pausesOf(chain),
    chain,
  };
}

function linkOf(event: EventRow): DeadlineLink[] {
  const fact = deadlineOf(event);
  if (fact === null && !ALARMS.has(event.type)) return [];
  const { version, type, occurredAt, recordedAt } = event;
  return [{ version, type, label: eventLabel(type), occurredAt, recordedAt, fact }];
}

function newest(chain: readonly DeadlineLink[]): FoldedDeadline | null {
  let last: FoldedDeadline | null = null;
  for (const { fact } of chain) if (fact && fact.generation >= (last?.generation ?? 0)) last = fact;
  return last;
}

/** A supplement under the policy `restart` gives the office its whole limit again. */
function wholeLimitFrom(chain: readonly DeadlineLink[], policy: 'pause' | 'restart'): Instant | null {
  const begins = (link: DeadlineLink): boolean =>
    link.type === 'received' || (policy === 'restart' && link.type === 'supplemented');
  return chain.findLast(begins)?.occurredAt ?? null;
}

function explain(calendar: WorkingCalendar, from: Instant, limit: Limit): DeadlineDays {
  const due = dueMoment(calendar, from, limit);
  return due.known
    ? { from, dueAt: due.dueAt, days: due.days }
    : { from, dueAt: null, unknownYear: due.year };
}

function pausesOf(chain: readonly DeadlineLink[]): DeadlinePause[] {
  const pauses: DeadlinePause[] = [];
  for (const { type, occurredAt, fact } of chain) {
    const because = PAUSES[type];
    if (because !== undefined) {
      pauses.push({
        because,
        from: occurredAt,
        until: null,
        remainingMinutes: fact?.remainingMinutes ?? null,
      });
    } else if (fact !== null && type !== 'deadlineComputed') {
      const open = pauses.at(-1);
      if (open && open.until === null) open.until = occurredAt;
    }
  }
  return pauses;
}
