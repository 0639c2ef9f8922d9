import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import fc from 'fast-check';
import { startOfDay } from '#libs/calendar';
import { planQuarter } from './plan.js';
import type { World } from './types.js';
import { worldFromData } from './world-from-data.js';

let world: World;
before(async () => {
  world = await worldFromData();
});

/** What a reader of the commands alone would count: no statechart, no figures of the plan's own. */
function readOff(plan: ReturnType<typeof planQuarter>) {
  const from = startOfDay(world.calendar, plan.from);
  const until = startOfDay(world.calendar, plan.until);
  const figures = { carriedOver: 0, received: 0, resolved: 0, commands: 0 };
  const units = new Map<number, string>();
  const received = new Set<string>();
  for (const { at, command, dossier, payload } of plan.commandsInOrder()) {
    assert.ok(at < until);
    figures.commands += 1;
    if (command === 'submit') units.set(dossier, String(payload.competentUnit));
    if (command === 'receive') {
      if (at < from) figures.carriedOver += 1;
      else {
        figures.received += 1;
        received.add(units.get(dossier)!);
      }
    }
    if (command === 'resolve' || command === 'withdraw' || command === 'discontinue') {
      assert.ok(at >= from);
      figures.resolved += 1;
    }
  }
  return { figures, units: received.size };
}

describe('the totals of a plan', () => {
  it('are exact at every scale and with any stock carried over', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_200 }),
        fc.oneof(fc.constant(0), fc.nat(400)),
        fc.nat(),
        (received, carriedOver, seed) => {
          const scale = received / 38_751;
          const plan = planQuarter({ seed, scale, carriedOver }, world);
          const inProcess = Math.round(167 * scale) + carriedOver;
          const { figures, units } = readOff(plan);
          assert.deepEqual(figures, {
            carriedOver,
            received,
            resolved: received + carriedOver - inProcess,
            commands: plan.totalCommands,
          });
          const { targets } = plan;
          assert.equal(targets.received, received);
          assert.equal(targets.inProcess, inProcess);
          assert.equal(targets.resolved, figures.resolved);
          const channels = Object.values(targets.byChannel).reduce((one, other) => one + other, 0);
          assert.equal(channels, received);
          const { '2': none, '3': three, '4': four } = targets.byOnlineLevel;
          for (const [found, reported] of [
            [none.counterOrPost, 49],
            [none.online, 0],
            [three.counterOrPost, 33_294],
            [three.online, 141],
            [four.counterOrPost, 4_213],
            [four.online, 1_054],
          ] as const)
            assert.ok(Math.abs(found - reported * scale) < 1);
          if (received >= 133) assert.equal(units, 133);
        },
      ),
      { numRuns: 60 },
    );
  });
});
