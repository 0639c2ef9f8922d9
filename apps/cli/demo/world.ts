import { pinned, type Reference } from '#libs/dossier';
import { validOn } from '#libs/organization';
import type { World } from './types.js';

/** The first day of the replayed quarter: what came or changed later is not in its world. */
const DAY = '2019-03-15';

/** The world that the plan is laid over, from what the database knows. */
export function toWorld({ units, catalogue, calendar }: Reference): World {
  return {
    calendar,
    units: units
      .all()
      .filter((unit) => validOn(unit, DAY))
      .map((unit) => ({
        agencyCode: unit.agencyCode,
        level: unit.level,
        kind: unit.kind,
        name: unit.name,
        parentCode: unit.parentId === null ? null : (units.byId(unit.parentId)?.agencyCode ?? null),
      })),
    procedures: catalogue
      .all()
      .filter((version) => validOn(version, DAY))
      .map((version) => ({
        code: version.code,
        name: version.name,
        sector: version.sector,
        level: version.level,
        onlineLevel: version.onlineLevel,
        channels: version.channels,
        limit: version.limit,
        limitsByChannel: version.limitsByChannel,
        feeVnd: version.feeVnd,
        department: version.department,
        definition: pinned(catalogue, version.id).definition,
      })),
  };
}
