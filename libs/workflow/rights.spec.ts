import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { JsonObject } from '#libs/kernel';
import { samplePayloads } from './samples.js';
import { compiledOf } from './compile.js';
import {
  branching,
  by,
  definitionOf,
  linear,
  PLACES,
  snapshotOf,
  stepOf,
  type PlaceName,
} from './spec-support.js';
import { actorWhoMay } from './who-may.js';
import { available, step } from './step.js';
import {
  COMMANDS,
  POSITIONS,
  type Actor,
  type CommandName,
  type DossierSnapshot,
  type Relation,
} from './types.js';

/**
 * Who may, a second time and by hand: `command: position@relation …`, at places of the linear procedure, whose last
 * step is the head's and whose others are the specialist's.
 */
const EXPECTED: Partial<Record<PlaceName, string>> = {
  submitted: `receive: counter@receiving; refuse: counter@receiving; void: counter@receiving;
    requestSupplement: counter@receiving; requestPayment: counter@receiving;
    withdraw: counter@receiving counter@competent system@everywhere;
    amend: counter@receiving counter@competent specialist@competent specialist@step head@competent head@step`,
  received: `startProcessing: counter@receiving counter@competent specialist@competent head@competent;
    requestSupplement: counter@receiving counter@competent specialist@competent head@competent;
    requestPayment: counter@receiving counter@competent specialist@competent head@competent;
    withdraw: counter@receiving counter@competent system@everywhere; discontinue: head@competent;
    amend: counter@receiving counter@competent specialist@competent specialist@step head@competent head@step`,
  'processing between': `completeStep: specialist@step head@step; returnToStep: specialist@step head@step;
    suspend: specialist@step specialist@competent head@step head@competent;
    requestSupplement: specialist@step specialist@competent head@step head@competent;
    requestPayment: specialist@step specialist@competent head@step head@competent counter@receiving counter@competent;
    withdraw: counter@receiving counter@competent system@everywhere; discontinue: head@competent;
    amend: counter@receiving counter@competent specialist@competent specialist@step head@competent head@step`,
  'processing last': `resolve: head@step; returnToStep: head@step;
    suspend: specialist@step specialist@competent head@step head@competent;
    requestSupplement: specialist@step specialist@competent head@step head@competent;
    requestPayment: specialist@step specialist@competent head@step head@competent counter@receiving counter@competent;
    withdraw: counter@receiving counter@competent system@everywhere; discontinue: head@competent;
    amend: counter@receiving counter@competent specialist@competent specialist@step head@competent head@step`,
  suspended: `resume: specialist@step specialist@competent head@step head@competent;
    withdraw: counter@receiving counter@competent system@everywhere; discontinue: head@competent;
    amend: counter@receiving counter@competent specialist@competent specialist@step head@competent head@step`,
  'supplement before': `supplement: counter@receiving counter@competent system@everywhere;
    refuse: counter@receiving; void: counter@receiving;
    withdraw: counter@receiving counter@competent system@everywhere;
    amend: counter@receiving counter@competent specialist@competent specialist@step head@competent head@step`,
  'payment at work': `confirmPayment: counter@receiving counter@competent system@everywhere;
    withdraw: counter@receiving counter@competent system@everywhere; discontinue: head@competent;
    amend: counter@receiving counter@competent specialist@competent specialist@step head@competent head@step`,
  resolved: `handToPost: counter@receiving counter@competent postal@everywhere;
    offerAtCounter: counter@receiving counter@competent postal@everywhere;
    amend: counter@receiving counter@competent specialist@competent specialist@step head@competent head@step`,
  posted: `recordPostEvent: postal@everywhere system@everywhere;
    amend: counter@receiving counter@competent specialist@competent specialist@step head@competent head@step`,
  'returned by post': `recordPostEvent: postal@everywhere system@everywhere;
    handToPost: counter@receiving counter@competent postal@everywhere;
    collect: counter@receiving counter@competent postal@everywhere;
    amend: counter@receiving counter@competent specialist@competent specialist@step head@competent head@step`,
  'delivered by post': `recordPostEvent: postal@everywhere system@everywhere;
    amend: counter@receiving counter@competent specialist@competent specialist@step head@competent head@step`,
};

const RELATIONS: Relation[] = ['receiving', 'competent', 'step', 'everywhere'];

function sample(snapshot: DossierSnapshot, command: CommandName, definition = linear): JsonObject {
  return samplePayloads(compiledOf(definition), snapshot, command)[0] ?? {};
}

