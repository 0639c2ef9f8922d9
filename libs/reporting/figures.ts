import type { Labels } from '#libs/kernel';

/** The ways in which a report can be split into lines. Every dossier is on exactly one line of each. */
export const REPORT_KEYS = ['level', 'unit', 'sector', 'procedure', 'channel'] as const;
export type ReportKey = (typeof REPORT_KEYS)[number];

/** What is counted, before anything is derived: the independent numbers of one line. */
export interface Counts {
  /** column 6: received before the period and not yet resolved at its start */
  carriedOver: number;
  /** column 4 */
  receivedOnline: number;
  /** column 5: at the counter or by post */
  receivedCounterOrPost: number;
  /** columns 8, 9, 10: withdrawn and discontinued dossiers are resolved on time */
  resolvedBefore: number;
  resolvedOnTime: number;
  resolvedOverdue: number;
  /** column 11, counted at the end of the period and not derived from the others: so the identity can fail */
  inProcess: number;
  /** column 13 */
  inProcessOverdue: number;
}

/** One line's figures: the columns 3 to 13 of form II.06a, and `received` = 4 + 5, which the form does not print. */
export interface Figures extends Counts {
  /** column 3 = 4 + 5 + 6 */
  toSettle: number;
  /** 4 + 5: what came in during the period, without what was carried over */
  received: number;
  /** column 7 = 8 + 9 + 10 */
  resolved: number;
  /** column 12 = 11 − 13: a dossier that waits for its applicant is in time */
  inProcessInTime: number;
}

export interface FormColumn {
  no: number;
  name: keyof Figures;
  /** how the form derives it, when it does */
  sum?: string;
}

/** The numbered columns of form II.06a. Columns 1 and 2 are the line's number and its name. */
export const FORM_COLUMNS: readonly FormColumn[] = [
  { no: 3, name: 'toSettle', sum: '4 + 5 + 6' },
  { no: 4, name: 'receivedOnline' },
  { no: 5, name: 'receivedCounterOrPost' },
  { no: 6, name: 'carriedOver' },
  { no: 7, name: 'resolved', sum: '8 + 9 + 10' },
  { no: 8, name: 'resolvedBefore' },
  { no: 9, name: 'resolvedOnTime' },
  { no: 10, name: 'resolvedOverdue' },
  { no: 11, name: 'inProcess', sum: '12 + 13' },
  { no: 12, name: 'inProcessInTime' },
  { no: 13, name: 'inProcessOverdue' },
];

/** The form's own check of a line: 3 = 7 + 11, and no column below nought. */
export interface Identity {
  holds: boolean;
  toSettle: number;
  resolved: number;
  inProcess: number;
  /** columns that are negative: something was closed that was never received, or stopped being overdue twice */
  negative: (keyof Figures)[];
}

/** One line of the report. */
export interface ReportLine extends Figures {
  /** stable: a level's code, a unit's agency code, a sector's name, a procedure's code, a channel */
  key: string;
  label: Labels;
  identity: Identity;
}

export const NO_COUNTS: Readonly<Counts> = {
  carriedOver: 0,
  receivedOnline: 0,
  receivedCounterOrPost: 0,
  resolvedBefore: 0,
  resolvedOnTime: 0,
  resolvedOverdue: 0,
  inProcess: 0,
  inProcessOverdue: 0,
};
const COUNT_NAMES = Object.keys(NO_COUNTS) as (keyof Counts)[];

/** The sum of several lines' counts, column by column; nothing counted gives all noughts. */
export function addCounts(all: Iterable<Counts>): Counts {
  const sum: Counts = { ...NO_COUNTS };
  for (const one of all) addTo(sum, one);
  return sum;
}

/** Adds to `sum` in place: for loops over every dossier of the log. */
export function addTo(sum: Counts, one: Counts): void {
  for (const name of COUNT_NAMES) sum[name] += one[name];
}

/** True when both count the same in every column. */
export function sameCounts(a: Counts, b: Counts): boolean {
  return COUNT_NAMES.every((name) => a[name] === b[name]);
}

/** Completes the counts of a line to the columns of the form. Never corrects anything: see {@link identityOf}. */
export function figuresOf(c: Counts): Figures {
  const counts = { ...NO_COUNTS };
  for (const name of COUNT_NAMES) counts[name] = c[name];
  const received = c.receivedOnline + c.receivedCounterOrPost;
  return {
    ...counts,
    received,
    toSettle: received + c.carriedOver,
    resolved: c.resolvedBefore + c.resolvedOnTime + c.resolvedOverdue,
    inProcessInTime: c.inProcess - c.inProcessOverdue,
  };
}

/** Checks a line against the form's identity. A line that fails is reported so; the figures stay as they were counted. */
export function identityOf(f: Figures): Identity {
  const negative = FORM_COLUMNS.filter(({ name }) => f[name] < 0).map(({ name }) => name);
  const { toSettle, resolved, inProcess } = f;
  return {
    holds: toSettle === resolved + inProcess && negative.length === 0,
    toSettle,
    resolved,
    inProcess,
    negative,
  };
}

/** A finished line from its counts. */
export function lineOf(key: string, label: Labels, counts: Counts): ReportLine {
  const figures = figuresOf(counts);
  return { key, label, ...figures, identity: identityOf(figures) };
}
