import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { JsonObject } from '#libs/kernel';
import { branching, by, linear, NOBODY, PLACES, snapshotOf } from './spec-support.js';
import { available, step } from './step.js';
import type { Accepted, CommandName, DossierSnapshot, ProcedureDefinition, Refusal } from './types.js';

function ask(
  snapshot: DossierSnapshot | null,
  name: string,
  payload: JsonObject = {},
  definition: ProcedureDefinition = linear,
): Accepted | Refusal {
  return step(definition, snapshot, { name: name as CommandName, payload }, NOBODY);
}

function accepted(...question: Parameters<typeof ask>): Accepted {
  const outcome = ask(...question);
  assert.equal(outcome.kind, 'accepted', JSON.stringify(outcome));
  return outcome;
}

function refused(...question: Parameters<typeof ask>): Refusal {
  const outcome = ask(...question);
  assert.equal(outcome.kind, 'refused', JSON.stringify(outcome));
  return outcome;
}

describe('a dossier that does not exist', () => {
  it('is made by submit, whose event keeps the procedure and the channel and nothing of the applicant', () => {
    const payload = { procedure: '1.001193', channel: 'counter', applicant: { name: 'A', phone: '0' } };
    const { next, events, deadline } = accepted(null, 'submit', payload);
    assert.deepEqual(next, PLACES.submitted);
    assert.deepEqual(events, [
      { type: 'submitted', data: { definition: 'linear@1', procedure: '1.001193', channel: 'counter' } },
    ]);
    assert.equal(deadline, null);
  });

  it('takes no other command', () => {
    const refusal = refused(null, 'receive');
    assert.deepEqual(refusal, {
      kind: 'refused',
      code: 'unknown_dossier',
      state: null,
      allowed: ['submit'],
      notYet: [],
    });
  });
});

describe('a command that is none', () => {
  const names = ['xstate.init', 'xstate.stop', 'xstate.done.state.dossier', 'xstate.error.actor.x', '*', ''];
  for (const name of [...names, 'Receive', 'constructor', '__proto__', 'toString', 'received']) {
    it(`is refused: ${JSON.stringify(name)}`, () => {
      for (const snapshot of [null, ...Object.values(PLACES)]) {
        const refusal = refused(snapshot, name);
        assert.equal(refusal.code, 'unknown_command');
        assert.equal(refusal.field, 'command');
      }
    });
  }

  it('is refused when its name is no text', () => {
    for (const name of [undefined, null, 7, {}, ['receive']]) {
      assert.equal(refused(PLACES.submitted, name as never).code, 'unknown_command');
    }
  });
});

describe('time', () => {
  const late = { ...NOBODY, at: '2019-04-01T00:59:59.999Z' };

  it('refuses a command that happened before the last event, and says which field', () => {
    const refusal = step(linear, PLACES.submitted, { name: 'receive', payload: {} }, late);
    assert.equal(refusal.kind, 'refused');
    assert.equal(refusal.code, 'occurred_before_last_event');
    assert.equal(refusal.field, 'occurredAt');
    assert.ok(refusal.allowed.includes('receive'));
  });

  it('accepts one at the same moment, and any moment when nothing happened yet', () => {
    const same = { ...NOBODY, at: NOBODY.lastAt };
    for (const ctx of [same, { ...late, lastAt: null }]) {
      assert.equal(step(linear, PLACES.submitted, { name: 'receive', payload: {} }, ctx).kind, 'accepted');
    }
  });
});

