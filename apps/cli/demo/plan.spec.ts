import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { before, describe, it } from 'node:test';
import { isWorkingDay, localDay, startOfDay } from '#libs/calendar';
import { canonicalJson, DomainError, type Json } from '#libs/kernel';
import { rehearse, type Rehearsed } from './rehearsal.js';
import { planQuarter } from './plan.js';
import type { PlanOptions, QuarterPlan, World } from './types.js';
import { worldFromData } from './world-from-data.js';

let world: World;
before(async () => {
  world = await worldFromData();
});

const inside = ['received', 'processing', 'suspended', 'awaitingSupplement', 'awaitingPayment'];

/** Counts what came of a plan, asking the statechart and the calendar only. */
function count(dossiers: readonly Rehearsed[]) {
  const from = startOfDay(world.calendar, '2019-03-15');
  const until = startOfDay(world.calendar, '2019-06-15');
  const accepted = dossiers.filter((one) => one.receivedAt !== null);
  const received = accepted.filter((one) => one.receivedAt! >= from && one.receivedAt! < until);
  const resolved = accepted.filter((one) => one.closedAt !== null && one.closedAt < until);
  return {
    accepted,
    received,
    resolved,
    carried: accepted.filter((one) => one.receivedAt! < from),
    inProcess: accepted.filter((one) => inside.includes(one.snapshot.state)),
    late: resolved.filter(
      (one) => one.commands.includes('resolve') && one.dueAt !== null && one.closedAt! > one.dueAt,
    ),
    earlyEnds: resolved.filter((one) => one.closedAt! < from),
  };
}

function has(command: string): (one: Rehearsed) => boolean {
  return (one) => one.commands.includes(command as 'submit');
}

function checkAgainstTargets(plan: QuarterPlan, dossiers: readonly Rehearsed[]): void {
  const { targets } = plan;
  const found = count(dossiers);
  assert.deepEqual(dossiers.flatMap(({ refusals }) => refusals).slice(0, 5), []);
  assert.equal(found.received.length, targets.received);
  assert.equal(found.resolved.length, targets.resolved);
  assert.equal(found.inProcess.length, targets.inProcess);
  assert.equal(found.carried.length, targets.carriedOver);
  assert.equal(found.earlyEnds.length, 0);
  assert.equal(found.late.length, targets.resolvedLate);
  for (const [level, figures] of Object.entries(targets.byLevel)) {
    const at = (list: readonly Rehearsed[]): number => list.filter((one) => one.unit.level === level).length;
    assert.deepEqual(figures, {
      carriedOver: at(found.carried),
      received: at(found.received),
      resolved: at(found.resolved),
      inProcess: at(found.inProcess),
    });
    assert.equal(figures.carriedOver + figures.received, figures.resolved + figures.inProcess);
  }
  for (const channel of ['counter', 'online', 'postal'] as const)
    assert.equal(found.received.filter((one) => one.channel === channel).length, targets.byChannel[channel]);
  for (const level of ['2', '3', '4'] as const) {
    const of = found.received.filter((one) => one.procedure.onlineLevel === Number(level));
    const online = of.filter((one) => one.channel === 'online').length;
    assert.deepEqual(targets.byOnlineLevel[level], { counterOrPost: of.length - online, online });
  }
  const overdue = found.inProcess.filter(
    (one) => one.left === null && one.dueAt !== null && one.dueAt < startOfDay(world.calendar, plan.until),
  );
  assert.equal(
    overdue.filter((one) => one.snapshot.state !== 'awaitingSupplement').length,
    targets.inProcessLate,
  );
  assert.equal(found.accepted.filter(has('withdraw')).length, targets.withdrawn);
  assert.equal(found.accepted.filter(has('discontinue')).length, targets.discontinued);
  assert.equal(found.accepted.filter(has('requestSupplement')).length, targets.supplemented);
  assert.equal(found.accepted.filter(has('handToPost')).length, targets.sentByPost);
  assert.equal(dossiers.filter(has('refuse')).length, targets.refused);
  assert.equal(dossiers.filter(has('void')).length, targets.voided);
  for (const one of found.accepted) assert.equal(one.paid, one.procedure.feeVnd);
}

function hashOf(plan: QuarterPlan): string {
  const hash = createHash('sha256');
  for (const planned of plan.commandsInOrder()) hash.update(canonicalJson(planned as unknown as Json));
  return hash.digest('hex');
}

