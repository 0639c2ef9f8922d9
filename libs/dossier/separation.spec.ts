import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import fc from 'fast-check';
import { fromMillis, toMillis, type JsonObject } from '#libs/kernel';
import { PROCEDURE, UNIT, smallProvince, testDatabase, type SmallProvince } from '#libs/testing';
import { itemNumberOf, type CommandName } from '#libs/workflow';
import { decide, type DossierRecord, type Reference } from './decide.js';
import { recordAfter } from './kept.js';
import { House, filing } from './people.fixture.js';
import { decideSubmit } from './submit.js';

const COUNTER = `counter-1@${UNIT.commune}`;
const SPECIALIST = `specialist-1@${UNIT.commune}`;
const HEAD = `head-1@${UNIT.commune}`;
const APPROVED = { outcome: 'approved' };
/** Accounts; each holds whatever position the test says. */
const [ANH, BINH, CHI] = [901, 902, 903];

let house: House;
let province: SmallProvince;
before(async () => {
  const database = await testDatabase();
  province = await smallProvince(database.app);
  house = new House(database.commands, province);
});

/** A dossier of one step that Anh received and that is being worked on. */
async function atWork(): Promise<string> {
  const code = await house.file();
  await house.do('receive', house.person(ANH, COUNTER), code);
  await house.do('startProcessing', house.person(BINH, COUNTER), code);
  return code;
}

describe('separation of duties, by person and not by position', () => {
  test('who received a dossier does not resolve it, under no position of theirs; a colleague does', async () => {
    const code = await atWork();
    for (const position of [SPECIALIST, HEAD, `specialist-2@${UNIT.commune}`]) {
      const request = { code, payload: APPROVED };
      assert.equal(await house.told('resolve', house.person(ANH, position), request), 'separation_of_duties');
    }
    await house.do('resolve', house.person(BINH, SPECIALIST), code, APPROVED);
  });

  test('the refusal says what may be done instead and why not, and a repeat is told the same', async () => {
    const code = await atWork();
    const request = { code, payload: APPROVED, key: 'kept apart' };
    const first = await house.ask('resolve', house.person(ANH, SPECIALIST), request);
    assert.ok(first.kind === 'refused');
    assert.deepEqual([first.state, first.version], ['processing', 3]);
    assert.ok(first.allowed.includes('suspend') && !first.allowed.includes('resolve'));
    assert.equal(first.notYet.find(({ command }) => command === 'resolve')?.because, 'separation_of_duties');
    const again = await house.ask('resolve', house.person(ANH, SPECIALIST), request, house.another());
    assert.deepEqual(again, { ...first, replayed: true });
  });

  for (const [command, payload] of [
    ['offerAtCounter', {}],
    ['handToPost', { itemNumber: itemNumberOf(10_000_001) }],
  ] as [CommandName, JsonObject][]) {
    test(`who resolved a dossier does not ${command}; who received it may`, async () => {
      const code = await atWork();
      await house.do('resolve', house.person(BINH, SPECIALIST), code, APPROVED);
      const refused = await house.told(command, house.person(BINH, COUNTER), { code, payload });
      assert.equal(refused, 'separation_of_duties');
      await house.do(command, house.person(ANH, COUNTER), code, payload);
    });
  }

  test('nobody gets round it by letting another act for them, nor by acting for another', async () => {
    const code = await atWork();
    const request = { code, payload: APPROVED };
    const forAnh = house.as(SPECIALIST, { person: CHI, principal: ANH, by: `specialist-2@${UNIT.commune}` });
    assert.equal(await house.told('resolve', forAnh, request), 'separation_of_duties');
    const anhForChi = house.as(HEAD, { person: ANH, principal: CHI, by: COUNTER });
    assert.equal(await house.told('resolve', anhForChi, request), 'separation_of_duties');
    await house.do(
      'resolve',
      house.as(HEAD, { person: CHI, principal: BINH, by: SPECIALIST }),
      code,
      APPROVED,
    );
    // It was Chi who resolved, whoever's position it was.
    assert.equal(
      await house.told('offerAtCounter', house.person(CHI, COUNTER), { code }),
      'separation_of_duties',
    );
    await house.do('offerAtCounter', house.person(BINH, COUNTER), code);
  });

  test('holds in a process that never saw the dossier before, too', async () => {
    const code = await atWork();
    const acting = house.person(ANH, SPECIALIST);
    const answer = await house.ask('resolve', acting, { code, payload: APPROVED }, house.another());
    assert.equal(answer.kind === 'refused' && answer.code, 'separation_of_duties');
  });

  test('positions that nobody holds are each a person of their own', async () => {
    const code = await house.file();
    const vacant = (position: string) => {
      const { officer } = house.as(position);
      return house.person(-officer.no, position);
    };
    await house.do('receive', vacant(COUNTER), code);
    await house.do('startProcessing', vacant(COUNTER), code);
    await house.do('resolve', vacant(SPECIALIST), code, APPROVED);
    await house.do('offerAtCounter', vacant(COUNTER), code);
  });

  test('a procedure may do without', async () => {
    const { catalogue } = province;
    house.reference = {
      ...province,
      catalogue: {
        ...catalogue,
        definition: (key) => {
          const definition = catalogue.definition(key);
          return definition && { ...definition, separation: ['approve-post'] };
        },
      },
    };
    const code = await atWork();
    await house.do('resolve', house.person(ANH, SPECIALIST), code, APPROVED);
    assert.equal(
      await house.told('offerAtCounter', house.person(ANH, COUNTER), { code }),
      'separation_of_duties',
    );
    house.reference = province;
  });
});

