import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import fc from 'fast-check';
import { verifyChain, type Lanes, type Pool } from '#libs/database';
import { DomainError, ManualClock, type JsonObject } from '#libs/kernel';
import { PROCEDURE, UNIT, smallProvince, testDatabase, type SmallProvince } from '#libs/testing';
import { Alarms } from './alarms.js';
import { Engine } from './engine.js';
import { after, chainOf, Forger } from './persistence/commit.fixture.js';
import { commit } from './persistence/commit.js';
import type { AcceptedAnswer, CommandRequest } from './types.js';

const COUNTER = `counter-1@${UNIT.commune}`;
const ODD = [
  'Ế ệ 😀 \u2028\u2029',
  '"\\/\b\f\n\r\t\u001f\u007f',
  '\ufeff e\u0301 é',
  '{"p":1}',
  '__proto__',
  ' '.repeat(3) + 'x',
];

let pool: Pool;
let lanes: Lanes;
let province: SmallProvince;
let engine: Engine;
const clock = new ManualClock('2019-03-18T01:00:00.000Z');
let keys = 0;
before(async () => {
  ({ app: pool, commands: lanes } = await testDatabase());
  province = await smallProvince(pool);
  engine = new Engine({ pool: lanes, reference: () => province, clock, recorder: clock });
});

async function ask(
  command: CommandRequest['command'],
  more: Partial<CommandRequest>,
): Promise<AcceptedAnswer> {
  const answer = await engine.execute({
    command,
    officer: COUNTER,
    key: `chain-${++keys}`,
    payload: {},
    ...more,
  });
  assert.equal(answer.kind, 'accepted', JSON.stringify(answer));
  return answer as AcceptedAnswer;
}

const file = (procedure: string = PROCEDURE.certificate): Promise<AcceptedAnswer> =>
  ask('submit', {
    payload: {
      procedure,
      channel: 'counter',
      competentUnit: UNIT.commune,
      applicant: { name: 'Nguyễn Văn Mẫu' },
    },
  });

/** The chain as it is read back holds, and the dossier's head is its end. */
async function holds(id: string): Promise<string[]> {
  const events = await chainOf(pool, id);
  const { breaks, head } = verifyChain(events);
  assert.deepEqual(breaks, []);
  const { rows } = await pool.query<{ head: Uint8Array }>('SELECT head FROM motcua.dossier WHERE id = $1', [
    id,
  ]);
  assert.deepEqual(rows[0]!.head, head);
  assert.ok(events.every(({ hash }) => hash !== null));
  return events.map(({ type, unitId }) => `${type} ${unitId}`);
}

/** What JSON and PostgreSQL can both hold. */
const text = fc
  .oneof(fc.string({ unit: 'binary' }), fc.constantFrom(...ODD))
  .map((value) => value.replaceAll('\0', '0'));
const json = fc
  .jsonValue({ stringUnit: 'binary', maxDepth: 5 })
  .map((value) => JSON.parse(JSON.stringify(value).replaceAll('\\u0000', '0')) as JsonObject);

