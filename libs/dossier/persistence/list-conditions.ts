import type { Scope } from '#libs/database';
import type { Instant } from '#libs/kernel';

/** What a list is narrowed to; every field that is there must hold. Already checked for shape. */
export interface ListConditions {
  state?: string;
  /** agency code: of the competent, the receiving or the holding unit */
  unit?: string;
  procedure?: string;
  channel?: string;
  dueBefore?: Instant;
  overdue?: boolean;
  deadline?: 'running' | 'paused' | 'stopped' | 'unknown';
  text?: string;
}

/** Where a page ended: the keys of its last line. */
export type PageEnd =
  | { order: 'time'; at: Instant; id: string }
  | { order: 'name'; name: string; id: string }
  | { order: 'code'; code: string; id: string };

/** A page that is asked for. */
export interface PageQuestion {
  conditions: ListConditions;
  /** whose dossiers may be on it */
  scope: Scope;
  /** true: everything at the unit of the conditions is in the scope, so that its own walks are those to take */
  unitWithin: boolean;
  now: Instant;
  after: PageEnd | null;
  limit: number;
}

/** Takes a value for a parameter and gives the parameter's name. */
export type Bind = (value: unknown) => string;

/** True when only dossiers that stand on the board can fulfil the conditions: a clock runs or waits for those alone. */
export function isOnBoard({ state, dueBefore, overdue, deadline }: ListConditions): boolean {
  return (
    (state !== undefined && state !== 'delivered') ||
    dueBefore !== undefined ||
    overdue === true ||
    (deadline !== undefined && deadline !== 'stopped')
  );
}

/** Where the conditions find what is no column of the dossier itself; clock and due null: in `motcua.deadline`. */
export interface Where {
  id: string;
  clock: string | null;
  due: string | null;
}

/** SQL: the conditions, text aside, on the dossier or board row `alias`. */
export function conditionsSql(
  alias: string,
  at: Where,
  c: ListConditions,
  now: Instant,
  bind: Bind,
): string[] {
  const where: string[] = [];
  if (c.state !== undefined) where.push(`${alias}.state = ${bind(c.state)}`);
  if (c.channel !== undefined) where.push(`${alias}.channel = ${bind(c.channel)}`);
  if (c.procedure !== undefined) {
    const versions = `SELECT id FROM motcua.procedure_version WHERE code = ${bind(c.procedure)}`;
    where.push(`${alias}.procedure_version_id = ANY(ARRAY(${versions}))`);
  }
  if (c.unit !== undefined) {
    // An agency code can have belonged to several units, one after the other: all of them are meant.
    const ids = `ARRAY(SELECT id FROM motcua.unit WHERE agency_code = ${bind(c.unit)})`;
    const ways = ['competent', 'receiving', 'current'].map(
      (unit) => `${alias}.${unit}_unit_id = ANY(${ids})`,
    );
    where.push(`(${ways.join(' OR ')})`);
  }
  // IS TRUE, not coalesce(): that is asked of a row only after the policies, which cost more.
  const clock = (says: (status: string, due: string) => string): string =>
    at.clock === null || at.due === null
      ? `EXISTS (SELECT FROM motcua.deadline t WHERE t.dossier_id = ${at.id} AND ${says('t.status', 't.due_at')})`
      : `(${says(at.clock, at.due)}) IS TRUE`;
  const dueBefore = (moment: Instant): string => {
    const before = bind(moment);
    return clock((status, due) => `${status} = 'running' AND ${due} < ${before}::timestamptz`);
  };
  if (c.dueBefore !== undefined) where.push(dueBefore(c.dueBefore));
  if (c.overdue !== undefined) where.push(`${c.overdue ? '' : 'NOT '}${dueBefore(now)}`);
  if (c.deadline !== undefined) {
    const wanted = bind(c.deadline);
    where.push(clock((status) => `${status} = ${wanted}`));
  }
  return where;
}
