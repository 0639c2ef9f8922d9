import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { compiledOf } from './compile.js';
import { samplePayloads } from './samples.js';
import { by, definitionOf, linear, PLACES, snapshotOf, stepOf } from './spec-support.js';
import { available, step } from './step.js';
import {
  COMMANDS,
  SEPARATION_NAMES,
  type Actor,
  type CommandName,
  type DossierSnapshot,
  type ProcedureDefinition,
} from './types.js';

type Did = Actor['did'][number];

/** A procedure whose last step is the counter's, so that one position may both receive and resolve. */
const atCounter = definitionOf('counter-only@1', [
  stepOf('do', [], { position: 'counter', at: 'receiving' }),
]);
const LAST = snapshotOf('processing', {}, 'do', atCounter);

function ask(
  definition: ProcedureDefinition,
  snapshot: DossierSnapshot,
  name: CommandName,
  actor: Actor,
): ReturnType<typeof step> {
  const payload = samplePayloads(compiledOf(definition), snapshot, name)[0] ?? {};
  return step(definition, snapshot, { name, payload }, { ...by('citizen'), actor });
}

const counter = (...did: Did[]): Actor => ({
  position: 'counter',
  relations: ['receiving', 'competent', 'step'],
  did,
});

/** The code of the refusal, or `accepted`. */
function told(outcome: ReturnType<typeof step>): string {
  return outcome.kind === 'refused' ? outcome.code : 'accepted';
}

describe('separation of duties', () => {
  it('keeps who received from resolving, at a step that their position may do', () => {
    assert.equal(told(ask(atCounter, LAST, 'resolve', counter())), 'accepted');
    assert.equal(told(ask(atCounter, LAST, 'resolve', counter('received'))), 'separation_of_duties');
    assert.equal(
      told(ask(atCounter, LAST, 'resolve', counter('approved'))),
      'accepted',
      'once more, after a return',
    );
  });

  for (const command of ['handToPost', 'offerAtCounter'] as const) {
    it(`keeps who resolved from ${command}, and not who received`, () => {
      const resolved = snapshotOf('resolved', {}, null, atCounter);
      assert.equal(told(ask(atCounter, resolved, command, counter('received'))), 'accepted');
      assert.equal(told(ask(atCounter, resolved, command, counter('approved'))), 'separation_of_duties');
      assert.equal(
        told(ask(atCounter, resolved, command, counter('received', 'approved'))),
        'separation_of_duties',
      );
    });
  }

  it('keeps who resolved from posting again what came back, too', () => {
    const head = { ...counter('approved') };
    assert.equal(told(ask(linear, PLACES['returned by post'], 'handToPost', head)), 'separation_of_duties');
    assert.equal(told(ask(linear, PLACES['returned by post'], 'collect', head)), 'accepted');
  });

  it('is said beforehand, where everything else would allow it', () => {
    const listed = available(atCounter, LAST, { ...by('citizen'), actor: counter('received') });
    assert.ok(!listed.allowed.includes('resolve'));
    assert.deepEqual(
      listed.notYet.find(({ command }) => command === 'resolve'),
      { command: 'resolve', because: 'separation_of_duties' },
    );
  });

  it('comes after the state, the position and the unit, and before what the command says', () => {
    const did: Did[] = ['received', 'approved'];
    assert.equal(told(ask(linear, PLACES.received, 'resolve', counter(...did))), 'not_allowed_in_state');
    assert.equal(
      told(ask(linear, PLACES['processing last'], 'resolve', counter(...did))),
      'not_your_position',
    );
    const elsewhere: Actor = { position: 'head', relations: ['receiving'], did };
    assert.equal(told(ask(linear, PLACES['processing last'], 'resolve', elsewhere)), 'not_your_unit');
    const ctx = { ...by('citizen'), actor: counter(...did) };
    assert.equal(told(step(atCounter, LAST, { name: 'resolve', payload: {} }, ctx)), 'separation_of_duties');
  });

  it('is what the procedure says it is: none, or one of the two', () => {
    const both: Did[] = ['received', 'approved'];
    const resolved = { state: 'resolved', place: 'offerAtCounter' } as const;
    const cases: [ProcedureDefinition['separation'], string, string][] = [
      [undefined, 'separation_of_duties', 'separation_of_duties'],
      [['receive-approve', 'approve-post'], 'separation_of_duties', 'separation_of_duties'],
      [['receive-approve'], 'separation_of_duties', 'accepted'],
      [['approve-post'], 'accepted', 'separation_of_duties'],
      [[], 'accepted', 'accepted'],
    ];
    cases.forEach(([separation, resolve, offer], at) => {
      const definition = { ...atCounter, key: `kept-apart-${at}@1`, ...(separation && { separation }) };
      const last = snapshotOf('processing', {}, 'do', definition);
      const after = snapshotOf(resolved.state, {}, null, definition);
      assert.equal(told(ask(definition, last, 'resolve', counter(...both))), resolve);
      assert.equal(told(ask(definition, after, resolved.place, counter(...both))), offer);
    });
  });

  it('asks nobody when an event that is already law is folded again', () => {
    const outcome = step(
      atCounter,
      LAST,
      { name: 'resolve', payload: { outcome: 'approved' } },
      { ...by('citizen'), actor: null },
    );
    assert.equal(outcome.kind, 'accepted');
  });

  it('takes away and never gives: whatever somebody did, they may no more than before', () => {
    const actor = fc.record({
      position: fc.constantFrom('counter', 'specialist', 'head', 'postal', 'system', 'auditor' as const),
      relations: fc.subarray(['receiving', 'competent', 'step', 'everywhere'] as const),
    });
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.values(PLACES)),
        fc.constantFrom(...COMMANDS),
        actor,
        fc.subarray<Did>(['received', 'approved']),
        fc.subarray([...SEPARATION_NAMES]),
        (snapshot, command, who, did, separation) => {
          const own = { ...linear, key: `linear-${separation.join('+')}@1`, separation };
          const place = { ...snapshot, definition: own.key };
          const before = told(ask(own, place, command, { ...who, did: [] } as Actor));
          const after = told(ask(own, place, command, { ...who, did } as Actor));
          if (after !== before) assert.deepEqual([before, after], ['accepted', 'separation_of_duties']);
          const received = did.includes('received') && separation.includes('receive-approve');
          if (command === 'resolve' && received) assert.notEqual(after, 'accepted');
          const approved = did.includes('approved') && separation.includes('approve-post');
          if ((command === 'handToPost' || command === 'offerAtCounter') && approved)
            assert.notEqual(after, 'accepted');
        },
      ),
      { numRuns: 500 },
    );
  });
});
