import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { JsonObject } from '#libs/kernel';
import { available, step } from './step.js';
import { linear, NOBODY, PARCEL, PLACES, type PlaceName } from './spec-support.js';
import { COMMANDS, STATES, type CommandName } from './types.js';
import { stateInfo } from './state-info.js';
import { EVENT_OF } from './words.js';

/**
 * The lifecycle a second time, written by hand from DOMAIN.md §2 and the issue, as `command → where it leads`
 * (`state`, `state/step`). What is not written is refused. A mark after the arrow is the deadline fact:
 * ▶ start, ⏸s and ⏸p pause for a supplement or a payment, ⏵ resume, ■ stop.
 */
const EXPECTED: Record<PlaceName, string> = {
  submitted: `receive → received ▶, refuse → refused, void → voided, requestSupplement → awaitingSupplement,
    requestPayment → awaitingPayment, withdraw → withdrawn, amend → submitted`,
  received: `startProcessing → processing/check, requestSupplement → awaitingSupplement ⏸s,
    requestPayment → awaitingPayment ⏸p, withdraw → withdrawn ■, discontinue → discontinued ■, amend → received`,
  'processing first': `completeStep → processing/verify, suspend → suspended/check,
    requestSupplement → awaitingSupplement/check ⏸s, requestPayment → awaitingPayment/check ⏸p,
    withdraw → withdrawn ■, discontinue → discontinued ■, amend → processing/check`,
  'processing between': `completeStep → processing/sign, returnToStep → processing/check, suspend → suspended/verify,
    requestSupplement → awaitingSupplement/verify ⏸s, requestPayment → awaitingPayment/verify ⏸p,
    withdraw → withdrawn ■, discontinue → discontinued ■, amend → processing/verify`,
  'processing last': `resolve → resolved ■, returnToStep → processing/check, suspend → suspended/sign,
    requestSupplement → awaitingSupplement/sign ⏸s, requestPayment → awaitingPayment/sign ⏸p,
    withdraw → withdrawn ■, discontinue → discontinued ■, amend → processing/sign`,
  suspended: `resume → processing/verify, withdraw → withdrawn ■, discontinue → discontinued ■,
    amend → suspended/verify`,
  'supplement before': `supplement → submitted, refuse → refused, void → voided, withdraw → withdrawn,
    amend → awaitingSupplement`,
  'supplement received': `supplement → received ⏵, withdraw → withdrawn ■, discontinue → discontinued ■,
    amend → awaitingSupplement`,
  'supplement at work': `supplement → processing/verify ⏵, withdraw → withdrawn ■, discontinue → discontinued ■,
    amend → awaitingSupplement/verify`,
  'payment before': `confirmPayment → submitted, refuse → refused, void → voided, withdraw → withdrawn,
    amend → awaitingPayment`,
  'payment received': `confirmPayment → received ⏵, withdraw → withdrawn ■, discontinue → discontinued ■,
    amend → awaitingPayment`,
  'payment at work': `confirmPayment → processing/sign ⏵, withdraw → withdrawn ■, discontinue → discontinued ■,
    amend → awaitingPayment/sign`,
  resolved: `handToPost → posted, offerAtCounter → awaitingCollection, amend → resolved`,
  posted: `recordPostEvent → delivered, amend → posted`,
  'at the counter': `collect → delivered, handToPost → posted, amend → awaitingCollection`,
  'returned by post': `collect → delivered, handToPost → posted, recordPostEvent → delivered,
    amend → awaitingCollection`,
  collected: `amend → delivered`,
  'delivered by post': `recordPostEvent → delivered, amend → delivered`,
  refused: '',
  withdrawn: '',
  discontinued: '',
  voided: '',
};

const PAYLOADS: Partial<Record<CommandName, JsonObject>> = {
  refuse: { reason: 'not competent' },
  discontinue: { reason: 'the applicant died' },
  returnToStep: { step: 'check', reason: 'a page is missing' },
  resolve: { outcome: 'rejected' },
  handToPost: { itemNumber: 'RA123456785VN' },
  recordPostEvent: { itemNumber: PARCEL, event: 'EMI' },
  amend: { field: 'applicant.name', revision: 2 },
};