describe('steps', () => {
  const atCheck = snapshotOf('processing', {}, 'check', branching);
  const atVerify = snapshotOf('processing', {}, 'verify', branching);

  it('go on to the only next one without its being named', () => {
    const { next, events } = accepted(PLACES['processing first'], 'completeStep');
    assert.equal(next.step, 'verify');
    assert.deepEqual(events[0]!.data, { step: 'check', next: 'verify' });
  });

  it('need the next one named where several may follow', () => {
    const refusal = refused(atCheck, 'completeStep', {}, branching);
    assert.deepEqual([refusal.code, refusal.field], ['next_step_required', 'payload.next']);
    assert.equal(accepted(atCheck, 'completeStep', { next: 'sign' }, branching).next.step, 'sign');
  });

  it('do not go on to one that does not follow', () => {
    for (const next of ['check', 'consult', 'inHand', 'nowhere', 'constructor', '']) {
      const refusal = refused(atCheck, 'completeStep', { next }, branching);
      assert.deepEqual([refusal.code, refusal.field], ['unknown_next_step', 'payload.next'], next);
    }
    assert.equal(
      refused(PLACES['processing first'], 'completeStep', { next: 'sign' }).code,
      'unknown_next_step',
    );
  });

  it('are completed only when in hand: a second click completes nothing', () => {
    const first = accepted(PLACES['processing first'], 'completeStep', { step: 'check' });
    const refusal = refused(first.next, 'completeStep', { step: 'check' });
    assert.deepEqual([refusal.code, refusal.field], ['step_not_in_hand', 'payload.step']);
  });

  it('end by resolve at the last one, and not before', () => {
    const early = refused(PLACES['processing between'], 'resolve', { outcome: 'approved' });
    assert.equal(early.code, 'not_allowed_in_state');
    assert.deepEqual(
      early.notYet.find((one) => one.command === 'resolve'),
      { command: 'resolve', because: 'last_step_not_reached' },
    );
    const late = refused(PLACES['processing last'], 'completeStep');
    assert.deepEqual(
      late.notYet.find((one) => one.command === 'completeStep'),
      { command: 'completeStep', because: 'last_step_ends_by_resolve' },
    );
    assert.equal(
      accepted(PLACES['processing last'], 'resolve', { outcome: 'rejected' }).next.context.outcome,
      'rejected',
    );
    assert.equal(refused(PLACES['processing last'], 'resolve', { outcome: 'maybe' }).code, 'unknown_outcome');
    assert.equal(refused(PLACES['processing last'], 'resolve').code, 'field_required');
  });

  it('can be returned to only when they come earlier, with a reason', () => {
    const reason = 'a page is missing';
    assert.equal(accepted(atVerify, 'returnToStep', { step: 'check', reason }, branching).next.step, 'check');
    // consult lies before verify too, for it leads to it again
    const { next, events } = accepted(atVerify, 'returnToStep', { step: 'consult', reason }, branching);
    assert.equal(next.step, 'consult');
    assert.deepEqual(events[0]!.data, { step: 'consult', reason, from: 'verify' });
    for (const step of ['sign', 'verify']) {
      assert.equal(
        refused(atVerify, 'returnToStep', { step, reason }, branching).code,
        'step_not_earlier',
        step,
      );
    }
    assert.equal(
      refused(atVerify, 'returnToStep', { step: 'nowhere', reason }, branching).code,
      'unknown_step',
    );
    assert.equal(refused(atVerify, 'returnToStep', { step: 'check' }, branching).field, 'payload.reason');
    assert.equal(
      refused(PLACES['processing first'], 'returnToStep', { step: 'check', reason }).code,
      'not_allowed_in_state',
    );
  });

  it('are kept while the dossier waits inside processing', () => {
    for (const [away, back] of [
      ['suspend', 'resume'],
      ['requestSupplement', 'supplement'],
      ['requestPayment', 'confirmPayment'],
    ]) {
      for (const { name } of branching.steps) {
        const waiting = accepted(snapshotOf('processing', {}, name, branching), away!, {}, branching).next;
        assert.equal(waiting.step, name);
        const again = accepted(waiting, back!, {}, branching).next;
        assert.deepEqual(again, snapshotOf('processing', {}, name, branching));
      }
    }
  });
});

describe('the clock', () => {
  it('resumes by the policy of the procedure after a supplement, and was only paused by a payment', () => {
    const waiting = snapshotOf('awaitingSupplement', { returnTo: 'processing' }, 'verify', branching);
    assert.deepEqual(accepted(waiting, 'supplement', {}, branching).deadline, {
      kind: 'resume',
      policy: 'restart',
    });
    const paying = { ...waiting, state: 'awaitingPayment' as const };
    assert.deepEqual(accepted(paying, 'confirmPayment', {}, branching).deadline, {
      kind: 'resume',
      policy: 'pause',
    });
  });

  it('does not know of a supplement or a withdrawal before acceptance', () => {
    const asked = accepted(PLACES.submitted, 'requestSupplement', { documents: ['birth certificate'] });
    assert.equal(asked.deadline, null);
    assert.deepEqual(asked.events[0]!.data, { documents: ['birth certificate'] });
    assert.equal(accepted(asked.next, 'supplement').deadline, null);
    assert.equal(accepted(asked.next, 'withdraw').deadline, null);
  });
});

