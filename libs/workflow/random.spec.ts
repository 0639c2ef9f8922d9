import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { JsonObject } from '#libs/kernel';
import { compact } from './compact.js';
import { compiledOf } from './compile.js';
import { becauseLabel, refusalLabel } from './labels/index.js';
import { restore } from './restore.js';
import { samplePayloads } from './samples.js';
import { branching, deepFreeze, linear, OTHER_PARCEL, PARCEL } from './spec-support.js';
import { available, step } from './step.js';
import {
  COMMANDS,
  POSITIONS,
  type Actor,
  type DeadlineFact,
  type DossierSnapshot,
  type ProcedureDefinition,
  type WorkflowCommand,
  type WorkflowEvent,
} from './types.js';
import { commandOf, EVENT_OF, isTerminal } from './words.js';

deepFreeze([linear, branching]);

/** One move of a random life: which command (any, or one of those allowed), which payload, who, and how much later. */
interface Play {
  sensible: boolean;
  pick: number;
  name: string;
  payload: JsonObject;
  actor: Actor | null;
  later: number;
}

const stepNames = fc.constantFrom('check', 'verify', 'consult', 'sign', 'inHand', 'constructor', '__proto__');
const payloads = fc.record(
  {
    step: stepNames,
    next: stepNames,
    reason: fc.string({ unit: 'grapheme', maxLength: 20 }),
    outcome: fc.constantFrom('approved', 'rejected', 'maybe'),
    itemNumber: fc.constantFrom(PARCEL, OTHER_PARCEL, 'RA473124820VN', 'x'),
    event: fc.constantFrom('EMA', 'EMH', 'EMI', 'EMX', 'xstate.init'),
    action: fc.constantFrom('returnToSender', 'tryAgain', 'burn'),
    field: fc.constantFrom('applicant.name', ''),
    type: fc.constantFrom('receive', 'xstate.stop'),
    junk: fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<never>,
  },
  { requiredKeys: [] },
) as fc.Arbitrary<JsonObject>;

const actors = fc.option(
  fc.record({
    position: fc.constantFrom(...POSITIONS),
    relations: fc.subarray(['receiving', 'competent', 'step', 'everywhere'] as const),
    did: fc.subarray(['received', 'approved'] as const),
  }),
  { freq: 2 },
);

const plays: fc.Arbitrary<Play[]> = fc.array(
  fc.record({
    sensible: fc.nat({ max: 3 }).map((one) => one > 0),
    pick: fc.nat({ max: 0xffff }),
    name: fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...COMMANDS) }, fc.string()),
    payload: payloads,
    actor: actors,
    later: fc.integer({ min: -2, max: 5 }),
  }),
  { minLength: 10, maxLength: 40, size: 'max' },
);

const ENDS = ['withdraw', 'discontinue', 'refuse', 'void'];
const ONWARD = [
  'receive',
  'startProcessing',
  'completeStep',
  'supplement',
  'confirmPayment',
  'resume',
  'resolve',
  'handToPost',
  'offerAtCounter',
  'recordPostEvent',
  'collect',
];

function commandFor(
  definition: ProcedureDefinition,
  snapshot: DossierSnapshot | null,
  play: Play,
): WorkflowCommand {
  if (!play.sensible) return { name: play.name as never, payload: play.payload };
  if (snapshot === null) return { name: 'submit', payload: {} };
  const ctx = { at: '', lastAt: null, actor: null };
  const { allowed } = available(definition, snapshot, ctx);
  // Mostly onward and seldom to an early end, so that lives get long enough to be worth looking at.
  const onward = allowed.filter((name) => ONWARD.includes(name));
  const lively = allowed.filter((name) => !ENDS.includes(name));
  const names = [onward, onward, onward, lively].filter((some) => some.length > 0);
  const some = play.pick % 31 === 0 ? allowed : (names[play.pick % names.length] ?? allowed);
  const name = some[(play.pick >> 3) % some.length] ?? 'amend';
  const samples = samplePayloads(compiledOf(definition), snapshot, name);
  return { name, payload: samples[(play.pick >> 5) % samples.length] ?? {} };
}

interface Life {
  snapshot: DossierSnapshot | null;
  events: WorkflowEvent[];
  facts: DeadlineFact[];
  accepted: number;
}

