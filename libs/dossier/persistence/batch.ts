import { type Hands, type Scope } from '#libs/database';

/**
 * What one statement may touch, in words that the database's policies know: the dossiers of these units; deadlines, events
 * and personal data of these dossiers; answers of these officers. See migrations/1764100000000-access.ts.
 */
export interface Batch {
  units: Scope;
  dossiers: readonly string[];
  officers: readonly string[];
}

/** The names of the settings, in the order of {@link batchValues}. */
const SETTINGS = ['units', 'dossiers', 'officers'] as const;

/** How many parameters the settings take. */
export const BATCH_VALUES = SETTINGS.length;

/** The parameters of {@link settled}, in its order. */
export function batchValues({ units, dossiers, officers }: Batch): string[] {
  return [
    units === 'all' ? '*' : `{${units.map(Math.trunc).join(',')}}`,
    `{${dossiers.join(',')}}`,
    `{${officers.map(quoted).join(',')}}`,
  ];
}

/**
 * SQL: `value`, but not before the statement's settings are made, of the parameters from `$first` on. PostgreSQL computes
 * such a sub-select once, when it is first asked for. So whatever names the rows of a statement stands in one: no row is
 * looked for, none is offered to a policy, before the settings that the policy reads are there. A plan that went about it
 * the other way round would end in an error, as a setting that was not made is one.
 */
export function settled(value: string, first: number): string {
  const made = SETTINGS.map((name, nth) => `set_config('motcua.batch_${name}', $${first + nth}, true)`);
  return `(SELECT CASE WHEN (${made.join(', ')}) IS NOT NULL THEN ${value} END)`;
}

/** Of no unit. */
const NOWHERE = -1;

/**
 * The unit by which somebody sees a dossier; null for who sees all. Of who does not see it one of their own, or none there
 * is: then the row that it stands in finds no dossier.
 */
export function seenFrom(scope: Scope, hands: Hands): number | null {
  if (scope === 'all') return null;
  const { receivingUnitId, competentUnitId, heldBy } = hands;
  if (scope.includes(receivingUnitId)) return receivingUnitId;
  if (scope.includes(competentUnitId)) return competentUnitId;
  return heldBy.find((unit) => scope.includes(unit)) ?? scope[0] ?? NOWHERE;
}

/** All that any of them sees. */
export function together(scopes: Iterable<Scope>): Scope {
  const units = new Set<number>();
  for (const scope of scopes) {
    if (scope === 'all') return 'all';
    for (const unit of scope) units.add(unit);
  }
  return [...units];
}

/** An element of an array, as PostgreSQL reads it. */
function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}