describe('whatever random people try', () => {
  const POSITIONS = [
    ...[COUNTER, `counter-2@${UNIT.commune}`, SPECIALIST, HEAD, `post@${UNIT.province}`],
    `portal@${UNIT.province}`,
  ];
  const WAY: CommandName[] = [
    'receive',
    'startProcessing',
    'resolve',
    'offerAtCounter',
    'handToPost',
    'collect',
  ];
  const DETOURS: CommandName[] = ['requestSupplement', 'supplement', 'completeStep', 'returnToStep'];
  const act = fc.record({
    // Mostly what leads on: otherwise few lives get as far as a decision.
    command: fc.oneof(
      { weight: 7, arbitrary: fc.constantFrom<CommandName>(...WAY) },
      { weight: 1, arbitrary: fc.constantFrom<CommandName>(...DETOURS) },
    ),
    position: fc.constantFrom(...POSITIONS),
    person: fc.constantFrom(ANH, BINH, CHI),
    principal: fc.constantFrom(ANH, BINH, CHI),
    own: fc.boolean(),
  });

  test('nobody resolves what they received, and nobody sends off what they resolved', () => {
    const reference: Reference = province;
    let kept = 0;
    const accepted = new Map<string, number>();
    fc.assert(
      fc.property(
        fc.constantFrom(PROCEDURE.copy, PROCEDURE.certificate),
        fc.array(act, { minLength: 20, maxLength: 80, size: 'max' }),
        (procedure, acts) => {
          let at = '2019-03-18T01:00:00.000Z';
          const submit = {
            command: 'submit' as const,
            officer: COUNTER,
            key: '',
            payload: filing({ procedure }),
          };
          const born = decideSubmit(submit, house.as(COUNTER), reference, at);
          assert.ok(born.kind === 'change');
          let dossier: DossierRecord = recordAfter(null, born, 'code', null);
          let receivedBy: number | null = null;
          let approvedBy: number | null = null;
          for (const { command, position, person, principal, own } of acts) {
            at = fromMillis(toMillis(at) + 60_000);
            const by = own ? null : COUNTER;
            const acting = house.as(position, { person, principal: own ? person : principal, by });
            const payload: JsonObject =
              command === 'resolve'
                ? APPROVED
                : command === 'handToPost'
                  ? { itemNumber: itemNumberOf(10_000_002) }
                  : { reason: 'lý do', step: command === 'returnToStep' ? 'verify' : dossier.snapshot.step };
            const request = { command, code: 'code', officer: position, key: '', payload };
            const outcome = decide(dossier, request, acting, reference, at);
            if (outcome.kind === 'refused') {
              if (outcome.code === 'separation_of_duties') kept++;
              continue;
            }
            accepted.set(command, (accepted.get(command) ?? 0) + 1);
            const them = [acting.person, acting.principal];
            if (command === 'resolve')
              assert.ok(receivedBy !== null && !them.includes(receivedBy), 'resolved by who received');
            if (command === 'handToPost' || command === 'offerAtCounter')
              assert.ok(approvedBy !== null && !them.includes(approvedBy), 'sent off by who resolved');
            if (command === 'receive') receivedBy = person;
            if (command === 'resolve') approvedBy = person;
            dossier = recordAfter(dossier, outcome, 'code', null);
            assert.deepEqual([dossier.receivedBy, dossier.approvedBy], [receivedBy, approvedBy]);
          }
        },
      ),
      { numRuns: 500 },
    );
    assert.ok(kept > 30, `only ${kept} were kept apart`);
    for (const command of ['receive', 'resolve', 'offerAtCounter', 'handToPost'])
      assert.ok((accepted.get(command) ?? 0) > 10, `${command}: ${accepted.get(command)}`);
  });
});
