import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { POST_UNIT, type Pool } from '#libs/database';
import type { Acting } from '#libs/identity';
import { DomainError, newId, type JsonObject } from '#libs/kernel';
import { PROCEDURE, UNIT, smallProvince, testDatabase, type SmallProvince } from '#libs/testing';
import { COMMANDS, itemNumberOf, type Position } from '#libs/workflow';
import { House, filing } from './people.fixture.js';
import type { CommandRequest } from './types.js';

const COUNTER = `counter-1@${UNIT.commune}`;
const SPECIALIST = `specialist-1@${UNIT.commune}`;
const ELSEWHERE = `head-1@${UNIT.otherCommune}`;
const POST = `post@${UNIT.province}`;
const PORTAL = `portal@${UNIT.province}`;
const CARRIER = `carrier@${UNIT.province}`;
const ITEM = { itemNumber: itemNumberOf(10_000_001) };
const NOBODYS = `${UNIT.commune}-190318-9999`;

let pool: Pool;
let house: House;
let province: SmallProvince;
before(async () => {
  const database = await testDatabase();
  pool = database.app;
  province = await smallProvince(pool);
  house = new House(database.commands, province);
});

/** Somebody at a position that this province does not have, at a unit of it. */
function somebody(
  position: Position,
  scope: Acting['scope'],
  unit: string | null = UNIT.otherCommune,
): Acting {
  const { officer, ...rest } = house.as(ELSEWHERE);
  const unitId = unit === null ? null : province.units.byCode(unit)!.id;
  return { ...rest, officer: { ...officer, position, unitId }, scope };
}

/** The problem that a command is rejected with, in full. */
async function problemOf(asked: Promise<unknown>): Promise<JsonObject> {
  const error = await asked.then(
    (answer) => assert.fail(`answered: ${JSON.stringify(answer)}`),
    (problem: unknown) => problem,
  );
  assert.ok(error instanceof DomainError, String(error));
  const { code, message, detail } = error;
  return JSON.parse(JSON.stringify({ code, message, detail })) as JsonObject;
}

async function stored(key: string): Promise<number> {
  const { rows } = await pool.query<{ n: number }>(
    'SELECT count(*)::int AS n FROM motcua.command WHERE key = $1',
    [key],
  );
  return rows[0]!.n;
}

async function eventsOf(
  code: string,
): Promise<{ type: string; officer: string; unit_id: number; by: string | null }[]> {
  const { rows } = await pool.query(
    `SELECT e.type, e.officer, e.unit_id, e.data->>'by' AS by FROM motcua.event e JOIN motcua.dossier d ON d.id = e.dossier_id
     WHERE d.code = $1 ORDER BY e.version`,
    [code],
  );
  return rows as { type: string; officer: string; unit_id: number; by: string | null }[];
}

