import type { Officer, Unit } from './types.js';

/** A position that has no number yet, and that nobody holds. */
export type NewOfficer = Omit<Officer, 'no' | 'accountNo'>;

const AT_EVERY_UNIT = [
  ['counter-1', 'counter'],
  ['counter-2', 'counter'],
  ['specialist-1', 'specialist'],
  ['specialist-2', 'specialist'],
  ['head-1', 'head'],
] as const;

const FOR_ALL_UNITS = [
  ['portal', 'system'],
  ['post', 'postal'],
  ['carrier', 'system'],
] as const;

/**
 * The officers of a demonstration: five at every unit, and for each top unit the portal, the post and the carrier, which
 * serve all. A code that two units bore at different times gets its officers once, at the later unit.
 */
export function demoOfficers(units: readonly Unit[]): NewOfficer[] {
  const officers = new Map<string, NewOfficer>();
  // Open at both ends: a demonstration also runs at times when the unit of 2019 is no more.
  const always = { demo: true, validFrom: '-infinity', validUntil: 'infinity' };
  for (const unit of units) {
    for (const [name, position] of AT_EVERY_UNIT) {
      const code = `${name}@${unit.agencyCode}`;
      officers.set(code, { code, unitId: unit.id, position, servesAll: false, ...always });
    }
    if (unit.parentId !== null) continue;
    for (const [name, position] of FOR_ALL_UNITS) {
      const code = `${name}@${unit.agencyCode}`;
      officers.set(code, { code, unitId: null, position, servesAll: true, ...always });
    }
  }
  return [...officers.values()];
}
