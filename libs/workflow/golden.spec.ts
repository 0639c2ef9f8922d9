import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { DomainError, type JsonObject } from '#libs/kernel';
import { compact, type StoredPlace } from './compact.js';
import { restore } from './restore.js';
import { branching, definitionOf, linear, NOBODY, stepOf } from './spec-support.js';
import { available } from './step.js';
import { STATES } from './types.js';
import { LIFECYCLE_VERSION } from './version.js';

/*
 * Golden snapshots: what this version of the lifecycle wrote, kept as a file. They are never regenerated. When one no
 * longer restores, dossiers in databases do not either: then LIFECYCLE_VERSION goes up, and with it comes a migration.
 */
const file = new URL('../../../libs/workflow/golden/lifecycle-1.json', import.meta.url);
const golden = JSON.parse(readFileSync(file, 'utf8')) as {
  version: number;
  snapshots: Record<string, JsonObject>;
  allowed: Record<string, string[]>;
};

/** The procedure that the golden snapshots were written under. */
const procedure = definitionOf('golden@1', [
  stepOf('check', ['verify']),
  stepOf('verify', ['sign']),
  stepOf('sign', []),
]);

function unfit(json: unknown, definition = procedure, place?: StoredPlace): string {
  try {
    restore(json as JsonObject, definition, place);
  } catch (error) {
    assert.ok(error instanceof DomainError, String(error));
    assert.equal(error.code, 'snapshot_unfit');
    return error.detail.field!;
  }
  assert.fail(`restored: ${JSON.stringify(json)}`);
}

/** The same snapshots in the form that leaves out what their rows say. Never regenerated either. */
const compactFile = new URL('../../../libs/workflow/golden/compact-1.json', import.meta.url);
const small = JSON.parse(readFileSync(compactFile, 'utf8')) as Record<string, JsonObject>;

function placeIn(name: string): StoredPlace {
  const { state, step } = golden.snapshots[name]!;
  return { state: String(state), step: step as string | null };
}

describe('the golden snapshots', () => {
  it('are of this version', () => assert.equal(golden.version, LIFECYCLE_VERSION));

  it('hold one of every state', () => {
    const states = Object.values(golden.snapshots).map((snapshot) => snapshot.state);
    assert.deepEqual([...new Set(states)].sort(), [...STATES].sort());
  });

  for (const [name, json] of Object.entries(golden.snapshots)) {
    it(`restore as they are, and allow what they allowed: ${name}`, () => {
      const snapshot = restore(json, procedure);
      assert.deepEqual(snapshot, json);
      assert.deepEqual(available(procedure, snapshot, NOBODY).allowed, golden.allowed[name]);
    });
  }
});

describe('the golden snapshots in their compact form', () => {
  for (const [name, json] of Object.entries(golden.snapshots)) {
    it(`are what compact() gives, and restore to the whole: ${name}`, () => {
      assert.deepEqual(compact(restore(json, procedure)), small[name]);
      assert.deepEqual(restore(small[name]!, procedure, placeIn(name)), json);
      assert.deepEqual(restore(json, procedure, placeIn(name)), json);
    });
  }

  it('do not restore without the place, nor at another', () => {
    const at = (state: string, step: string | null = null) => ({ state, step });
    assert.equal(unfit({ v: 1 }), 'machine');
    const cases: [JsonObject, StoredPlace, string][] = [
      [{}, at('received'), 'version'],
      [{ v: 2 }, at('received'), 'version'],
      [{ v: 1 }, at('recieved'), 'state'],
      [{ v: 1 }, at('processing'), 'step'],
      [{ v: 1 }, at('processing', 'stamp'), 'step'],
      [{ v: 1 }, at('received', 'check'), 'step'],
      [{ v: 1 }, at('awaitingPayment'), 'context.returnTo'],
      [{ v: 1 }, at('resolved'), 'context.outcome'],
      [{ v: 1, accepted: true }, at('submitted'), 'context.accepted'],
      [{ v: 1, returnTo: 'submitted' }, at('received'), 'context.returnTo'],
      [{ v: 1, outcome: 'approved' }, at('posted'), 'context.shipments'],
      [golden.snapshots.received!, at('processing', 'check'), 'state'],
      [golden.snapshots.processing!, at('processing', 'check'), 'step'],
    ];
    for (const [json, place, field] of cases)
      assert.equal(unfit(json, procedure, place), field, JSON.stringify([json, place]));
  });
});

describe('a snapshot that does not fit', () => {
  const atWork = golden.snapshots.processing!;
  const waiting = golden.snapshots.awaitingSupplement!;
  const posted = golden.snapshots.posted!;
  const change = (snapshot: JsonObject, more: JsonObject) => ({
    ...snapshot,
    context: { ...(snapshot.context as JsonObject), ...more },
  });

  it('is reported by what does not fit, never guessed', () => {
    const cases: [unknown, string][] = [
      [null, 'snapshot'],
      ['processing', 'snapshot'],
      [[atWork], 'snapshot'],
      [{}, 'machine'],
      [{ ...atWork, machine: 'parcel' }, 'machine'],
      [{ ...atWork, version: 2 }, 'version'],
      [{ ...atWork, version: '1' }, 'version'],
      [{ ...atWork, definition: 'golden@2' }, 'definition'],
      [{ ...atWork, state: 'proccessing' }, 'state'],
      [{ ...atWork, state: 'constructor' }, 'state'],
      [{ ...atWork, state: undefined }, 'state'],
      [{ ...atWork, step: null }, 'step'],
      [{ ...atWork, step: 'stamp' }, 'step'],
      [{ ...golden.snapshots.received!, step: 'check' }, 'step'],
      [{ ...waiting, step: null }, 'step'],
      [{ ...atWork, context: undefined }, 'context'],
      [change(atWork, { accepted: 'yes' }), 'context.accepted'],
      [change(atWork, { accepted: false }), 'context.accepted'],
      [change(golden.snapshots.submitted!, { accepted: true }), 'context.accepted'],
      [change(atWork, { returnTo: 'received' }), 'context.returnTo'],
      [change(waiting, { returnTo: null }), 'context.returnTo'],
      [change(waiting, { returnTo: 'posted' }), 'context.returnTo'],
      [change(golden.snapshots.suspended!, { returnTo: 'received' }), 'context.returnTo'],
      [change(atWork, { outcome: 'approved' }), 'context.outcome'],
      [change(posted, { outcome: null }), 'context.outcome'],
      [change(posted, { outcome: 'maybe' }), 'context.outcome'],
      [change(posted, { shipments: [] }), 'context.shipments'],
      [change(posted, { shipments: [{ itemNumber: 1, outcome: 'underWay' }] }), 'context.shipments'],
      [
        change(posted, { shipments: [{ itemNumber: 'RA473124829VN', outcome: 'lost' }] }),
        'context.shipments',
      ],
      [
        change(atWork, { shipments: [{ itemNumber: 'RA473124829VN', outcome: 'underWay' }] }),
        'context.shipments',
      ],
      [change(posted, { returnReason: 7 }), 'context.returnReason'],
    ];
    for (const [json, field] of cases) assert.equal(unfit(json), field, JSON.stringify(json));
  });

  it('does not fit under another procedure, whose steps are other steps', () => {
    assert.equal(unfit(atWork, branching), 'definition');
    assert.equal(unfit({ ...atWork, definition: linear.key, step: 'stamp' }, linear), 'step');
  });
});
