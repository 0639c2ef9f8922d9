import type { Position } from '#libs/workflow';
import { UNIT } from '../e2e/support.js';

/*
 * Who stands where, said a second time: from the names of the positions and the tree of the small province alone. Nothing
 * here asks the code that it is held against.
 */

/** Which unit is above which. */
const ABOVE: Readonly<Record<string, string | null>> = {
  [UNIT.province]: null,
  [UNIT.department]: UNIT.province,
  [UNIT.district]: UNIT.province,
  [UNIT.commune]: UNIT.district,
  [UNIT.otherCommune]: UNIT.district,
};

/** Somebody who asks. `unit` is null for who serves all; `code` null for nobody. */
export interface Person {
  code: string | null;
  role: Position | 'anonymous';
  unit: string | null;
}

const AT_UNITS = ['counter', 'specialist', 'head', 'supervisor'] as const;
const AT_THE_TOP = ['administrator', 'auditor', 'catalogueManager'] as const;

/** One of each role at every unit, and whoever serves all. */
export const PEOPLE: readonly Person[] = [
  { code: null, role: 'anonymous', unit: null },
  ...Object.values(UNIT).flatMap((unit) =>
    AT_UNITS.map((role) => ({ code: `${role}-1@${unit}`, role, unit })),
  ),
  ...AT_THE_TOP.map((role) => ({ code: `${role}-1@${UNIT.province}`, role, unit: UNIT.province })),
  { code: `post@${UNIT.province}`, role: 'postal', unit: null },
  { code: `portal@${UNIT.province}`, role: 'system', unit: null },
  { code: `carrier@${UNIT.province}`, role: 'system', unit: null },
  // Nobody signs in as a citizen; whoever did all the same is held against the table too.
  { code: `citizen-1@${UNIT.commune}`, role: 'citizen', unit: UNIT.commune },
];

/** In whose hands a dossier is, and was. */
export interface Hands {
  receiving: string;
  competent: string;
  /** units that a step led it to so far */
  passed: readonly string[];
  /** it goes by the post, or went */
  post: boolean;
}

/** Whether somebody sees a dossier at all. */
export function sees({ role, unit, code }: Person, { receiving, competent, passed, post }: Hands): boolean {
  const hands = [receiving, competent, ...passed];
  switch (role) {
    case 'auditor':
      return true;
    case 'supervisor':
      return hands.some((hand) => isBelow(hand, unit!));
    case 'counter':
    case 'specialist':
    case 'head':
      return hands.includes(unit!);
    case 'postal':
      return post;
    case 'system':
      return code!.startsWith('portal') || post;
    default:
      return false;
  }
}

function isBelow(unit: string, top: string): boolean {
  for (let at: string | null = unit; at !== null; at = ABOVE[at] ?? null) if (at === top) return true;
  return false;
}

/** How somebody stands to a dossier, for the names of the tests. */
export function standing(person: Person, hands: Hands): string {
  const { role, unit } = person;
  if (unit === null) return sees(person, hands) ? 'in the post’s or the portal’s hands' : 'not in its hands';
  if (unit === hands.receiving || unit === hands.competent) return 'own unit';
  if (hands.passed.includes(unit)) return 'held once';
  if (isBelow(hands.receiving, unit))
    return role === 'supervisor' ? 'unit below' : 'unit below, no supervisor';
  return 'other unit';
}
