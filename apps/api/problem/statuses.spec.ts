import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { projectRoot } from '#libs/config';
import { BECAUSE_CODES, REFUSAL_CODES, becauseLabel, refusalLabel } from '#libs/workflow';
import { LANGUAGES } from '../messages/language.js';
import { messagesOf, problemText } from '../messages/messages.js';
import { STATUS_OF, isProblemCode, statusOfRefusal, type ProblemCode } from './statuses.js';

/** Raised while the process starts or a file is imported: no request can meet them. */
const NEVER_IN_A_REQUEST = new Set(['definition_invalid', 'oidc_config_invalid']);

/** How the rooms that a request reaches name what is wrong. */
const RAISED =
  /(?:new DomainError|\bbad|\bbadPayload|\bdenied)\(\s*'([a-z_]+)'|\bcheck\([^;]*?'([a-z]+_[a-z_]+)',\s*'|\bcode: '([a-z]+_[a-z_]+)'/g;

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /(?<!\.spec|\.fixture)\.ts$/.test(entry.name))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'));
}

function raisedIn(...rooms: string[]): Set<string> {
  const codes = rooms.flatMap((room) =>
    sources(join(projectRoot(), 'libs', room)).flatMap((text) =>
      [...text.matchAll(RAISED)].map((found) => found[1] ?? found[2] ?? found[3]!),
    ),
  );
  return new Set(codes.filter((code) => !NEVER_IN_A_REQUEST.has(code)));
}

const RAISED_BELOW = new Set([
  ...raisedIn('kernel', 'dossier', 'workflow', 'reporting', 'identity'),
  ...REFUSAL_CODES,
]);

test('every code that the libraries can raise in a request has a status', () => {
  assert.ok(RAISED_BELOW.size > 40, 'the sources were read');
  assert.deepEqual(
    [...RAISED_BELOW].filter((code) => !isProblemCode(code)),
    [],
  );
});

test('every code of the table can appear: nothing in it is left over', () => {
  const own = sources(join(projectRoot(), 'apps/api'))
    .filter((text) => !text.includes('export const STATUS_OF'))
    .join('\n');
  const unused = Object.keys(STATUS_OF).filter(
    (code) => !RAISED_BELOW.has(code) && !own.includes(`'${code}'`),
  );
  assert.deepEqual(unused, []);
});

test('every code has its texts in Vietnamese, English and Khmer, and no two languages share one', () => {
  for (const code of Object.keys(STATUS_OF)) {
    const general = LANGUAGES.map((language) => problemText(language, 'no_such_code').title);
    const titles = LANGUAGES.map((language) => problemText(language, code).title);
    assert.equal(new Set(titles).size, LANGUAGES.length, code);
    LANGUAGES.forEach((language, i) => assert.notEqual(titles[i], general[i], `${code} in ${language}`));
    assert.match(titles[2]!, /\p{Script=Khmer}/u, code);
  }
});

test('a sentence exists in every language or in none, with the same facts in it', () => {
  const [vi, en, km] = LANGUAGES.map((language) => messagesOf(language).details as Record<string, string>);
  assert.deepEqual(Object.keys(vi!).sort(), Object.keys(en!).sort());
  assert.deepEqual(Object.keys(km!).sort(), Object.keys(en!).sort());
  const facts = (text: string): string[] =>
    [...text.matchAll(/\{\{(\w+)\}\}/g)].map((found) => found[1]!).sort();
  for (const code of Object.keys(en!)) {
    assert.deepEqual(facts(vi![code]!), facts(en![code]!), code);
    assert.deepEqual(facts(km![code]!), facts(en![code]!), code);
    assert.ok(isProblemCode(code), code);
  }
});

test('no title or sentence stands in the files for a code that is not in the table', () => {
  for (const language of LANGUAGES) {
    const { titles } = messagesOf(language);
    const unknown = Object.keys(titles).filter((code) => code !== 'refused' && !isProblemCode(code));
    assert.deepEqual(unknown, [], language);
  }
});

test('the lifecycle has words for each of its reasons in all three languages', () => {
  for (const code of BECAUSE_CODES)
    for (const language of LANGUAGES) assert.ok(becauseLabel(code)?.[language], code);
  for (const code of REFUSAL_CODES)
    for (const language of LANGUAGES) assert.ok(refusalLabel(code)?.[language], code);
});

test('what cannot be, cannot be now, and may not be are told apart by their status', () => {
  const expected: Partial<Record<ProblemCode, number>> = {
    not_allowed_in_state: 409,
    key_in_flight: 409,
    stale_version: 412,
    key_reused: 422,
    unknown_procedure: 422,
    invalid_item_number: 422,
    not_your_unit: 403,
    officer_unknown: 401,
    unknown_dossier: 404,
    idempotency_key_missing: 400,
    queue_full: 429,
    database_unavailable: 503,
  };
  for (const [code, status] of Object.entries(expected))
    assert.equal(STATUS_OF[code as ProblemCode], status, code);
});

test('a refusal that this table does not know yet is a refusal all the same', () => {
  assert.equal(statusOfRefusal('something_new', undefined), 409);
  assert.equal(statusOfRefusal('something_new', 'payload.reason'), 422);
});
