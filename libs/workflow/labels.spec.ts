import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import type { Labels } from '#libs/kernel';
import { BECAUSE_CODES } from './because.js';
import { BECAUSE_LABELS } from './labels/because.js';
import { CAPABILITY_LABELS } from './labels/capabilities.js';
import { COMMAND_LABELS } from './labels/commands.js';
import {
  becauseLabel,
  commandLabel,
  nationalLabel,
  positionLabel,
  refusalLabel,
  stateLabel,
} from './labels/index.js';
import { REFUSAL_CODES, REFUSAL_LABELS } from './labels/refusals.js';
import { NATIONAL_LABELS, POSITION_LABELS, STATE_LABELS } from './labels/states.js';
import { CAPABILITIES } from './rights.js';
import { stateInfo } from './state-info.js';
import { COMMANDS, POSITIONS, STATES } from './types.js';

const TABLES: [string, object, readonly string[]][] = [
  ['states', STATE_LABELS, STATES],
  ['commands', COMMAND_LABELS, COMMANDS],
  ['reasons', BECAUSE_LABELS, BECAUSE_CODES],
  ['refusals', REFUSAL_LABELS, REFUSAL_CODES],
  ['capabilities', CAPABILITY_LABELS, Object.keys(CAPABILITIES)],
  ['positions', POSITION_LABELS, [...POSITIONS, 'performer']],
  ['national codes', NATIONAL_LABELS, ['1', '2', '3', '4', '5', '6', '7', '8', '9', '10']],
];

describe('the labels', () => {
  for (const [what, table, keys] of TABLES) {
    it(`of ${what} are complete in Vietnamese, English and Khmer, each in its own letters`, () => {
      assert.deepEqual(Object.keys(table).sort(), [...keys].sort());
      for (const [key, labels] of Object.entries(table) as [string, Labels][]) {
        assert.match(labels.vi, /^[\p{Script=Latin}\p{M}\d ,.:()–-]+$/u, `${key}.vi`);
        assert.match(labels.en, /^[\p{ASCII}]+$/u, `${key}.en`);
        assert.match(labels.km, /\p{Script=Khmer}{3}/u, `${key}.km`);
        for (const text of Object.values(labels) as string[]) {
          assert.equal(text, text.trim().normalize('NFC'), key);
        }
        assert.notEqual(labels.vi, labels.en, key);
      }
      const texts = (language: keyof Labels) =>
        Object.values(table).map((labels: Labels) => labels[language]);
      for (const language of ['vi', 'en', 'km'] as const) {
        const all = texts(language);
        assert.equal(new Set(all).size, all.length, `two ${what} are called the same in ${language}`);
      }
    });
  }

  it('are found by name, and an unknown code has none', () => {
    assert.equal(stateLabel('posted').en, 'With the post');
    assert.equal(commandLabel('submit').vi, 'Nộp hồ sơ');
    assert.equal(positionLabel('head').en, 'Head');
    assert.equal(becauseLabel('last_step_not_reached')!.en, 'The last step has not been reached.');
    assert.equal(refusalLabel('unknown_command')!.en, 'There is no such command.');
    for (const code of ['nonsense', 'constructor', '__proto__', '']) {
      assert.equal(becauseLabel(code), undefined);
      assert.equal(refusalLabel(code), undefined);
    }
    assert.equal(nationalLabel(11), undefined);
  });

  it('of the national codes are the official words', () => {
    const file = new URL('../../../data/national-statuses.csv', import.meta.url);
    const [, ...rows] = readFileSync(file, 'utf8').trim().split(/\r?\n/);
    assert.equal(rows.length, 10);
    for (const row of rows) {
      const [code, words] = row.split(',');
      assert.equal(nationalLabel(Number(code))!.vi, words);
    }
  });
});

describe('the national code of a state', () => {
  it('is that of DOMAIN.md §2', () => {
    const codes = Object.fromEntries(STATES.map((state) => [state, stateInfo(state).national]));
    assert.deepEqual(codes, {
      submitted: 1,
      received: 2,
      refused: 3,
      voided: 3,
      processing: 4,
      suspended: 4,
      awaitingSupplement: 5,
      awaitingPayment: 6,
      withdrawn: 7,
      discontinued: 8,
      resolved: 9,
      posted: 9,
      awaitingCollection: 9,
      delivered: 10,
    });
  });

  it('comes with the state, its name, and who may act', () => {
    const info = stateInfo('awaitingCollection');
    assert.equal(info.state, 'awaitingCollection');
    assert.deepEqual(info.label, stateLabel('awaitingCollection'));
    assert.equal(info.terminal, false);
    const collect = info.commands.find((one) => one.command === 'collect')!;
    assert.deepEqual(collect.by, [
      { position: 'counter', relations: ['receiving', 'competent'] },
      { position: 'postal', relations: ['everywhere'] },
    ]);
  });
});
