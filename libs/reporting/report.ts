import type { Position } from '#libs/database';
import type { Instant } from '#libs/kernel';
import type { FormColumn, ReportKey, ReportLine } from './figures.js';
import type { Period } from './periods.js';

/** Why figures may still change although nobody changes the past: the stretch still runs, or something is still unread. */
export type ProvisionalReason = 'periodRuns' | 'followerLags' | 'alarmsPending';

/** A line about a unit says where the unit stands, and what the units below it did together with it. */
export interface UnitLine extends ReportLine {
  level: string;
  /** key of the unit above, or null */
  parent: string | null;
  validFrom: string | null;
  validUntil: string | null;
  /** the unit's own figures and those of every unit below it; absent when there is none below */
  rolledUp?: ReportLine;
}

export interface QuarterReport {
  period: Period;
  by: ReportKey;
  form: { code: 'II.06a'; circular: string; columns: readonly FormColumn[]; appliedBackwards: boolean };
  lines: (ReportLine | UnitLine)[];
  total: ReportLine;
  /** true when every line and the total satisfy the form's identity */
  identityHolds: boolean;
  knownAt: Instant;
  /** `cells`: the projector's sums; `events`: added up from the log itself */
  source: 'cells' | 'events';
  /** everything in the log up to here is in the figures */
  asOfPosition: Position;
  /** events in the log that the projector has not read yet; 0 when the figures come from the events */
  lag: number;
  provisional: boolean;
  provisionalBecause: ProvisionalReason[];
}

/** The first day of form II.06a; a report on days before it applies the form backwards. */
export const FORM_SINCE = '2020-10-01';
export const FORM_CIRCULAR = '01/2020/TT-VPCP';