describe('a payload', () => {
  it('that is no object, or holds what nobody asked for, is answered and leaves nothing in the event', () => {
    for (const payload of [undefined, null, 'x', 7, ['x']]) {
      assert.equal(ask(PLACES.submitted, 'receive', payload as never).kind, 'accepted');
      assert.equal(refused(PLACES.submitted, 'refuse', payload as never).code, 'field_required');
    }
    const { events } = accepted(PLACES.submitted, 'receive', { applicant: 'A', note: 'B' });
    assert.deepEqual(events[0]!.data, {});
  });

  it('whose text no database would keep, or no officer would write, is refused with its field', () => {
    const codes: [unknown, string][] = [
      ['a\u0000b', 'control_characters'],
      ['a\u001b[31m', 'control_characters'],
      ['half \ud83d a character', 'control_characters'],
      ['x'.repeat(100_000), 'text_too_long'],
      [{ text: 'x' }, 'field_not_understood'],
      [true, 'field_not_understood'],
    ];
    for (const [reason, code] of codes) {
      const refusal = refused(PLACES.submitted, 'refuse', { reason } as JsonObject);
      assert.deepEqual([refusal.code, refusal.field], [code, 'payload.reason']);
    }
    const whole = 'dòng một\n\tdòng hai: 😀 ស្រុក';
    assert.deepEqual(accepted(PLACES.submitted, 'refuse', { reason: whole }).events[0]!.data, {
      reason: whole,
    });
    assert.equal(refused(PLACES.received, 'requestPayment', { amount: -1 }).field, 'payload.amount');
    assert.equal(
      refused(PLACES.received, 'requestSupplement', { documents: 'all' }).field,
      'payload.documents',
    );
  });

  it('of amend names the field and the revision, and nothing of its value', () => {
    const payload = { field: 'applicant.name', revision: 3, value: 'Nguyễn Văn A', before: 'Nguyễn Văn Á' };
    assert.deepEqual(accepted(PLACES.collected, 'amend', payload).events[0]!.data, {
      field: 'applicant.name',
      revision: 3,
    });
  });

  it('is not asked for before the state allows the command at all', () => {
    assert.equal(refused(PLACES['supplement received'], 'refuse').code, 'not_allowed_in_state');
    assert.equal(refused(PLACES['supplement before'], 'discontinue').code, 'not_allowed_in_state');
  });
});

describe('a snapshot that does not fit', () => {
  it('is thrown, never moved', () => {
    const unfit: DossierSnapshot[] = [
      { ...PLACES.received, definition: 'branching@1' },
      { ...PLACES.received, version: 2 },
      { ...PLACES.received, machine: 'parcel' as 'dossier' },
      { ...PLACES['processing first'], step: 'nowhere' },
    ];
    for (const snapshot of unfit) {
      assert.throws(() => ask(snapshot, 'amend', { field: 'x' }), { code: 'snapshot_unfit' });
      assert.throws(() => available(linear, snapshot, NOBODY), { code: 'snapshot_unfit' });
    }
  });
});

describe('a refusal', () => {
  it('lists what this actor may do, and for the rest whether it is the state, the position or the unit', () => {
    const ctx = by('specialist', 'competent', 'step');
    const refusal = step(linear, PLACES['processing between'], { name: 'withdraw', payload: {} }, ctx);
    assert.equal(refusal.kind, 'refused');
    assert.equal(refusal.code, 'not_your_position');
    assert.deepEqual(refusal.allowed, [
      'requestSupplement',
      'requestPayment',
      'completeStep',
      'returnToStep',
      'suspend',
      'amend',
    ]);
    const because = new Map(refusal.notYet.map((one) => [one.command, one.because]));
    assert.equal(because.get('resolve'), 'last_step_not_reached');
    assert.equal(because.get('withdraw'), 'not_your_position');
    assert.equal(because.get('collect'), 'result_not_resolved');
    assert.equal(because.has('submit'), false);
  });
});
