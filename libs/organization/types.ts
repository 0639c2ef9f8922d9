import type { Labels } from '#libs/kernel';
import type { Position } from '#libs/workflow';

/** A rank of the administration. Which there are is data: in 2019 three, since July 2025 two. */
export interface Level {
  code: string;
  /** 1 is the highest */
  rank: number;
  labels: Labels;
}

/** A day of the calendar, `YYYY-MM-DD`; `-infinity` and `infinity` where a validity is open. */
export type Day = string;

/** A province department, a district or a commune office. A code *and* a validity: codes are used again after mergers. */
export interface Unit {
  id: number;
  agencyCode: string;
  /** the General Statistics Office's code, where there is one */
  gsoCode: string | null;
  level: string;
  kind: 'committee' | 'department';
  name: string;
  parentId: number | null;
  /** first day */
  validFrom: Day;
  /** first day on which it is no more */
  validUntil: Day;
  certainty: string;
}

/** A post that someone works at. Never a person's name. */
export interface Officer {
  /** e.g. `counter-1@000.00.21.H59` */
  code: string;
  /** its number, for good */
  no: number;
  /** the account that holds it; null while nobody does */
  accountNo: number | null;
  unitId: number | null;
  position: Position;
  /** the post, the carrier and the portal serve every unit */
  servesAll: boolean;
  demo: boolean;
  validFrom: Day;
  validUntil: Day;
}

/** One unit as a file describes it, before it has an id. */
export interface UnitRow {
  line: number;
  agencyCode: string;
  gsoCode: string | null;
  level: string;
  kind: Unit['kind'];
  name: string;
  /** which unit stands above it, by either code; null for the top */
  parent: { gsoCode: string } | { agencyCode: string } | null;
  validFrom: Day;
  validUntil: Day;
  certainty: string;
}
