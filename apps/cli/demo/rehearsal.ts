import { addWorkingMinutes, dueAtOnly, workingMinutesBetween, type Limit } from '#libs/calendar';
import { limitFor } from '#libs/catalogue';
import type { Instant } from '#libs/kernel';
import {
  step,
  type Actor,
  type CommandName,
  type DeadlineFact,
  type DossierSnapshot,
  type Position,
  type ProcedureDefinition,
  type Relation,
} from '#libs/workflow';
import type { PlannedCommand, QuarterPlan, World, WorldProcedure, WorldUnit } from './types.js';

/** A dossier as the rehearsal knows it: only what the statechart and the calendar say, nothing of how it was planned. */
export interface Rehearsed {
  procedure: WorldProcedure;
  unit: WorldUnit;
  channel: 'counter' | 'online' | 'postal';
  snapshot: DossierSnapshot;
  lastAt: Instant;
  receivedAt: Instant | null;
  closedAt: Instant | null;
  dueAt: Instant | null;
  /** working minutes left while the clock stands */
  left: number | null;
  commands: CommandName[];
  paid: number;
  /** the officers who received it and resolved it */
  receivedBy: string | null;
  resolvedBy: string | null;
  /** the codes of the refusals, which a sound plan never meets */
  refusals: string[];
}

const POSITIONS: Record<string, Position> = { portal: 'system', carrier: 'system', post: 'postal' };

/**
 * Runs a plan through the statechart and the calendar alone, no database: for the tests, which count what comes of it by
 * other means than the plan's own figures. Throws when the plan files a dossier for what the world does not have.
 */
export function rehearse(plan: QuarterPlan, world: World): Rehearsed[] {
  const procedures = new Map(world.procedures.map((procedure) => [procedure.code, procedure]));
  const units = new Map(world.units.map((unit) => [unit.agencyCode, unit]));
  const dossiers: Rehearsed[] = [];
  for (const planned of plan.commandsInOrder()) {
    const { dossier: index, command: name, payload, at } = planned;
    if (name === 'submit') dossiers[index] = filed(planned, procedures, units);
    const dossier = dossiers[index]!;
    const { definition } = dossier.procedure;
    const before = name === 'submit' ? null : dossier.snapshot;
    const lastAt = before === null ? null : dossier.lastAt;
    const actor = actorOf(planned.officer, dossier, before, definition);
    const outcome = step(definition, before, { name, payload }, { at, lastAt, actor });
    if (outcome.kind === 'refused') {
      dossier.refusals.push(`${name}: ${outcome.code}`);
      continue;
    }
    dossier.snapshot = outcome.next;
    dossier.lastAt = at;
    dossier.commands.push(name);
    if (name === 'confirmPayment') dossier.paid += Number(payload.amount);
    if (name === 'receive') {
      dossier.receivedAt = at;
      dossier.receivedBy = planned.officer;
    }
    if (name === 'resolve') dossier.resolvedBy = planned.officer;
    if (outcome.deadline) turnClock(dossier, outcome.deadline, at, world);
  }
  return dossiers;
}

function filed(
  { payload, at }: PlannedCommand,
  procedures: ReadonlyMap<string, WorldProcedure>,
  units: ReadonlyMap<string, WorldUnit>,
): Rehearsed {
  const procedure = procedures.get(String(payload.procedure));
  const unit = units.get(String(payload.competentUnit));
  if (!procedure || !unit) throw new RangeError('the plan names what the world does not have');
  return {
    procedure,
    unit,
    channel: payload.channel as 'counter',
    snapshot: null as unknown as DossierSnapshot,
    lastAt: at,
    receivedAt: null,
    closedAt: null,
    dueAt: null,
    left: null,
    commands: [],
    paid: 0,
    receivedBy: null,
    resolvedBy: null,
    refusals: [],
  };
}

function actorOf(
  officer: string,
  { unit, receivedBy, resolvedBy }: Rehearsed,
  snapshot: DossierSnapshot | null,
  definition: ProcedureDefinition,
): Actor {
  const [name = '', agencyCode = ''] = officer.split('@');
  const position = POSITIONS[name];
  if (position) return { position, relations: ['everywhere'], did: [] };
  const relations: Relation[] = agencyCode === unit.agencyCode ? ['receiving', 'competent'] : [];
  const performer = definition.steps.find((one) => one.name === snapshot?.step)?.performer;
  if (performer) {
    const holder = typeof performer.at === 'string' ? unit.agencyCode : performer.at.unit;
    if (holder === agencyCode) relations.push('step');
  }
  const did: Actor['did'][number][] = [];
  if (officer === receivedBy) did.push('received');
  if (officer === resolvedBy) did.push('approved');
  return { position: name.split('-')[0] as Position, relations, did };
}

function turnClock(dossier: Rehearsed, fact: DeadlineFact, at: Instant, world: World): void {
  const { calendar } = world;
  const limit: Limit = limitFor(dossier.procedure, dossier.channel);
  const fresh = (): Instant | null => {
    const due = dueAtOnly(calendar, at, limit);
    return due.known ? due.dueAt : null;
  };
  switch (fact.kind) {
    case 'start':
      dossier.dueAt = fresh();
      return;
    case 'pause': {
      const left = dossier.dueAt === null ? null : workingMinutesBetween(calendar, at, dossier.dueAt);
      dossier.left = typeof left === 'number' ? left : null;
      return;
    }
    case 'resume': {
      if (fact.policy === 'restart') dossier.dueAt = fresh();
      else if (dossier.left !== null) {
        const moved = addWorkingMinutes(calendar, at, Math.max(0, dossier.left));
        dossier.dueAt = moved.known ? moved.at : null;
      }
      dossier.left = null;
      return;
    }
    case 'stop':
      dossier.closedAt = at;
  }
}
