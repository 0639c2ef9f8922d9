import type { Limit } from '#libs/calendar';
import { SHARES } from './assumptions.js';
import type { Placement } from './placing.js';
import { chance, chooseByWeight, pick, type Rng } from './rng.js';

/** How a dossier of the plan ends. The last two are on top: they are never accepted. */
export type Fate =
  'sameDay' | 'longer' | 'late' | 'stays' | 'withdrawn' | 'discontinued' | 'refused' | 'voided';

/** What happens to a dossier, before it is known when. */
export interface Draft extends Placement {
  fate: Fate;
  /** received before the quarter */
  carried: boolean;
  /** papers asked for: before acceptance, within the day, or over days; null for never */
  supplement: 'before' | 'sameDay' | 'overDays' | null;
  /** stays, and is past its due moment */
  overdue: boolean;
  rejected: boolean;
  sentByPost: boolean;
  cameBack: boolean;
  amended: boolean;
  suspended: boolean;
  sentBackAStep: boolean;
}

/** The figures that the plan must come to. */
export interface Totals {
  received: number;
  carriedOver: number;
  inProcess: number;
}

/** A limit in working days, roughly: for choosing which dossiers may take long, never for a date. */
export function roughDays({ value, unit }: Limit): number {
  const days = { working_day: 1, calendar_day: 5 / 7, hour: 1 / 8, month: 21 };
  return value * days[unit];
}

const MAY_BE_LATE_UP_TO_DAYS = 10;
/** However large the stock: no more of the received than this are left lying; the rest of what stays was there before. */
const MOST_STAYING = 0.25;

/**
 * Deals the fates out in exact numbers: stays and resolved as the report has them, the rest by {@link SHARES}, each to
 * dossiers whom it suits (what takes days goes to long limits). `carried` are received before the quarter; a few of
 * them outlast it, more only when more than a quarter of the received would have to stay.
 */
export function dealFates(
  rng: Rng,
  received: readonly Placement[],
  carried: readonly Placement[],
  totals: Totals,
): Draft[] {
  const inside = received.map((one) => draft(one, false));
  const before = carried.map((one) => draft(one, true));
  const resolved = totals.received + totals.carriedOver - totals.inProcess;
  const own = totals.inProcess - totals.carriedOver;
  const mostStaying = Math.max(own, Math.round(inside.length * MOST_STAYING));
  const through = Math.min(
    before.length,
    Math.max(Math.round(before.length * SHARES.carriedThrough), totals.inProcess - mostStaying),
  );
  const open = new Set(inside);
  const deal = (fate: Fate, count: number, weightOf: (one: Draft) => number): Draft[] => {
    const chosen = chooseByWeight(rng, [...open], Math.min(count, open.size), weightOf);
    for (const one of chosen) {
      one.fate = fate;
      open.delete(one);
    }
    return chosen;
  };
  const days = new Map([...inside, ...before].map((one) => [one, roughDays(one.limit)]));
  const daysOf = (one: Draft): number => days.get(one)!;

  const staying = deal('stays', totals.inProcess - through, (one) => Math.min(daysOf(one), 15));
  const late = (one: Draft): number => (daysOf(one) > MAY_BE_LATE_UP_TO_DAYS ? 0 : 1 / (1 + daysOf(one)));
  deal('late', Math.round(resolved * SHARES.late), late);
  deal('withdrawn', Math.round(totals.received * SHARES.withdrawn), (one) => 0.1 + Math.min(daysOf(one), 5));
  deal('discontinued', Math.round(totals.received * SHARES.discontinued), daysOf);
  const sameDay = Math.min(open.size, Math.round(totals.received * SHARES.sameDay));
  deal('longer', open.size - sameDay, (one) => (daysOf(one) < 2 ? 0 : Math.min(daysOf(one), 15)));

  for (const one of before) one.fate = 'longer';
  for (const one of chooseByWeight(rng, before, through, daysOf)) one.fate = 'stays';
  markOverdue(rng, staying, totals, daysOf);
  askForPapers(rng, inside, SHARES.supplemented);
  askForPapers(rng, before, SHARES.supplemented);
  embellish(rng, [...inside, ...before]);
  return [...inside, ...before];
}

function markOverdue(
  rng: Rng,
  staying: readonly Draft[],
  totals: Totals,
  daysOf: (one: Draft) => number,
): void {
  const own = totals.inProcess - totals.carriedOver;
  const count = Math.min(staying.length, Math.round(own * SHARES.inProcessLate));
  const short = staying.filter((one) => daysOf(one) <= MAY_BE_LATE_UP_TO_DAYS);
  for (const one of chooseByWeight(rng, short, count, () => 1)) one.overdue = true;
}

/** Mostly after acceptance, since only then does it show in the dossier's deadline; a fifth is noticed at the counter. */
function askForPapers(rng: Rng, drafts: readonly Draft[], share: number): void {
  const count = Math.ceil(drafts.length * share);
  const suits = (one: Draft): number => {
    if (one.fate === 'longer') return 8;
    if (one.fate === 'stays') return one.overdue ? 0 : 8;
    return one.fate === 'sameDay' ? 0.25 : 0;
  };
  for (const one of chooseByWeight(
    rng,
    drafts.filter((each) => suits(each) > 0),
    count,
    suits,
  )) {
    if (one.fate !== 'sameDay') one.supplement = 'overDays';
    else one.supplement = chance(rng, 0.5) ? 'before' : 'sameDay';
  }
}

/** What varies without touching the count: outcomes, the post, misspelt names, work that stands still or goes back. */
function embellish(rng: Rng, drafts: readonly Draft[]): void {
  const decided = drafts.filter(({ fate }) => fate === 'sameDay' || fate === 'longer' || fate === 'late');
  const some = (from: readonly Draft[], share: number, weightOf: (one: Draft) => number = () => 1): Draft[] =>
    chooseByWeight(rng, from, Math.round(from.length * share), weightOf);
  for (const one of some(decided, SHARES.rejected)) one.rejected = true;
  const parcels = some(decided, SHARES.sentByPost, ({ channel }) => (channel === 'postal' ? 20 : 1));
  for (const one of parcels) one.sentByPost = true;
  for (const one of some(parcels, SHARES.cameBack)) one.cameBack = true;
  for (const one of some(drafts, SHARES.amended)) one.amended = true;
  for (const one of some(decided, SHARES.suspended)) one.suspended = true;
  const many = decided.filter(({ procedure }) => procedure.definition.steps.length > 1);
  for (const one of some(many, SHARES.sentBackAStep)) one.sentBackAStep = true;
}

/** Dossiers on top that are never accepted: at least one in a hundred refused, a handful entered by mistake. */
export function dealRefusals(rng: Rng, like: readonly Placement[], received: number): Draft[] {
  if (like.length === 0) return [];
  const make = (fate: Fate, count: number): Draft[] =>
    Array.from({ length: count }, () => ({ ...draft(pick(rng, like), false), fate }));
  return [
    ...make('refused', Math.ceil(received * SHARES.refused)),
    ...make('voided', Math.ceil(received * SHARES.voided)),
  ];
}

function draft(placement: Placement, carried: boolean): Draft {
  return {
    ...placement,
    fate: 'sameDay',
    carried,
    supplement: null,
    overdue: false,
    rejected: false,
    sentByPost: false,
    cameBack: false,
    amended: false,
    suspended: false,
    sentBackAStep: false,
  };
}