describe('a dossier that is out of scope', () => {
  const variants: [string, Partial<CommandRequest>][] = [
    ['plainly', {}],
    ['with a version that is not its own', { expectedVersion: 77 }],
    ['with its version', { expectedVersion: 1 }],
    ['with nonsense in the payload', { payload: { outcome: 7, itemNumber: 'x', reason: '\u0000' } }],
    ['before it was filed', { occurredAt: '2018-01-01T00:00:00.000Z' }],
    ['in the future', { occurredAt: '2999-01-01T00:00:00.000Z' }],
  ];
  for (const [how, request] of variants) {
    test(`is answered like a code that nobody was given, for every command: ${how}`, async () => {
      const code = await house.file();
      for (const command of COMMANDS.filter((one) => one !== 'submit')) {
        const key = newId();
        const asked = { ...request, key };
        const theirs = await problemOf(house.ask(command, house.as(ELSEWHERE), { ...asked, code }));
        const nobodys = await problemOf(
          house.ask(command, house.as(ELSEWHERE), { ...request, code: NOBODYS }),
        );
        assert.deepEqual(theirs, nobodys, command);
        assert.equal(theirs.code, 'unknown_dossier');
        const again = await problemOf(
          house.ask(command, house.as(ELSEWHERE), { ...asked, code }, house.another()),
        );
        assert.deepEqual(again, theirs);
        assert.equal(await stored(key), 0, 'nothing is kept of it');
      }
      assert.equal((await eventsOf(code)).length, 1);
    });
  }

  test('is not there either where this process cannot make sense of it', async () => {
    const code = await house.file();
    const own = house.as(COUNTER);
    const theirs = house.as(ELSEWHERE);
    const { catalogue } = province;
    house.reference = { ...province, catalogue: { ...catalogue, version: () => undefined } };
    const engine = house.another();
    assert.equal((await problemOf(house.ask('receive', own, { code }, engine))).code, 'reference_outdated');
    assert.equal((await problemOf(house.ask('receive', theirs, { code }, engine))).code, 'unknown_dossier');
    house.reference = province;
  });

  test('is there once it is in scope, whatever a process remembers of it from before', async () => {
    const code = await house.file({}, UNIT.commune);
    const remembers = house.another();
    await house.ask(
      'amend',
      house.as(COUNTER),
      { code, payload: { field: 'name', value: 'Tên Khác' } },
      remembers,
    );
    await house.do('receive', house.as(COUNTER), code);
    await house.do('startProcessing', house.as(COUNTER), code);
    await house.do('resolve', house.as(SPECIALIST), code, { outcome: 'approved' });
    const news = { ...ITEM, event: 'EMI' };
    assert.equal(
      await house.told('recordPostEvent', house.as(POST), { code, payload: news }),
      '!unknown_dossier',
    );
    await house.do('handToPost', house.as(COUNTER), code, ITEM);
    const answer = await house.ask('recordPostEvent', house.as(POST), { code, payload: news }, remembers);
    assert.equal(answer.kind, 'accepted', JSON.stringify(answer));
  });

  test('is there for a unit from the step on that it is named for, and stays there', async () => {
    const code = await house.file({ procedure: PROCEDURE.joint }, UNIT.department);
    const at = (name: string, unit: string) => house.as(`${name}@${unit}`);
    const district = at('specialist-1', UNIT.district);
    await house.do('receive', at('counter-1', UNIT.department), code);
    await house.do('startProcessing', at('counter-1', UNIT.department), code);
    assert.equal(await house.told('completeStep', district, { code }), '!unknown_dossier');
    await house.do('completeStep', at('specialist-1', UNIT.department), code);
    await house.do('completeStep', district, code);
    assert.equal(await house.told('suspend', district, { code }), 'not_your_unit');
    assert.equal(await house.told('suspend', house.as(ELSEWHERE), { code }), '!unknown_dossier');
  });

  test('is the business of the post from the first, where it brought the papers or will bring the result', async () => {
    for (const more of [{ channel: 'postal' }, { returnBy: 'postal' }] as JsonObject[]) {
      const code = await house.file(more);
      for (const who of [POST, CARRIER])
        assert.equal(await house.told('receive', house.as(who), { code }), 'not_your_position');
    }
    const byHand = await house.file({ returnBy: 'counter' });
    for (const who of [POST, CARRIER])
      assert.equal(await house.told('receive', house.as(who), { code: byHand }), '!unknown_dossier');
    assert.equal(await house.told('receive', house.as(PORTAL), { code: byHand }), 'not_your_position');
  });

  test('is filed by the portal and the post as ever', async () => {
    for (const [who, channel] of [
      [PORTAL, 'online'],
      [POST, 'postal'],
    ] as const) {
      const payload = filing({ channel, procedure: PROCEDURE.certificate });
      assert.equal(await house.told('submit', house.as(who), { payload }), 'accepted', who);
    }
  });

  test('is seen by those who only oversee, and acted on by none of them', async () => {
    const code = await house.file();
    const commune = province.units.byCode(UNIT.commune)!.id;
    const cases: [Acting, string][] = [
      [somebody('auditor', 'all', null), 'not_your_position'],
      [somebody('supervisor', [commune]), 'not_your_position'],
      [somebody('supervisor', [commune + 1_000]), '!unknown_dossier'],
      [somebody('administrator', []), '!unknown_dossier'],
      [somebody('catalogueManager', []), '!unknown_dossier'],
      [somebody('citizen', []), '!unknown_dossier'],
      [somebody('postal', [POST_UNIT], null), '!unknown_dossier'],
    ];
    for (const [acting, expected] of cases)
      for (const command of ['receive', 'withdraw', 'void'] as const)
        assert.equal(await house.told(command, acting, { code }), expected, acting.officer.position);
    assert.equal((await eventsOf(code)).length, 1);
  });
});

