import type { Officer, Unit } from './types.js';

/** A position that has no number yet, and that nobody holds. */
export type NewOfficer = Omit<Officer, 'no' | 'accountNo'>;

const AT_EVERY_UNIT = [
  ['counter-1', 'counter'],
  ['counter-2', 'counter'],
  ['specialist-1', 'specialist'],
  ['specialist-2', 'specialist'],
  ['head-1', 'head'],
  ['supervisor-1', 'supervisor'],
] as const;

const AT_TOP_UNITS = [
  ['administrator-1', 'administrator'],
  ['auditor-1', 'auditor'],
  ['catalogueManager-1', 'catalogueManager'],
] as const;

const FOR_ALL_UNITS = [
  ['portal', 'system'],
  ['post', 'postal'],
  ['carrier', 'system'],
] as const;

/**
 * The officers of a demonstration: six at every unit, three more at each top unit, and for those the portal, the post and
 * the carrier, which serve all. A code that two units bore at different times gets its officers once, at the later unit.
 */
export function demoOfficers(units: readonly Unit[]): NewOfficer[] {
  const officers = new Map<string, NewOfficer>();
  // Open at both ends: a demonstration also runs at times when the unit of 2019 is no more.
  const always = { demo: true, validFrom: '-infinity', validUntil: 'infinity' };
  for (const unit of units) {
    const top = unit.parentId === null;
    for (const [name, position] of top ? [...AT_EVERY_UNIT, ...AT_TOP_UNITS] : AT_EVERY_UNIT) {
      const code = `${name}@${unit.agencyCode}`;
      officers.set(code, { code, unitId: unit.id, position, servesAll: false, ...always });
    }
    if (!top) continue;
    for (const [name, position] of FOR_ALL_UNITS) {
      const code = `${name}@${unit.agencyCode}`;
      officers.set(code, { code, unitId: null, position, servesAll: true, ...always });
    }
  }
  return [...officers.values()];
}