describe('what was hashed before it was written is what is read back', () => {
  test('of real commands, whatever people write', async () => {
    await fc.assert(
      fc.asyncProperty(text, fc.array(text, { minLength: 1, maxLength: 4 }), async (reason, documents) => {
        const { code, id } = await file();
        const said = (value: string): string => (value.trim() === '' ? 'x' : value);
        const payload = { reason: said(reason), documents: documents.map(said) };
        const asked = ask('requestSupplement', { code, payload });
        // What the workflow does not take is refused, and not chained.
        await asked.catch(() => undefined);
        await holds(id);
      }),
      { numRuns: 40 },
    );
  });

  test('of any data that JSON can hold: numbers, escapes, keys in any order, however deep', async () => {
    const forger = new Forger(province);
    const birth = forger.birth(0);
    await commit(lanes, [birth], clock.now());
    let known = after(birth);
    const numbers = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.constantFrom(-0, 5e-324, 1e21, 1e-7, 2 ** 53, 0.1 + 0.2),
    );
    await fc.assert(
      fc.asyncProperty(
        json,
        fc.dictionary(text, numbers, { maxKeys: 5 }),
        fc.boolean(),
        async (any, odd, alone) => {
          const data: JsonObject = { p: { any, odd: odd as JsonObject }, left: undefined as never };
          const one = forger.move(0, known, {}, { data });
          const all = alone ? [one] : [one, forger.birth(1)];
          assert.equal((await commit(lanes, all, clock.now()))[0]!.outcome, 'live');
          known = after(one, known);
        },
      ),
      { numRuns: 150 },
    );
    await holds(known.id);
  });

  test('a value that has no canonical text is refused by name, and hurts nobody beside it', async () => {
    const [bad, good] = [await file(), await file()];
    const [one, two] = await Promise.allSettled([
      ask('amend', { code: bad.code, payload: { field: 'address', value: 'a\ud800' } }),
      ask('receive', { code: good.code }),
    ]);
    assert.ok(one.status === 'rejected' && one.reason instanceof DomainError);
    assert.equal(one.reason.code, 'json_not_canonical');
    assert.equal(two.status, 'fulfilled');
    assert.deepEqual((await holds(bad.id)).length, 1);
  });
});

describe('alarms', () => {
  test('stand in the chain alike, whoever raises them, at the unit that held the dossier when they fell due', async () => {
    const idOf = (code: string): number => province.units.byCode(code)!.id;
    const [department, district] = [idOf(UNIT.department), idOf(UNIT.district)];
    const alarms = new Alarms(pool, clock);
    const lived: AcceptedAnswer[] = [];
    for (let nth = 0; nth < 2; nth++) {
      const by = `counter-1@${UNIT.department}`;
      const one = await ask('submit', {
        officer: by,
        payload: {
          procedure: PROCEDURE.joint,
          channel: 'counter',
          competentUnit: UNIT.department,
          applicant: { name: 'Tên' },
        },
      });
      await ask('receive', { code: one.code, officer: by });
      await ask('startProcessing', { code: one.code, officer: by });
      await ask('completeStep', { code: one.code, officer: `specialist-1@${UNIT.department}` });
      lived.push(one);
    }
    const [swept, taken] = lived;
    clock.moveTo('2019-05-18T01:00:00.000Z');
    // The district holds it while the alarms fall due; by its command the dossier goes back to the department.
    await ask('completeStep', { code: taken!.code, officer: `specialist-1@${UNIT.district}` });
    await alarms.sweep(clock.now());
    await ask('completeStep', { code: swept!.code, officer: `specialist-1@${UNIT.district}` });
    for (const { id } of lived) {
      assert.deepEqual((await holds(id)).slice(3), [
        `stepCompleted ${department}`,
        `dueSoon ${district}`,
        `overdue ${district}`,
        `stepCompleted ${district}`,
      ]);
    }
  });

  test('of more dossiers than are swept at once are raised in one sweep, each chain in order', async () => {
    const many = await Promise.all(Array.from({ length: 520 }, () => file(PROCEDURE.restarting)));
    await Promise.all(many.map(({ code }) => ask('receive', { code })));
    clock.moveTo('2019-08-18T01:00:00.000Z');
    const alarms = new Alarms(pool, clock);
    const raised = await Promise.all([alarms.sweep(clock.now()), alarms.sweep(clock.now())]);
    assert.equal(raised[0] + raised[1] + (await alarms.sweep(clock.now())), 520 * 2);
    for (const { id } of many.slice(0, 20)) await holds(id);
    const { rows } = await pool.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM (SELECT dossier_id FROM motcua.event WHERE type IN ('dueSoon', 'overdue')
         GROUP BY dossier_id, type HAVING count(*) > 1) AS twice`,
    );
    assert.deepEqual(rows, [{ n: 0 }]);
  });
});