describe('the plan of the whole quarter', () => {
  let plan: QuarterPlan;
  let dossiers: Rehearsed[];
  before(() => {
    plan = planQuarter({ seed: 1, scale: 1, carriedOver: 0 }, world);
    dossiers = rehearse(plan, world);
  });

  it('is accepted by the statechart command by command and comes to its own figures', () => {
    checkAgainstTargets(plan, dossiers);
  });

  it('comes to the figures of the report', () => {
    const { targets } = plan;
    assert.equal(targets.received, 38_751);
    assert.equal(targets.resolved, 38_584);
    assert.equal(targets.inProcess, 167);
    assert.equal(targets.carriedOver, 0);
    assert.deepEqual(targets.byOnlineLevel, {
      '2': { counterOrPost: 49, online: 0 },
      '3': { counterOrPost: 33_294, online: 141 },
      '4': { counterOrPost: 4_213, online: 1_054 },
    });
  });

  it('meets what the demo promises of the rest', () => {
    const { targets } = plan;
    assert.ok(targets.supplemented >= 0.03 * targets.received);
    assert.equal(targets.withdrawn, Math.round(0.003 * targets.received));
    assert.equal(targets.resolvedLate, Math.round(0.005 * targets.resolved));
    assert.ok(Math.abs(targets.sentByPost / targets.resolved - 0.05) < 0.001);
    assert.ok(targets.cameBack > 20);
    assert.ok(targets.refused >= 0.01 * targets.received);
    assert.ok(targets.voided > 0 && targets.rejected > 0 && targets.discontinued > 0);
    assert.equal(new Set(dossiers.filter((one) => one.receivedAt).map((one) => one.unit)).size, 133);
  });

  it('resolves about 95 in a hundred on the day they were received, fewer of them at the end', () => {
    const { received } = count(dossiers);
    const day = (at: string): string => localDay(world.calendar, at);
    const sameDay = received.filter((one) => one.closedAt && day(one.closedAt) === day(one.receivedAt!));
    const share = sameDay.length / received.length;
    assert.ok(share > 0.945 && share < 0.96, String(share));
  });

  it('has offices work in office hours only, and the portal at any hour', () => {
    const working = new Map<string, boolean>();
    const open = (at: string): boolean => {
      const local = new Date(Date.parse(at) + 7 * 3_600_000).toISOString();
      const [day, time] = [local.slice(0, 10), local.slice(11)];
      if (!working.has(day)) working.set(day, isWorkingDay(world.calendar, day) === true);
      const hours = (time >= '07:00' && time < '11:30') || (time >= '13:30' && time < '17:00');
      return working.get(day)! && hours;
    };
    let nights = 0;
    for (const { at, officer, command } of plan.commandsInOrder()) {
      if (officer.startsWith('carrier@')) continue;
      if (open(at)) continue;
      assert.ok(officer.startsWith('portal@'), `${command} by ${officer} at ${at}`);
      assert.equal(command, 'submit');
      nights += 1;
    }
    assert.ok(nights > 100);
  });

  it('keeps within the budget of commands and in order of time', () => {
    assert.ok(plan.totalCommands > 250_000 && plan.totalCommands < 330_000, String(plan.totalCommands));
    let last = '';
    let seen = 0;
    let pressed = 0;
    const next = new Map<number, number>();
    const lastOf = new Map<number, number>();
    for (const { at, dossier, step } of plan.commandsInOrder()) {
      assert.ok(at >= last);
      const waited = Date.parse(at) - (lastOf.get(dossier) ?? -Infinity);
      assert.ok(waited >= 1_000);
      // A second is what the plan puts between two that would otherwise coincide: a sound one hardly needs it.
      if (waited === 1_000) pressed += 1;
      lastOf.set(dossier, Date.parse(at));
      assert.equal(step, next.get(dossier) ?? 0);
      next.set(dossier, step + 1);
      last = at;
      seen += 1;
    }
    assert.ok(last < startOfDay(world.calendar, '2019-06-15'));
    assert.equal(seen, plan.totalCommands);
    assert.ok(pressed < seen / 1_000, String(pressed));
    assert.equal(next.size, plan.totalDossiers);
  });

  it('is heavier in the morning and works on the make-up Saturday, not on holidays', () => {
    const days = new Map<string, number>();
    let mornings = 0;
    for (const { receivedAt } of count(dossiers).received) {
      const local = localDay(world.calendar, receivedAt!);
      days.set(local, (days.get(local) ?? 0) + 1);
      if (receivedAt!.slice(11, 13) < '05') mornings += 1;
    }
    assert.ok(mornings / plan.targets.received > 0.6);
    assert.ok(days.get('2019-05-04')! > 200);
    for (const off of ['2019-04-15', '2019-04-29', '2019-04-30', '2019-05-01', '2019-05-05'])
      assert.ok(!days.has(off));
  });

  it('never uses an item number twice', () => {
    const seen = new Set<string>();
    for (const { command, payload } of plan.commandsInOrder()) {
      if (command !== 'handToPost') continue;
      assert.ok(!seen.has(String(payload.itemNumber)));
      seen.add(String(payload.itemNumber));
    }
  });
});

describe('a plan', () => {
  const cases: PlanOptions[] = [
    { seed: 'a', scale: 0.05, carriedOver: 0 },
    { seed: 7, scale: 0.05, carriedOver: 60 },
    { seed: 7, scale: 0.01, carriedOver: 900 },
    { seed: 7, scale: 0.0035, carriedOver: 1 },
    { seed: 7, scale: 0.0001, carriedOver: 0 },
  ];
  for (const options of cases) {
    it(`holds its figures at scale ${options.scale} with ${options.carriedOver} carried over`, () => {
      const plan = planQuarter(options, world);
      checkAgainstTargets(plan, rehearse(plan, world));
    });
  }

  it('is the same again for the same options, whatever the order of the world', () => {
    const options = { seed: 42, scale: 0.02, carriedOver: 10 };
    const shuffled = {
      ...world,
      units: [...world.units].reverse(),
      procedures: [...world.procedures].reverse(),
    };
    const hash = hashOf(planQuarter(options, world));
    assert.equal(hashOf(planQuarter(options, world)), hash);
    assert.equal(hashOf(planQuarter(options, shuffled)), hash);
  });

  it('is another one for another seed', () => {
    const options = { scale: 0.02, carriedOver: 0 };
    assert.notEqual(
      hashOf(planQuarter({ ...options, seed: 1 }, world)),
      hashOf(planQuarter({ ...options, seed: 2 }, world)),
    );
  });

  it('is refused for a scale or a stock that makes no sense', () => {
    for (const wrong of [
      { scale: 0 },
      { scale: 1.5 },
      { scale: Number.NaN },
      { carriedOver: -1 },
      { carriedOver: 0.5 },
    ]) {
      assert.throws(
        () => planQuarter({ seed: 1, scale: 0.01, carriedOver: 0, ...wrong }, world),
        (error) => error instanceof DomainError && error.code === 'plan_options_not_understood',
      );
    }
  });
});