describe('position × command × state', () => {
  for (const [name, table] of Object.entries(EXPECTED)) {
    const rows = table.split(';').map((row) => row.trim().split(': ') as [CommandName, string]);
    const allowed = new Map(rows.map(([command, who]) => [command, new Set(who.split(' '))]));
    const snapshot = PLACES[name as PlaceName];
    for (const position of POSITIONS) {
      it(`${name}: what a ${position} may do, by where the unit stands`, () => {
        for (const relation of RELATIONS) {
          const ctx = by(position, relation);
          const listed = available(linear, snapshot, ctx);
          for (const command of COMMANDS) {
            const may = allowed.get(command)?.has(`${position}@${relation}`) === true;
            const outcome = step(
              linear,
              snapshot,
              { name: command, payload: sample(snapshot, command) },
              ctx,
            );
            const cell = `${command} by ${position}@${relation}`;
            assert.equal(outcome.kind === 'accepted', may, cell);
            assert.equal(listed.allowed.includes(command), may, `listed: ${cell}`);
            if (outcome.kind === 'accepted' || !allowed.has(command)) continue;
            const elsewhere = [...allowed.get(command)!].some((who) => who.startsWith(`${position}@`));
            assert.equal(outcome.code, elsewhere ? 'not_your_unit' : 'not_your_position', cell);
            const why = listed.notYet.find((one) => one.command === command);
            assert.equal(why?.because, outcome.code, cell);
          }
        }
      });
    }
  }

  it('lets the portal, the receiving counter and the post file a dossier, and nobody else', () => {
    const may = POSITIONS.flatMap((position) =>
      RELATIONS.filter((relation) => {
        const outcome = step(linear, null, { name: 'submit', payload: {} }, by(position, relation));
        return outcome.kind === 'accepted';
      }).map((relation) => `${position}@${relation}`),
    );
    assert.deepEqual(may.sort(), ['counter@receiving', 'postal@everywhere', 'system@everywhere']);
  });
});

describe('the performer of a step', () => {
  const may = (definition: typeof linear, name: string, actor: Omit<Actor, 'did'>) => {
    const snapshot = snapshotOf('processing', {}, name, definition);
    const command =
      definition.steps.find((one) => one.name === name)!.next.length === 0 ? 'resolve' : 'completeStep';
    const payload = sample(snapshot, command, definition);
    return step(definition, snapshot, { name: command, payload }, by(actor.position, ...actor.relations));
  };

  it('is whoever the procedure names, at the unit that holds the step', () => {
    assert.equal(may(branching, 'check', { position: 'counter', relations: ['step'] }).kind, 'accepted');
    assert.equal(may(branching, 'verify', { position: 'specialist', relations: ['step'] }).kind, 'accepted');
    const elsewhere = may(branching, 'verify', {
      position: 'specialist',
      relations: ['competent', 'receiving'],
    });
    assert.equal(elsewhere.kind === 'refused' && elsewhere.code, 'not_your_unit');
    const other = may(branching, 'check', { position: 'specialist', relations: ['step'] });
    assert.equal(other.kind === 'refused' && other.code, 'not_your_position');
  });

  it('may be a specialist, and then the head too, but a head is not replaced by a specialist', () => {
    assert.equal(may(linear, 'check', { position: 'head', relations: ['step'] }).kind, 'accepted');
    assert.equal(may(linear, 'sign', { position: 'specialist', relations: ['step'] }).kind, 'refused');
    assert.equal(may(branching, 'check', { position: 'head', relations: ['step'] }).kind, 'refused');
  });

  it('may be the post or the system, which stand at no unit', () => {
    const byMachine = definitionOf('machine@1', [
      stepOf('fetch', ['look'], { position: 'postal' }),
      stepOf('look', [], { position: 'system' }),
    ]);
    assert.equal(may(byMachine, 'fetch', { position: 'postal', relations: ['everywhere'] }).kind, 'accepted');
    assert.equal(may(byMachine, 'look', { position: 'system', relations: ['everywhere'] }).kind, 'accepted');
    assert.equal(may(byMachine, 'look', { position: 'postal', relations: ['everywhere'] }).kind, 'refused');
    assert.equal(may(linear, 'check', { position: 'specialist', relations: ['everywhere'] }).kind, 'refused');
  });

  it('has no right left to a step that is not in hand', () => {
    const ctx = by('specialist', 'step');
    assert.deepEqual(available(linear, PLACES.submitted, ctx).allowed, ['amend']);
    assert.deepEqual(available(linear, PLACES.voided, ctx).allowed, []);
  });
});

describe('somebody who may', () => {
  it('is found for every command that a place allows, and is right', () => {
    for (const snapshot of Object.values(PLACES)) {
      for (const command of available(linear, snapshot, by('citizen')).notYet.map((one) => one.command)) {
        const actor = actorWhoMay(compiledOf(linear), snapshot.state, snapshot.step, command);
        const payload = sample(snapshot, command);
        const asNobody = step(
          linear,
          snapshot,
          { name: command, payload },
          { ...by('citizen'), actor: null },
        );
        if (asNobody.kind === 'refused') continue;
        assert.ok(actor, `${command} in ${snapshot.state}`);
        const asActor = step(linear, snapshot, { name: command, payload }, { ...by('citizen'), actor });
        assert.deepEqual(asActor, asNobody, `${command} in ${snapshot.state} by ${actor.position}`);
      }
    }
  });
});
