import { dueAtOnly, type Limit, type WorkingCalendar } from '#libs/calendar';
import { fromMillis } from '#libs/kernel';
import type { Days } from './days.js';
import { roughDays, type Draft } from './fates.js';
import type { OfficeTime } from './office-time.js';
import { between, chance, wait, type Rng } from './rng.js';
import { submissionOf } from './submission.js';

/** When the turning points of a dossier are. Points are office time (minutes), spans are open minutes. */
export interface Schedule {
  draft: Draft;
  /** when it was filed, in milliseconds: online that may be at night */
  submittedMs: number;
  /** accepted; for the refused and the voided, the moment of that */
  received: number;
  /** decided or ended; for what stays, the last thing that happened to it */
  until: number;
  /** the clock stood so long for the fee */
  payment: number;
  /** and so long for papers, the quarter's end aside */
  papers: number;
  /** the papers never came: what stays waits on, and what is discontinued ends so */
  unanswered: boolean;
  /** papers owed before acceptance: asked for that long before it */
  askedBefore: number;
}

type Times = Pick<Schedule, 'received' | 'until' | 'papers' | 'unanswered'>;

/** The part of the office days that is the quarter. */
export interface Quarter {
  first: number;
  last: number;
  /** office time at its end */
  end: number;
  /** how many stay: many of them cannot all have come in the last days */
  staying: number;
}

/** In-time decisions keep this far from the due moment, so that no rounding of a pause makes them late. */
const MARGIN = 20;

/** Finds moments for dossiers so that each ends as dealt: on its day, in time, late, or not at all. */
export class Scheduler {
  constructor(
    private readonly calendar: WorkingCalendar,
    private readonly office: OfficeTime,
    private readonly days: Days,
    private readonly quarter: Quarter,
  ) {}

  /** The moments of one dossier. May add a wait for papers where nothing else keeps a short limit from being missed. */
  schedule(rng: Rng, draft: Draft): Schedule {
    const payment = draft.procedure.feeVnd > 0 ? between(rng, 1, 6) : 0;
    const times = this.times(rng, draft, payment);
    const askedBefore = draft.supplement === 'before' ? between(rng, 60, 2_400) : 0;
    const asked = Math.min(askedBefore, Math.max(0, times.received - 60));
    const submittedMs = submissionOf(rng, this.office, draft.channel, times.received - asked);
    return { draft, submittedMs, payment, askedBefore: asked, ...times };
  }

  private times(rng: Rng, draft: Draft, payment: number): Times {
    const { first, last, end } = this.quarter;
    switch (draft.fate) {
      case 'sameDay':
        return this.sameDay(rng, draft, payment);
      case 'longer':
        return draft.carried ? this.carried(rng, draft, payment) : this.longer(rng, draft, payment);
      case 'late':
        return this.late(rng, draft, payment);
      case 'stays':
        return this.stays(rng, draft, payment);
      case 'withdrawn':
      case 'discontinued':
        return this.stopped(rng, draft, payment);
      default: {
        const received = this.days.arrival(rng, this.days.draw(rng, first, last), 5);
        return { received, until: Math.min(received, end - 1), papers: 0, unanswered: false };
      }
    }
  }

  /** Open minutes from `received` to the due moment; endless where the calendar does not reach. */
  private allowed(received: number, limit: Limit): number {
    const due = dueAtOnly(this.calendar, fromMillis(this.office.toMillis(received)), limit);
    return due.known ? this.office.fromMillis(Date.parse(due.dueAt)) - received : Infinity;
  }

  private sameDay(rng: Rng, draft: Draft, payment: number): Times {
    const steps = draft.procedure.definition.steps.length;
    const least = 6 + 4 * steps + payment;
    const papersLeast = draft.supplement === 'sameDay' ? 45 : 0;
    const day = this.days.draw(rng, this.quarter.first, this.quarter.last);
    const received = this.days.arrival(rng, day, least + papersLeast + 2);
    const room = this.office.closing(received) - received - 1.5;
    const papers = draft.supplement === 'sameDay' ? Math.min(20 + wait(rng, 60, 200), room - least) : 0;
    const allowed = draft.limit.unit === 'hour' ? this.allowed(received, draft.limit) * 0.9 : Infinity;
    const work = Math.min(4 + wait(rng, 10 + 14 * steps, 300), room - papers - payment, allowed);
    return { received, until: received + work + papers + payment, papers, unanswered: false };
  }

