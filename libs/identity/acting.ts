import { POST_UNIT, type Scope } from '#libs/database';
import type { Officer, UnitDirectory } from '#libs/organization';

/** Who does something, as sign-in has established it. */
export interface Acting {
  /** the position whose rights are used */
  officer: Officer;
  /** the account of who really acts; minus the position's own number where nobody holds it */
  person: number;
  /** the account that holds the position: another than `person` where somebody acts for an absent one */
  principal: number;
  /** the own position of who acts for another; else null */
  by: string | null;
  /** whose dossiers are seen */
  scope: Scope;
}

/** `portal@…`, and `portal-2@…` where there are several. */
const PORTAL = /^portal(-\d+)?@/;

/**
 * Whose dossiers a position sees: its unit's; a supervisor's those of all units below, too; the postal service's what is
 * posted; the portal's and the auditor's all. Who looks after accounts or the catalogue sees none.
 */
export function scopeOf(officer: Officer, units: Pick<UnitDirectory, 'descendants' | 'byId'>): Scope {
  const { position, unitId, code } = officer;
  switch (position) {
    case 'auditor':
      return 'all';
    case 'postal':
      return [POST_UNIT];
    case 'system':
      return PORTAL.test(code) ? 'all' : [POST_UNIT];
    case 'supervisor':
      if (unitId === null) return [];
      if (units.byId(unitId)?.parentId === null) return 'all';
      return [unitId, ...units.descendants(unitId).map(({ id }) => id)];
    case 'counter':
    case 'specialist':
    case 'head':
      return unitId === null ? [] : [unitId];
    case 'citizen':
    case 'administrator':
    case 'catalogueManager':
      return [];
  }
}

/** Who acts when nobody signed in: the replay of a past that was, and an import. The position answers for itself. */
export function actingAlone(officer: Officer, units: Pick<UnitDirectory, 'descendants' | 'byId'>): Acting {
  const person = officer.accountNo ?? -officer.no;
  return { officer, person, principal: person, by: null, scope: scopeOf(officer, units) };
}
