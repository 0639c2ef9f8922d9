import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { initialTransition, transition } from 'xstate';
import { compiledOf } from './compile.js';
import { canMove, factOf, fromMachineState, move, toMachineState, type Place } from './engine.js';
import type { LifecycleEvent } from './machine/words.js';
import { branching, linear, OTHER_PARCEL, PARCEL, PLACES, snapshotOf } from './spec-support.js';
import { COMMANDS, type DossierSnapshot, type ProcedureDefinition } from './types.js';

/** Every event that the statechart could be sent: each command, with each value that its guards look at. */
function everyEvent(definition: ProcedureDefinition): LifecycleEvent[] {
  const steps = [...definition.steps.map((one) => one.name), 'nowhere', 'inHand', 'constructor'];
  const parcels = [PARCEL, OTHER_PARCEL];
  return COMMANDS.flatMap((type): LifecycleEvent[] => {
    switch (type) {
      case 'completeStep':
        return steps.map((next) => ({ type, next }));
      case 'returnToStep':
        return steps.map((step) => ({ type, step }));
      case 'resolve':
        return [
          { type, outcome: 'approved' },
          { type, outcome: 'rejected' },
        ];
      case 'handToPost':
        return parcels.map((itemNumber) => ({ type, itemNumber }));
      case 'recordPostEvent':
        return parcels.flatMap((itemNumber) => [
          { type, itemNumber, event: 'EMA', action: null, reason: null },
          { type, itemNumber, event: 'EMH', action: 'tryAgain', reason: null },
          { type, itemNumber, event: 'EMH', action: 'returnToSender', reason: 'moved' },
          { type, itemNumber, event: 'EMH', action: 'returnToSender', reason: null },
          { type, itemNumber, event: 'EMI', action: null, reason: null },
        ]);
      default:
        return [{ type }];
    }
  });
}

/** The same question put to XState's public, documented function. */
function moveInPublic(definition: ProcedureDefinition, place: Place, event: LifecycleEvent) {
  const compiled = compiledOf(definition);
  const before = toMachineState(compiled, place);
  const [after, effects] = transition(compiled.machine, before, event);
  const taken = before.status === 'active' && (after !== before || effects.length > 0);
  return { ...fromMachineState(after), taken, fact: factOf(effects), can: before.can(event) };
}

function compare(definition: ProcedureDefinition, snapshot: DossierSnapshot): number {
  const { state, step, context } = snapshot;
  let taken = 0;
  for (const event of everyEvent(definition)) {
    const { can, ...expected } = moveInPublic(definition, { state, step, context }, event);
    const found = move(compiledOf(definition), { state, step, context }, event);
    assert.deepEqual(found, expected, `${state}/${step} ${JSON.stringify(event)}`);
    assert.equal(found.taken, can, `can(): ${state}/${step} ${JSON.stringify(event)}`);
    assert.equal(canMove(compiledOf(definition), { state, step, context }, event), can);
    if (found.taken) taken += 1;
  }
  return taken;
}

describe('the kept scope', () => {
  for (const [name, snapshot] of Object.entries(PLACES)) {
    it(`gives what transition() gives, and accepts what can() accepts: ${name}`, () => {
      compare(linear, snapshot);
    });
  }

  it('does so at every step of a branching procedure, at work and waiting', () => {
    let taken = 0;
    for (const { name } of branching.steps) {
      taken += compare(branching, snapshotOf('processing', {}, name, branching));
      for (const state of ['suspended', 'awaitingSupplement', 'awaitingPayment'] as const) {
        taken += compare(branching, snapshotOf(state, { returnTo: 'processing' }, name, branching));
      }
    }
    assert.ok(taken > 60, `only ${taken} events were accepted: the comparison compares nothing`);
  });

  it('does so whatever the outcome was, and the reason for coming back', () => {
    for (const state of ['resolved', 'posted', 'awaitingCollection', 'delivered'] as const)
      for (const outcome of ['rejected', 'approved'] as const)
        compare(linear, snapshotOf(state, { outcome }));
    for (const returnReason of ['moved away', 'refused', null])
      compare(linear, snapshotOf('awaitingCollection', { returnReason }));
  });

  it('does so with several parcels', () => {
    const shipments = [
      { itemNumber: PARCEL, outcome: 'returned' as const },
      { itemNumber: OTHER_PARCEL, outcome: 'underWay' as const },
    ];
    compare(linear, snapshotOf('posted', { shipments }));
  });

  it('starts where initialTransition() starts', () => {
    const [first, effects] = initialTransition(compiledOf(linear).machine);
    assert.deepEqual(fromMachineState(first), { ...place(PLACES.submitted) });
    assert.deepEqual(effects, []);
  });

  it('reads a machine state back as it was written', () => {
    for (const snapshot of Object.values(PLACES)) {
      assert.deepEqual(fromMachineState(toMachineState(compiledOf(linear), snapshot)), place(snapshot));
    }
  });

  it('invokes, spawns, delays and raises nothing, which is why a scope that does nothing is enough', () => {
    for (const definition of [linear, branching]) {
      const nodes = [compiledOf(definition).machine.root];
      for (const node of nodes) {
        nodes.push(...(Object.values(node.states) as typeof nodes));
        assert.deepEqual([node.invoke, node.after, node.always ?? []], [[], [], []], node.id);
      }
      const actions = compiledOf(definition).machine.implementations.actions;
      for (const [name, action] of Object.entries(actions)) {
        const kind = typeof action === 'function' && 'type' in action ? action.type : 'none';
        assert.ok(['none', 'xstate.assign'].includes(String(kind)), `${name} is ${String(kind)}`);
      }
    }
  });
});

function place({ state, step, context }: DossierSnapshot): Place {
  return { state, step, context };
}