/** Plays a life, checking what must hold after every single command. */
function live(definition: ProcedureDefinition, moves: readonly Play[]): Life {
  const life: Life = { snapshot: null, events: [], facts: [], accepted: 0 };
  let minute = 100;
  for (const play of moves) {
    const before = life.snapshot;
    const command = deepFreeze(commandFor(definition, before, play));
    const lastAt = before === null ? null : stamp(minute);
    const later = play.sensible ? Math.max(play.later, 0) : play.later;
    const actor = play.sensible && play.pick % 4 > 0 ? null : play.actor;
    const ctx = deepFreeze({ at: stamp(minute + later), lastAt, actor });
    const outcome = step(definition, before, command, ctx);
    assert.deepEqual(step(definition, before, command, ctx), outcome, 'asked twice, answered differently');
    if (outcome.kind === 'refused') {
      assert.equal(outcome.state, before?.state ?? null);
      assert.ok(refusalLabel(outcome.code), outcome.code);
      for (const { because } of outcome.notYet) assert.ok(becauseLabel(because), because);
      assert.deepEqual(
        { allowed: outcome.allowed, notYet: outcome.notYet },
        available(definition, before, ctx),
        'a refusal lists what is available',
      );
      continue;
    }
    assert.ok(before === null || later >= 0, 'something happened before the last event');
    assert.ok(
      available(definition, before, ctx).allowed.includes(command.name),
      `${command.name} was not listed`,
    );
    assert.ok(before === null || !isTerminal(before.state), 'an end was left');
    assert.deepEqual(
      restore(JSON.parse(JSON.stringify(outcome.next)) as JsonObject, definition),
      outcome.next,
    );
    const small = JSON.parse(JSON.stringify(compact(outcome.next))) as JsonObject;
    assert.deepEqual(restore(small, definition, outcome.next), outcome.next);
    life.snapshot = deepFreeze(outcome.next);
    life.events.push(...outcome.events);
    if (outcome.deadline) life.facts.push(outcome.deadline);
    life.accepted += 1;
    minute += Math.max(later, 0);
  }
  return life;
}

function stamp(minute: number): string {
  return new Date(Date.UTC(2019, 3, 1, 0, minute)).toISOString();
}

/** start, then pauses and resumes in turn, then one stop: and no stop before the dossier has come to one. */
const CLOCK = /^(start( pause resume)*( pause)?( stop)?)?$/;

describe('a random life', () => {
  for (const definition of [linear, branching]) {
    it(`of ${definition.key} never throws, never writes to what it is given, and keeps its promises`, () => {
      let accepted = 0;
      const seen = new Set<string>();
      fc.assert(
        fc.property(plays, (moves) => {
          const life = live(definition, moves);
          accepted += life.accepted;
          for (const { type } of life.events) seen.add(type);
          assert.match(life.facts.map((fact) => fact.kind).join(' '), CLOCK);
          if (life.snapshot === null) return;
          const { context, state } = life.snapshot;
          assert.equal(context.accepted, life.facts.length > 0, 'the clock runs from acceptance on');
          const numbers = context.shipments.map((one) => one.itemNumber);
          assert.equal(new Set(numbers).size, numbers.length, 'a number was used twice');
          assert.ok(context.shipments.slice(0, -1).every((one) => one.outcome === 'returned'));
          const stopped = life.facts.at(-1)?.kind === 'stop';
          const over = context.outcome !== null || state === 'withdrawn' || state === 'discontinued';
          assert.equal(stopped, over && context.accepted, 'the clock stops when the dossier is done with');
        }),
        { numRuns: 200 },
      );
      assert.ok(accepted > 1_500, `only ${String(accepted)} commands were accepted: the lives are too short`);
      const missing = COMMANDS.filter((name) => !ENDS.includes(name) && !seen.has(EVENT_OF[name]));
      assert.deepEqual(missing, [], 'no life had these events in it');
    });

    it(`of ${definition.key} can be told again from its events alone`, () => {
      fc.assert(
        fc.property(plays, (moves) => {
          const { snapshot, events } = live(definition, moves);
          let told: DossierSnapshot | null = null;
          for (const { type, data } of JSON.parse(JSON.stringify(events)) as WorkflowEvent[]) {
            const ctx = { at: stamp(0), lastAt: null, actor: null };
            const outcome = step(definition, told, { name: commandOf(type)!, payload: data }, ctx);
            assert.equal(outcome.kind, 'accepted', JSON.stringify(outcome));
            told = outcome.next;
          }
          assert.deepEqual(told, snapshot);
        }),
        { numRuns: 100 },
      );
    });
  }
});
