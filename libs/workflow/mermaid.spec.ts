import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { mermaid } from './mermaid.js';
import { branching, definitionOf, linear, stepOf } from './spec-support.js';
import { STATES } from './types.js';

/** The lines that a `stateDiagram-v2` of ours may have: a heading, a named state, a block, its end, an arrow. */
const LINE =
  /^(stateDiagram-v2| *state "[^"#;{}\n]+" as \w+| *state \w+ \{| *\}| *(\[\*\]|\w+) --> (\[\*\]|\w+)(: \w+(, \w+)*)?)$/;

const lines = (text: string) => text.trimEnd().split('\n');

describe('the diagram of a procedure', () => {
  for (const definition of [linear, branching]) {
    it(`is well formed, names every state and step, and draws no arrow to what it does not name: ${definition.key}`, () => {
      const drawn = lines(mermaid(definition));
      for (const line of drawn) assert.match(line, LINE);
      const names = new Set(drawn.flatMap((line) => / as (\w+)$/.exec(line)?.[1] ?? []));
      const steps = definition.steps.map((one) => `step_${one.name}`);
      assert.deepEqual([...names].sort(), [...STATES, ...steps].sort());
      for (const line of drawn) {
        const arrow = /^ *(\S+) --> ([^:\s]+)/.exec(line);
        for (const end of arrow?.slice(1) ?? []) assert.ok(end === '[*]' || names.has(end), line);
      }
      assert.equal(
        drawn.filter((line) => line.endsWith('{')).length,
        drawn.filter((line) => line.trim() === '}').length,
      );
    });
  }

  it('has the steps inside processing and the rest of life around it', () => {
    const drawn = lines(mermaid(linear, 'en'));
    for (const line of [
      '  [*] --> submitted: submit',
      '  state "4 · In process" as processing',
      '    [*] --> step_check',
      '    step_check --> step_verify: completeStep',
      '    step_sign --> step_check: returnToStep',
      '    step_sign --> [*]: resolve',
      '  processing --> resolved: resolve',
      '  suspended --> processing: resume',
      '  awaitingSupplement --> submitted: supplement',
      '  awaitingCollection --> delivered: collect, recordPostEvent',
      '  voided --> [*]',
    ]) {
      assert.ok(drawn.includes(line), line);
    }
  });

  it('is titled in the language asked for', () => {
    assert.ok(mermaid(linear).includes('"4 · Đang xử lý"'));
    assert.ok(mermaid(linear, 'km').includes('"4 · កំពុងដំណើរការ"'));
  });

  it('is not broken by a title or a name that Mermaid would read as its own', () => {
    const odd = definitionOf('odd@1', [stepOf('end', ['note']), stepOf('note', [])]);
    odd.steps[0]!.title = { vi: 'A "b" {c}; #d\n--> e', en: 'x', km: 'x' };
    for (const line of lines(mermaid(odd))) assert.match(line, LINE);
  });
});
