import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { rightsPage, rightsRows } from './rights-page.js';
import { CAPABILITIES, MAY_SUBMIT, RIGHTS, type Capability } from './rights.js';
import { COMMANDS, POSITIONS, STATES, type Position } from './types.js';
import { may } from './who-may.js';

/** The table a second time and by hand: what each position may do beside commands. */
const EXPECTED: Record<Position, string> = {
  citizen: 'lookUp readHealth readPublic',
  counter: `delegateOwn giveCommands listDossiers namesInLists readApplicant readDossier readHealth readHistory readOwnSession
    readPublic searchDossiers`,
  specialist: `delegateOwn giveCommands listDossiers namesInLists readApplicant readDossier readHealth readHistory
    readOwnSession readPublic searchDossiers`,
  head: `delegateOwn exportReports giveCommands listDossiers namesInLists readApplicant readDossier readHealth readHistory
    readOwnSession readPublic readReports searchDossiers`,
  postal: `delegateOwn giveCommands listDossiers namesInLists readApplicant readDossier readHealth readHistory readOwnSession
    readPublic searchDossiers`,
  supervisor: `exportReports listDossiers readDossier readHealth readHistory readOwnSession readPublic readReports
    revealApplicant`,
  catalogueManager: 'readHealth readOwnSession readPublic',
  administrator: 'manageAccounts managePositions readHealth readOwnSession readPublic',
  auditor: `exportHeads listDossiers readAccessLog readDossier readHealth readHistory readOwnSession readPublic readReports`,
  system: 'giveCommands readDossier readHealth readOwnSession readPublic',
};

const names = Object.keys(CAPABILITIES) as Capability[];

describe('what a position may do that is no command', () => {
  for (const position of POSITIONS) {
    it(`is as written by hand: ${position}`, () => {
      const expected = EXPECTED[position].split(/\s+/);
      for (const name of names) assert.equal(may(position, name), expected.includes(name), name);
      assert.deepEqual(names.filter((name) => may(position, name)).sort(), expected);
    });
  }

  it('is nothing for a word that is not in the table', () => {
    for (const word of ['nonsense', 'constructor', '__proto__', 'toString'])
      for (const position of POSITIONS) assert.equal(may(position, word as Capability), false, word);
  });

  it('gives commands to exactly those who have a right to one', () => {
    const named = [MAY_SUBMIT, ...STATES.flatMap((state) => Object.values(RIGHTS[state]))]
      .flat()
      .flatMap(({ position }) => (position === 'performer' ? [] : [position]));
    // A head may do what a specialist may.
    assert.deepEqual(new Set<Position>(CAPABILITIES.giveCommands), new Set<Position>([...named, 'head']));
  });

  it('unmasks nobody in lists whose papers are masked one by one, and lets nobody search who sees names masked', () => {
    for (const position of POSITIONS) {
      if (may(position, 'namesInLists')) assert.ok(may(position, 'readApplicant'), position);
      if (may(position, 'searchDossiers')) assert.ok(may(position, 'namesInLists'), position);
      if (may(position, 'revealApplicant')) assert.ok(!may(position, 'readApplicant'), position);
    }
  });

  it('keeps who looks after accounts, and who audits, from acting on dossiers', () => {
    for (const position of ['administrator', 'auditor', 'catalogueManager', 'supervisor'] as const)
      assert.equal(may(position, 'giveCommands'), false);
    assert.equal(may('administrator', 'readDossier'), false);
    assert.equal(may('auditor', 'manageAccounts'), false);
  });
});

describe('the page of rights', () => {
  it('says what the table says: write it anew with `npx motcua rights --markdown > docs/concepts/rights.md`', () => {
    const page = readFileSync(new URL('../../../docs/concepts/rights.md', import.meta.url), 'utf8');
    assert.equal(page, rightsPage());
  });

  it('has a line for every right and a column for every position', () => {
    const cells = STATES.flatMap((state) => Object.keys(RIGHTS[state])).length;
    assert.equal(rightsRows().length, cells + 1);
    assert.deepEqual([...new Set(rightsRows().map(({ command }) => command))].sort(), [...COMMANDS].sort());
    for (const position of POSITIONS) assert.match(rightsPage(), new RegExp(`\\| \`${position}\` `));
  });
});
