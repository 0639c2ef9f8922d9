import { pinned, type Reference } from '#libs/dossier';
import type { World } from './types.js';

/** The world that the plan is laid over, from what the database knows. */
export function toWorld({ units, catalogue, calendar }: Reference): World {
  return {
    calendar,
    units: units.all().map((unit) => ({
      agencyCode: unit.agencyCode,
      level: unit.level,
      kind: unit.kind,
      name: unit.name,
      parentCode: unit.parentId === null ? null : (units.byId(unit.parentId)?.agencyCode ?? null),
    })),
    procedures: catalogue.all().map((version) => ({
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