const FACTS: Record<string, unknown> = {
  '': null,
  '▶': { kind: 'start' },
  '⏸s': { kind: 'pause', because: 'supplement' },
  '⏸p': { kind: 'pause', because: 'payment' },
  '⏵': { kind: 'resume', policy: 'pause' },
};
const STOPS: Partial<Record<CommandName, string>> = {
  resolve: 'resolved',
  withdraw: 'withdrawn',
  discontinue: 'discontinued',
};

/** Where the statechart listens for news of a parcel, but the dossier has none. */
const REFUSED: Record<string, string> = {
  'at the counter recordPostEvent': 'unknown_item_number',
  'collected recordPostEvent': 'unknown_item_number',
};

function parse(row: string): Map<string, { to: string; mark: string }> {
  const cells = row
    .split(',')
    .map((cell) => cell.trim())
    .filter((cell) => cell !== '');
  return new Map(
    cells.map((cell) => {
      const [command, rest] = cell.split(' → ');
      const [to, mark] = rest!.split(' ');
      return [command!, { to: to!, mark: mark ?? '' }];
    }),
  );
}

describe('every state × command cell', () => {
  for (const [name, snapshot] of Object.entries(PLACES)) {
    const row = parse(EXPECTED[name as PlaceName]);
    for (const command of COMMANDS) {
      const cell = row.get(command);
      const payload = PAYLOADS[command] ?? {};
      it(`${name}: ${command} ${cell ? `leads to ${cell.to}` : 'is refused'}`, () => {
        const outcome = step(linear, snapshot, { name: command, payload }, NOBODY);
        if (!cell) {
          assert.equal(outcome.kind, 'refused');
          assert.equal(outcome.code, REFUSED[`${name} ${command}`] ?? 'not_allowed_in_state');
          assert.equal(outcome.state, snapshot.state);
          assert.deepEqual(
            outcome.allowed,
            COMMANDS.filter((one) => row.has(one)),
          );
          return;
        }
        assert.equal(outcome.kind, 'accepted', JSON.stringify(outcome));
        const { state, step: inHand, context } = outcome.next;
        assert.equal(inHand === null ? state : `${state}/${inHand}`, cell.to);
        assert.deepEqual(
          outcome.deadline,
          cell.mark === '■' ? { kind: 'stop', because: STOPS[command] } : FACTS[cell.mark],
        );
        assert.equal(outcome.events.length, 1);
        assert.equal(outcome.events[0]!.type, EVENT_OF[command]);
        const waits = ['awaitingSupplement', 'awaitingPayment', 'suspended'].includes(state);
        const stays = ['amend'].includes(command);
        assert.equal(context.returnTo, !waits ? null : stays ? snapshot.context.returnTo : snapshot.state);
      });
    }
    it(`${name}: what is listed as allowed is what is accepted, and everything else has a reason`, () => {
      const { allowed, notYet } = available(linear, snapshot, NOBODY);
      assert.deepEqual(
        allowed,
        COMMANDS.filter((one) => row.has(one)),
      );
      const told = [...allowed, ...notYet.map((one) => one.command)].sort();
      assert.deepEqual(told, COMMANDS.filter((one) => one !== 'submit').sort());
    });
  }

  it('leaves out no state', () => {
    const reached = new Set(Object.values(PLACES).map((snapshot) => snapshot.state));
    assert.deepEqual([...reached].sort(), [...STATES].sort());
  });

  it('agrees with what a state says of itself, whatever the step', () => {
    for (const state of STATES) {
      const names = (Object.keys(PLACES) as PlaceName[]).filter((name) => PLACES[name].state === state);
      const possible = new Set(names.flatMap((name) => [...parse(EXPECTED[name]).keys()]));
      const said = stateInfo(state).commands.map(({ command }) => command);
      assert.deepEqual([...said].sort(), [...possible].sort(), state);
      assert.equal(stateInfo(state).terminal, possible.size === 0, state);
    }
  });
});
