import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { DomainError } from '#libs/kernel';
import { compile } from './compile.js';
import { branching, definitionOf, linear, NOBODY, PLACES, stepOf } from './spec-support.js';
import { step } from './step.js';
import type { ProcedureDefinition } from './types.js';
import { problemsOf } from './validate.js';

const LEVELS = ['province', 'district', 'commune'];

/** The problems as `field problem`, the way an operator reads them. */
function found(definition: ProcedureDefinition): string[] {
  return problemsOf(definition, LEVELS).map(({ field, problem }) => `${field} ${problem}`);
}

function withSteps(...steps: ProcedureDefinition['steps']): ProcedureDefinition {
  return definitionOf('x@1', steps);
}

describe('a definition that can run', () => {
  it('has no problems, compiles, and compiles once', () => {
    for (const definition of [linear, branching]) {
      assert.deepEqual(found(definition), []);
      assert.equal(compile(definition, { levels: LEVELS }), compile(definition, { levels: LEVELS }));
    }
  });

  it('finds its machine again when it is read from the database once more', () => {
    const again = JSON.parse(JSON.stringify(linear)) as ProcedureDefinition;
    assert.equal(compile(again, { levels: LEVELS }), compile(linear, { levels: LEVELS }));
  });

  it('does not get the machine of other steps that were given its key', () => {
    const other = definitionOf(linear.key, [stepOf('only', [])]);
    const start = (definition: ProcedureDefinition) => {
      const outcome = step(definition, PLACES.received, { name: 'startProcessing', payload: {} }, NOBODY);
      return outcome.kind === 'accepted' ? outcome.next.step : null;
    };
    assert.equal(start(linear), 'check');
    assert.equal(start(other), 'only');
    assert.equal(start(linear), 'check');
  });
});

describe('start-up refuses', () => {
  const cases: [string, ProcedureDefinition, string[]][] = [
    [
      'an unreachable step',
      withSteps(stepOf('a', ['c']), stepOf('b', ['c']), stepOf('c', [])),
      ['steps[1] unreachable_step'],
    ],
    [
      'a separation of duties that there is not, or twice',
      {
        ...withSteps(stepOf('a', [])),
        separation: ['receive-approve', 'receiveApprove' as never, 'receive-approve'],
      },
      ['separation[1] unknown_separation', 'separation[2] duplicate_name'],
    ],
    [
      'a separation of duties that is no list',
      { ...withSteps(stepOf('a', [])), separation: 'receive-approve' as never },
      ['separation unknown_separation'],
    ],
    [
      'a step for somebody who only oversees',
      withSteps(stepOf('a', [], { position: 'auditor' })),
      ['steps[0].performer.position unknown_position'],
    ],
    [
      'a step without a performer',
      withSteps({ ...stepOf('a', []), performer: undefined as never }),
      ['steps[0].performer step_without_performer'],
    ],
    [
      'a step from which no last step can be reached',
      withSteps(stepOf('a', ['b', 'c']), stepOf('b', ['d']), stepOf('c', []), stepOf('d', ['b'])),
      ['steps[1] no_way_out', 'steps[3] no_way_out'],
    ],
    ['a step that only leads to itself', withSteps(stepOf('a', ['a'])), ['steps[0] no_way_out']],
    [
      'a duplicated name',
      withSteps(stepOf('a', ['b']), stepOf('b', []), stepOf('a', [])),
      ['steps[2].name duplicate_name'],
    ],
    [
      'a next named twice',
      withSteps(stepOf('a', ['b', 'b']), stepOf('b', [])),
      ['steps[0].next[1] duplicate_name'],
    ],
    [
      'an unknown performer level',
      withSteps(stepOf('a', [], { level: 'canton' })),
      ['steps[0].performer.level unknown_level'],
    ],
    [
      'an unknown position',
      withSteps(stepOf('a', [], { position: 'mayor' as never })),
      ['steps[0].performer.position unknown_position'],
    ],
    [
      'a citizen as performer, who owes papers or money but no step',
      withSteps(stepOf('a', [], { position: 'citizen' })),
      ['steps[0].performer.position unknown_position'],
    ],
    [
      'a performer nowhere',
      withSteps(stepOf('a', [], { at: 'elsewhere' as never }), stepOf('b', [], { at: { unit: '' } })),
      ['steps[0].performer.at unknown_unit', 'steps[1].performer.at unknown_unit'],
    ],
    ['a next that does not exist', withSteps(stepOf('a', ['b'])), ['steps[0].next[0] unknown_next']],
    ['a first step that does not exist', { ...linear, key: 'x@1', first: 'begin' }, ['first unknown_step']],
    ['no steps', withSteps(), ['steps no_steps']],
    [
      'an unknown policy and certainty',
      { ...linear, key: 'x@1', supplementPolicy: 'stop' as never, certainty: 'sure' as never },
      ['certainty unknown_certainty', 'supplementPolicy unknown_policy'],
    ],
    [
      'a title missing in a language',
      { ...linear, key: 'x@1', title: { vi: 'A', en: ' ', km: 'A' } },
      ['title.en missing'],
    ],
  ];
  for (const [what, definition, problems] of cases) {
    it(`${what}, and says where`, () => {
      assert.deepEqual(found(definition), problems);
      assert.throws(
        () => compile(definition, { levels: LEVELS }),
        (error: unknown) => {
          assert.ok(error instanceof DomainError);
          assert.equal(error.code, 'definition_invalid');
          assert.equal(error.detail.field, problems[0]!.split(' ')[0]);
          assert.equal(error.detail.params!.definition, definition.key);
          assert.equal((error.detail.params!.problems as unknown[]).length, problems.length);
          return true;
        },
      );
    });
  }

  it('a name that is no name, or that means something else', () => {
    for (const name of ['', 'Check', '1st', 'a-b', 'a b', 'kiểm', '__proto__', 'a.b', '*']) {
      assert.deepEqual(found(withSteps(stepOf(name, []))).slice(0, 1), ['steps[0].name bad_name'], name);
    }
    for (const name of ['received', 'processing', 'inHand', 'constructor', 'toString', 'valueOf']) {
      assert.deepEqual(found(withSteps(stepOf(name, []))), ['steps[0].name name_clash'], name);
    }
  });

  it('any level when the organization knows none, except `any`', () => {
    assert.throws(() => compile(withSteps(stepOf('a', [], { level: 'commune' })), { levels: [] }));
    assert.doesNotThrow(() => compile(definitionOf('any@1', [stepOf('a', [])]), { levels: [] }));
  });

  it('data of any shape, without breaking on it', () => {
    const anything = fc.anything({ withNullPrototype: false });
    const steps = fc.array(fc.oneof(anything, fc.constant(stepOf('a', ['b'])), fc.constant(stepOf('b', []))));
    fc.assert(
      fc.property(steps, fc.string(), anything, (written, first, title) => {
        const definition = {
          ...linear,
          key: 'x@1',
          first,
          steps: written,
          title,
        } as unknown as ProcedureDefinition;
        assert.ok(problemsOf(definition, LEVELS).length > 0 || first === 'a');
      }),
    );
  });
});
