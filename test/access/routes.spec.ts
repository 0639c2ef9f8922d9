import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Position } from '#libs/workflow';
import { accessOf } from '../../apps/api/access/routes.js';
import { HEAD, PORTAL, POST, CARRIER, SPECIALIST, UNIT, type Answer, type Bench } from '../e2e/support.js';
import { can } from './expected.js';
import { openGround, seat } from './ground.js';
import type { Person } from './people.js';
import { APPLICANT } from './places.js';
import { expectedOf, LINES, type Ask, type Foreign } from './walk.js';

const AT_UNIT: readonly Position[] = [
  'counter', 'specialist', 'head', 'supervisor', 'citizen', 'administrator', 'catalogueManager', 'auditor',
]; // prettier-ignore
/** Every role, of another unit; and nobody. */
const STRANGERS: readonly Person[] = [
  { code: null, role: 'anonymous', unit: null },
  ...AT_UNIT.map((role) => ({ code: `${role}-1@${UNIT.otherCommune}`, role, unit: UNIT.otherCommune })),
  { code: POST, role: 'postal', unit: null },
  { code: PORTAL, role: 'system', unit: null },
  { code: CARRIER, role: 'system', unit: null },
];

interface Operation {
  method: string;
  path: string;
  id: string;
}

describe('every operation of the OpenAPI document, asked by every role from another unit', () => {
  let bench: Bench;
  let operations: Operation[];
  let foreign: Foreign;
  const answers = new Map<string, Answer>();

  before(async () => {
    bench = await openGround();
    for (const role of ['citizen', 'administrator', 'catalogueManager', 'auditor'] as const)
      await seat(bench, role, UNIT.otherCommune);
    const document = (await bench.call('GET', '/api/v1/openapi.json', { officer: null })).json;
    operations = Object.entries(
      document.paths as Record<string, Record<string, { operationId: string }>>,
    ).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { operationId }]) => ({ method, path, id: operationId })),
    );
    foreign = await somebodyElses(bench);
  });
  after(() => bench?.close());

  it('are known to the table of this test, and the table knows no others', () => {
    assert.deepEqual(operations.map(({ id }) => id).sort(), Object.keys(LINES).sort());
  });

  it('answer each as the tables say', async () => {
    const order = Object.keys(LINES);
    const faults: string[] = [];
    for (const { method, path, id } of operations.toSorted(
      (a, b) => order.indexOf(a.id) - order.indexOf(b.id),
    )) {
      const line = LINES[id]!;
      for (const person of STRANGERS) {
        const answer = await send(bench, method, path, line.ask(foreign, person), person);
        const expected = expectedOf(line, person, accessOf(method, path).may);
        const problem = answer.status >= 400 ? answer.json.code : null;
        if (answer.status !== expected[0] || problem !== expected[1])
          faults.push(
            `${person.code} ${id}: ${expected.join()} expected, told ${answer.status} ${answer.text}`,
          );
        answers.set(`${id} ${person.code}`, answer);
      }
    }
    assert.deepEqual(faults, []);
  });

  it('tell none of them anything of what is not theirs', () => {
    const mayKnow = ({ role, code }: Person): boolean => role === 'auditor' || code === PORTAL;
    for (const id of Object.keys(LINES)) {
      for (const person of STRANGERS.filter((one) => !mayKnow(one))) {
        const { text, headers } = answers.get(`${id} ${person.code}`)!;
        const whole = `${text} ${JSON.stringify([...headers])}`;
        // The address that was asked for is said again, and a batch names its dossier by place only.
        const rest = whole.replaceAll(/"instance":"[^"]*"/g, '');
        const at = `${person.code} ${id}: ${whole}`;
        assert.ok(!rest.includes(foreign.dossier), at);
        assert.ok(!rest.includes(foreign.position) || id === 'submit', at);
        assert.doesNotMatch(
          whole,
          new RegExp(`${APPLICANT.name}|${APPLICANT.paperNumber}|${APPLICANT.phone}`),
          at,
        );
        assert.equal(headers.get('etag') === null || id === 'submit', true, at);
      }
    }
  });

  it('count and list nothing of another unit', () => {
    const told = (id: string, person: Person): Record<string, unknown> =>
      answers.get(`${id} ${person.code}`)!.json;
    for (const person of STRANGERS.filter(
      (one) => one.unit === UNIT.otherCommune && one.role !== 'auditor',
    )) {
      if (can(person, 'listDossiers')) assert.deepEqual(told('list', person), { items: [], next: null });
      if (can(person, 'searchDossiers')) assert.deepEqual(told('search', person), { items: [], next: null });
      if (can(person, 'readReports')) {
        for (const id of ['quarterly', 'backlog'])
          assert.doesNotMatch(
            JSON.stringify(told(id, person)),
            /"(received|inProcess|total|open)":[1-9]/,
            id,
          );
      }
      if (can(person, 'manageAccounts')) {
        for (const id of ['accounts', 'positions'])
          assert.doesNotMatch(JSON.stringify(told(id, person)), new RegExp(UNIT.commune), id);
      }
    }
    const batch = told(
      'many',
      STRANGERS.find(({ role }) => role === 'counter')!,
    );
    assert.deepEqual((batch.answers as { status: number }[])[0]!.status, 404);
  });
});

async function send(bench: Bench, method: string, path: string, ask: Ask, person: Person): Promise<Answer> {
  const address = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(ask.params![name]!));
  return bench.call(method.toUpperCase(), `${address}${ask.query ?? ''}`, {
    officer: person.code,
    ...(ask.body !== undefined && { body: ask.body }),
  });
}

/** A dossier, an account, a position and a delegation of the commune. */
async function somebodyElses(bench: Bench): Promise<Foreign> {
  const made = await bench.call('POST', '/api/v1/delegations', {
    officer: HEAD,
    body: { to: SPECIALIST, from: '2019-03-18', until: '2019-03-25' },
  });
  assert.equal(made.status, 201, made.text);
  return {
    dossier: await bench.file({ applicant: APPLICANT }),
    account: String(bench.reference.units.officer(HEAD)!.accountNo),
    login: HEAD,
    position: HEAD,
    delegation: String(made.json.id),
  };
}
