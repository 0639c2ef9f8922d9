import { type Counts, NO_COUNTS } from './figures.js';
import type { Day } from './periods.js';

/** An event as the recount reads it: nothing but what happened and when. */
export interface CountedEvent {
  type: string;
  /** local day of the moment when it happened */
  day: Day;
  timing?: string;
  /** of a deadline that was computed again: whether the new date puts the dossier in time */
  inTime?: boolean;
}

/** What one dossier's own events say about it. Days are local; null: has not happened. */
export interface DossierStory {
  receivedDay: Day | null;
  closedDay: Day | null;
  closedAs: 'before' | 'on' | 'overdue' | null;
  /** stretches in which it stood as overdue, from the day it became so to the day it stopped */
  overdue: { from: Day; until: Day | null }[];
}

/**
 * Reads the events of one dossier, in the order of its versions, and follows it with its own small memory: in or out, overdue or
 * not. It believes neither the `counted` nor the `wasOverdue` mark of an event, on which the projector rests, so that the
 * two methods can only agree when the marks are right.
 */
export function readStory(events: Iterable<CountedEvent>): DossierStory {
  const story: DossierStory = { receivedDay: null, closedDay: null, closedAs: null, overdue: [] };
  const endOverdue = (day: Day): void => {
    const last = story.overdue.at(-1);
    if (last && last.until === null) last.until = day;
  };
  for (const { type, day, timing, inTime } of events) {
    const open = story.receivedDay !== null && story.closedDay === null;
    switch (type) {
      case 'received':
        story.receivedDay ??= day;
        break;
      case 'overdue':
        if (open && story.overdue.at(-1)?.until !== null) story.overdue.push({ from: day, until: null });
        break;
      case 'supplementRequested':
      case 'paymentRequested':
        endOverdue(day);
        break;
      case 'deadlineComputed':
        if (inTime) endOverdue(day);
        break;
      case 'resolved':
      case 'withdrawn':
      case 'discontinued':
        if (!open) break;
        story.closedDay = day;
        story.closedAs = type === 'resolved' && (timing === 'before' || timing === 'overdue') ? timing : 'on';
        endOverdue(day);
        break;
    }
  }
  return story;
}

/** What one dossier adds to its line, for the period [from, until). Each of its moments is asked on its own. */
export function countStory(story: DossierStory, channel: string, from: Day, until: Day): Counts | null {
  const { receivedDay, closedDay, closedAs } = story;
  if (receivedDay === null || receivedDay >= until) return null;
  if (closedDay !== null && closedDay < from) return null;
  const counts = { ...NO_COUNTS };
  if (receivedDay < from) counts.carriedOver = 1;
  else if (channel === 'online') counts.receivedOnline = 1;
  else counts.receivedCounterOrPost = 1;
  if (closedDay !== null && closedDay < until) {
    if (closedAs === 'before') counts.resolvedBefore = 1;
    else if (closedAs === 'overdue') counts.resolvedOverdue = 1;
    else counts.resolvedOnTime = 1;
    return counts;
  }
  counts.inProcess = 1;
  const stands = story.overdue.some((s) => s.from < until && (s.until === null || s.until >= until));
  if (stands) counts.inProcessOverdue = 1;
  return counts;
}
