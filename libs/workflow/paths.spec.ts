import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { getShortestPaths, getSimplePaths } from 'xstate/graph';
import { compiledOf } from './compile.js';
import { fromMachineState } from './engine.js';
import type { LifecycleEvent } from './machine/words.js';
import { pathsThrough } from './paths.js';
import { branching, definitionOf, linear, NOBODY, PARCEL, stepOf } from './spec-support.js';
import { step } from './step.js';
import { COMMANDS, STATES, type DossierSnapshot, type ProcedureDefinition } from './types.js';

const events: LifecycleEvent[] = [
  ...COMMANDS.filter(
    (type) => !['completeStep', 'returnToStep', 'resolve', 'handToPost', 'recordPostEvent'].includes(type),
  ).map((type) => ({ type }) as LifecycleEvent),
  { type: 'completeStep', next: 'verify' },
  { type: 'completeStep', next: 'sign' },
  { type: 'returnToStep', step: 'check' },
  { type: 'resolve', outcome: 'approved' },
  { type: 'handToPost', itemNumber: PARCEL },
  { type: 'recordPostEvent', itemNumber: PARCEL, event: 'EMH', action: 'returnToSender', reason: null },
  { type: 'recordPostEvent', itemNumber: PARCEL, event: 'EMI', action: null, reason: null },
];
const options = {
  events,
  limit: 5_000,
  serializeState: (state: Parameters<typeof fromMachineState>[0]) => JSON.stringify(fromMachineState(state)),
};

describe("the statechart's own graph", () => {
  const { machine } = compiledOf(linear);

  it('reaches every state from the first, every state but the ends leads on, and delivered is reached from all at work', () => {
    const reached = new Set(
      getShortestPaths(machine, options).map((path) => fromMachineState(path.state).state),
    );
    assert.deepEqual([...reached].sort(), [...STATES].sort());
  });

  it('has simple paths to both ways of delivery, and each is accepted command by command', () => {
    const paths = getSimplePaths(machine, options).filter(
      (path) => fromMachineState(path.state).state === 'delivered',
    );
    const ways = new Set(paths.map((path) => path.steps.at(-1)!.event.type as string));
    assert.deepEqual([...ways].sort(), ['collect', 'recordPostEvent']);
    for (const path of paths) {
      for (const [at, one] of path.steps.entries()) {
        if (at > 0) assert.ok(path.steps[at - 1]!.state.can(one.event), JSON.stringify(one.event));
      }
    }
  });
});

function walk(definition: ProcedureDefinition, depth: number) {
  const paths = pathsThrough(definition, { depth });
  const edges = new Set<string>();
  for (const path of paths) {
    let snapshot: DossierSnapshot | null = null;
    for (const { command, payload, actor, state, step: inHand } of path.steps) {
      const from: DossierSnapshot | null = snapshot;
      const outcome = step(definition, from, { name: command, payload }, { ...NOBODY, actor });
      assert.equal(outcome.kind, 'accepted', JSON.stringify([path, outcome]));
      assert.deepEqual([outcome.next.state, outcome.next.step], [state, inHand]);
      snapshot = outcome.next;
      edges.add([from?.state, from?.step, command, state, inHand].join(' '));
    }
    assert.ok(path.steps.length <= depth);
  }
  return { paths, edges };
}

describe('pathsThrough', () => {
  it('gives paths that step() accepts with the payloads and actors given, and that end where it says', () => {
    for (const definition of [linear, branching]) walk(definition, 12);
  });

  it('walks every arrow of the lifecycle, and one loop of each kind', () => {
    const { paths, edges } = walk(linear, 14);
    const wanted = [
      'submitted  requestSupplement awaitingSupplement ',
      'awaitingSupplement  supplement submitted ',
      'awaitingPayment sign confirmPayment processing sign',
      'suspended verify resume processing verify',
      'processing sign returnToStep processing check',
      'processing sign returnToStep processing verify',
      'posted  recordPostEvent posted ',
      'posted  recordPostEvent awaitingCollection ',
      'awaitingCollection  recordPostEvent delivered ',
      'awaitingCollection  handToPost posted ',
      'delivered  recordPostEvent delivered ',
      'suspended check amend suspended check',
    ];
    for (const edge of wanted) assert.ok(edges.has(edge), edge);
    const loops = paths.filter((path) => path.loop).map((path) => path.steps.at(-1)!.command);
    for (const command of [
      'supplement',
      'confirmPayment',
      'resume',
      'returnToStep',
      'recordPostEvent',
      'amend',
    ]) {
      assert.ok(loops.includes(command as never), command);
    }
    assert.deepEqual(new Set(paths.flatMap((path) => path.steps.map((one) => one.state))), new Set(STATES));
  });

  it('finds every simple path: of one step and depth 4 they can be counted by hand', () => {
    const single = definitionOf('single@1', [stepOf('settle', [])]);
    const simple = pathsThrough(single, { depth: 4 }).filter((path) => !path.loop);
    const told = simple.map((path) => path.steps.map((one) => one.command).join(' ')).sort();
    const waits = ['requestPayment', 'requestSupplement'];
    const expected = [
      ...['refuse', 'void', 'withdraw'].map((end) => `submit ${end}`),
      ...waits.flatMap((wait) => ['refuse', 'void', 'withdraw'].map((end) => `submit ${wait} ${end}`)),
      ...['withdraw', 'discontinue'].map((end) => `submit receive ${end}`),
      ...waits.flatMap((wait) => ['withdraw', 'discontinue'].map((end) => `submit receive ${wait} ${end}`)),
      ...['withdraw', 'discontinue', 'suspend', 'resolve', 'resolve', ...waits].map(
        (last) => `submit receive startProcessing ${last}`,
      ),
    ];
    assert.deepEqual(told, expected.sort());
  });

  it('repeats itself exactly, and a greater depth only adds', () => {
    assert.deepEqual(pathsThrough(linear, { depth: 8 }), pathsThrough(linear, { depth: 8 }));
    const less = walk(linear, 8).edges;
    const more = walk(linear, 12).edges;
    assert.deepEqual(
      [...less].filter((edge) => !more.has(edge)),
      [],
    );
  });
});
