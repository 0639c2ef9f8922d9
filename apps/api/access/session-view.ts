import type { Principal } from '#libs/identity';
import type { Officer, UnitDirectory } from '#libs/organization';
import { CAPABILITIES, may, type Capability, type Position } from '#libs/workflow';

/** A position as whoever holds it is shown it. */
export interface PositionView {
  code: string;
  role: Position;
  /** null for who serves every unit */
  unit: { code: string; name: string } | null;
  /** first day; null where it is open */
  from: string | null;
  /** first day on which it no longer holds; null where it is open */
  until: string | null;
}

/** Who is signed in, and what they may act as. */
export interface SessionView {
  account: { no: number; login: string; kind: Principal['kind']; demo: boolean };
  positions: (PositionView & { may: Capability[] })[];
  /** positions of others that were handed to this account for some days */
  actsFor: { delegation: number; position: PositionView; by: string; until: string; may: Capability[] }[];
  /** the password was chosen by somebody else: nothing works before it is changed */
  mustChange: boolean;
}

export function sessionView(principal: Principal, units: Pick<UnitDirectory, 'byId'>): SessionView {
  const { accountNo, login, kind, demo, positions, actsFor, mustChange } = principal;
  return {
    account: { no: accountNo, login, kind, demo },
    positions: positions.map((one) => ({ ...positionView(one, units), may: capabilitiesOf(one.position) })),
    actsFor: actsFor.map(({ delegation, officer, by, until }) => ({
      delegation,
      position: positionView(officer, units),
      by: by.code,
      until,
      may: capabilitiesOf(officer.position),
    })),
    mustChange,
  };
}

export function positionView(officer: Officer, units: Pick<UnitDirectory, 'byId'>): PositionView {
  const unit = officer.unitId === null ? undefined : units.byId(officer.unitId);
  return {
    code: officer.code,
    role: officer.position,
    unit: unit ? { code: unit.agencyCode, name: unit.name } : null,
    from: openOr(officer.validFrom),
    until: openOr(officer.validUntil),
  };
}

function openOr(day: string): string | null {
  return day.endsWith('infinity') ? null : day;
}

function capabilitiesOf(position: Position): Capability[] {
  return (Object.keys(CAPABILITIES) as Capability[]).filter((capability) => may(position, capability));
}
