import { POST_UNIT, type Scope } from '#libs/database';

/*
 * A scope in the words of our own statements. The policies of the database say it again, whatever stands here: this is what
 * indexes are found by.
 */

/** SQL: conditions under which the dossier or board row `alias` is in the scope; none for all there are. */
export function scopeConditions(alias: string, scope: Scope, bind: (value: unknown) => string): string[] {
  if (scope === 'all') return [];
  const units = `${bind([...scope])}::int[]`;
  return [
    `(${alias}.competent_unit_id = ANY(${units}) OR ${alias}.receiving_unit_id = ANY(${units}) OR ${alias}.held_by && ${units})`,
  ];
}

/** A walk through an index of dossiers: where its units come from, and under what condition a dossier `d` is on it. */
export interface Ways {
  /** SQL: a FROM item `u` with a column `id` */
  from: string;
  ways: readonly string[];
}

/**
 * The walks that together pass every dossier of a scope, and each only once for one unit. All are conditions that an index can be asked
 * under row-level security: a place of an array is, an overlap is not.
 */
export function scopeWays(scope: readonly number[], bind: (value: unknown) => string): Ways[] {
  const units = scope.filter((unit) => unit !== POST_UNIT);
  const found: Ways[] = [];
  if (units.length === 1) found.push({ from: `(SELECT ${bind(units[0])}::int AS id) AS u`, ways: OF_UNIT });
  if (units.length > 1) found.push({ from: `unnest(${bind(units)}::int[]) AS u (id)`, ways: OF_UNIT });
  if (scope.includes(POST_UNIT))
    found.push({ from: `(SELECT 0 AS id) AS u`, ways: [`d.held_by @> '{${POST_UNIT}}'`] });
  return found;
}

/** What a unit answers for, what it received for others, and what it holds or held for others. */
const OF_UNIT = [
  'd.competent_unit_id = u.id',
  'd.receiving_unit_id = u.id AND d.receiving_unit_id <> d.competent_unit_id',
  'd.held_by[1] = u.id',
  'd.held_by[2] = u.id',
  'd.held_by[3] = u.id',
  // Between two bounds, which leave none out: of IS NOT NULL the planner believes that it holds for nearly every dossier.
  'd.held_by[4] BETWEEN 0 AND 2147483647 AND d.held_by[4:] && ARRAY[u.id]',
];