  private longer(rng: Rng, draft: Draft, payment: number): Times {
    const { first, last } = this.quarter;
    const most = draft.supplement === 'overDays' ? 18 : Math.max(1, Math.floor(roughDays(draft.limit) * 0.9));
    const span = Math.min(1 + Math.floor(wait(rng, 3.2, 18)), most, last - first);
    const day = this.days.draw(rng, first, last - span);
    const received = this.days.arrival(rng, day, 12);
    return this.inTime(draft, received, this.days.within(rng, day + span), payment);
  }

  /** Received before the quarter, decided in it: mostly in its first days. */
  private carried(rng: Rng, draft: Draft, payment: number): Times {
    const { first, last } = this.quarter;
    const owes = draft.supplement === 'overDays';
    const most = owes ? 40 : Math.max(1, Math.floor(roughDays(draft.limit)) - 1);
    const back = Math.min(1 + Math.floor(wait(rng, 5, 35)), most, first - 1);
    const ahead = Math.min(Math.floor(wait(rng, 3, 30)), owes ? 30 : Math.max(0, most - back), last - first);
    const received = this.days.arrival(rng, this.days.draw(rng, first - back, first - back), 12);
    return this.inTime(draft, received, this.days.within(rng, first + ahead), payment);
  }

  /** Makes `until` hold: what the limit does not allow, or a supplement dealt, becomes a wait for papers. */
  private inTime(draft: Draft, received: number, until: number, payment: number): Times {
    const allowed = this.allowed(received, draft.limit);
    const span = until - received - payment;
    if (draft.supplement !== 'overDays' && span <= allowed - MARGIN)
      return { received, until, papers: 0, unanswered: false };
    draft.supplement = 'overDays';
    return { received, until, papers: span - Math.min(span * 0.4, allowed * 0.5), unanswered: false };
  }

  private late(rng: Rng, draft: Draft, payment: number): Times {
    const { first, last, end } = this.quarter;
    const delay = MARGIN + 10 + wait(rng, 400, 1_500);
    const latest = Math.max(first, last - Math.ceil(roughDays(draft.limit)) - 1);
    for (let day = this.days.draw(rng, first, latest); ; day = Math.max(first, day - 2)) {
      const received = this.days.arrival(rng, day, 12);
      const until = received + payment + this.allowed(received, draft.limit) + delay;
      if (until < end - 2 || day === first) return { received, until, papers: 0, unanswered: false };
    }
  }

  private stays(rng: Rng, draft: Draft, payment: number): Times {
    const { first, last, end, staying } = this.quarter;
    const days = Math.floor(roughDays(draft.limit));
    const spread = Math.max(4, staying / 60);
    let back = Math.floor(wait(rng, spread, last - first));
    if (draft.overdue) back = Math.min(days + 2 + Math.floor(wait(rng, 2, 8)), last - first);
    else if (draft.supplement === null && days > 0) back = Math.min(back, Math.max(0, days - 1));
    let day = last - back;
    if (draft.carried) day = first - 1 - Math.min(Math.floor(wait(rng, 5, 35)), first - 2);
    const received = this.days.arrival(rng, day, 16);
    const allowed = this.allowed(received, draft.limit);
    const due = received + payment + allowed;
    draft.overdue = draft.overdue && due < end - MARGIN;
    const latest = end - received - payment - 2;
    if (draft.overdue || (draft.supplement === null && due > end + 1)) {
      return { received, until: received + payment + between(rng, 1, latest), papers: 0, unanswered: false };
    }
    // Nothing but papers owed keeps it both open and in time.
    draft.supplement = 'overDays';
    const asked = between(rng, 1, Math.min(allowed * 0.8, latest, 1_200));
    return { received, until: received + payment + asked, papers: 0, unanswered: true };
  }

  private stopped(rng: Rng, draft: Draft, payment: number): Times {
    const { first, last, end } = this.quarter;
    const received = this.days.arrival(rng, this.days.draw(rng, first, Math.max(first, last - 1)), 16);
    const allowed = this.allowed(received, draft.limit);
    const room = end - received - payment - 2;
    // An office gives up on papers that never come; a citizen may withdraw at any time before the result.
    if (draft.fate === 'discontinued' && chance(rng, 0.6)) {
      draft.supplement = 'overDays';
      const asked = between(rng, 1, Math.min(allowed * 0.8, room / 2, 600));
      const papers = Math.min(room - asked, 480 + wait(rng, 2_000, 6_000));
      return { received, until: received + payment + asked + papers, papers, unanswered: true };
    }
    const work = Math.min(3 + wait(rng, 500, 2_500), room, Math.max(3, allowed - MARGIN));
    return { received, until: received + payment + work, papers: 0, unanswered: false };
  }
}