describe('acting for somebody who is away', () => {
  test('uses their rights, and the event names both', async () => {
    const by = `specialist-2@${UNIT.commune}`;
    const forCounter = house.as(COUNTER, { person: 77, by });
    const answer = await house.ask('submit', forCounter, { payload: filing() });
    assert.ok(answer.kind === 'accepted');
    const { code } = answer;
    assert.equal(await house.told('receive', house.as(by), { code }), 'not_your_position');
    await house.do('receive', forCounter, code);
    await house.do('startProcessing', house.as(COUNTER), code);
    const unit = province.units.byCode(UNIT.commune)!.id;
    assert.deepEqual(await eventsOf(code), [
      { type: 'submitted', officer: COUNTER, unit_id: unit, by },
      { type: 'received', officer: COUNTER, unit_id: unit, by },
      { type: 'processingStarted', officer: COUNTER, unit_id: unit, by: null },
    ]);
    const { rows } = await pool.query('SELECT received_by FROM motcua.dossier WHERE code = $1', [code]);
    assert.deepEqual(rows, [{ received_by: 77 }], 'the person, not the position');
  });

  test('is done at the unit of who is away, also from another', async () => {
    const code = await house.file();
    await house.do('receive', house.as(COUNTER, { person: 78, by: `head-1@${UNIT.district}` }), code);
    const [, received] = await eventsOf(code);
    assert.equal(received?.unit_id, province.units.byCode(UNIT.commune)!.id);
  });

  test('under a code that is not that of the position is refused: answers are kept by it', async () => {
    const acting = house.as(COUNTER);
    const problem = await problemOf(house.ask('submit', acting, { payload: filing(), officer: SPECIALIST }));
    assert.equal(problem.code, 'officer_unknown');
  });
});

describe('a position that is not in force', () => {
  const during = (validFrom: string, validUntil: string, code = COUNTER): Acting => {
    const acting = house.as(code);
    return { ...acting, officer: { ...acting.officer, validFrom, validUntil } };
  };

  test('does nothing: not before its first day, and no more on the day after its last', async () => {
    const payload = filing();
    for (const [from, until, expected] of [
      ['2019-03-19', 'infinity', '!position_ended'],
      ['2019-03-18', 'infinity', 'accepted'],
      ['-infinity', '2019-03-18', '!position_ended'],
      ['-infinity', '2019-03-19', 'accepted'],
    ] as const)
      assert.equal(
        await house.told('submit', during(from, until), { payload }),
        expected,
        `${from} ${until}`,
      );
  });

  test('is judged by the local day of the act: an act of the past by the day that it says', async () => {
    const payload = filing();
    const ended = during('-infinity', '2019-03-15');
    const at = (occurredAt: string) => house.told('submit', ended, { payload, occurredAt });
    assert.equal(await at('2019-03-14T16:59:59.999Z'), 'accepted', 'a second before midnight in Vietnam');
    assert.equal(await at('2019-03-14T17:00:00.000Z'), '!position_ended');
  });

  test('learns nothing of any dossier, and nothing is kept of it', async () => {
    const code = await house.file();
    const ended = during('-infinity', '2019-03-01');
    const key = newId();
    const known = await problemOf(house.ask('receive', ended, { code, key, expectedVersion: 5 }));
    assert.deepEqual(known, await problemOf(house.ask('receive', ended, { code: NOBODYS })));
    assert.equal(await stored(key), 0);
    assert.equal(
      await house.told('receive', house.as(COUNTER), { code, key }),
      'accepted',
      'once it is prolonged',
    );
  });

  test('ends what is done for others, too', async () => {
    const by = `specialist-2@${UNIT.commune}`;
    const { units } = province;
    const own = { ...units.officer(by)!, validUntil: '2019-03-01' };
    house.reference = {
      ...province,
      units: { ...units, officer: (code) => (code === by ? own : units.officer(code)) },
    };
    const told = await house.told('submit', house.as(COUNTER, { by }), { payload: filing() });
    house.reference = province;
    assert.equal(told, '!position_ended');
  });

  test('is told what it was told before it ended', async () => {
    const request = { payload: filing(), key: newId() };
    const first = await house.ask('submit', house.as(COUNTER), request);
    assert.deepEqual(await house.ask('submit', during('-infinity', '2019-03-01'), request), {
      ...first,
      replayed: true,
    });
  });
});
