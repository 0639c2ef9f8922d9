import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { filing, live, openHouse, type Answer, type Given, type House, type Life } from './support.js';

const WARD = '000.01.21.H59';
const CITY = '000.00.21.H59';
const POST = 'post@000.00.00.H59';
const [counter, city, specialist, head] = [
  `counter-1@${WARD}`,
  `counter-1@${CITY}`,
  `specialist-1@${CITY}`,
  `head-1@${CITY}`,
];
const PARCEL = 'RA473124829VN';

const filed: Given = { command: 'submit', officer: counter, payload: filing('1.000314', CITY) };
const by = (officer: string, command: string, payload: object = {}): Given => ({ officer, command, payload });

const received = [filed, by(counter, 'receive')];
const first = [...received, by(city, 'startProcessing')];
const second = [...first, by(head, 'completeStep')];
const lastStep = [...second, by(specialist, 'completeStep'), by(specialist, 'completeStep')];
const resolved = [...lastStep, by(head, 'resolve', { outcome: 'approved' })];
const atCounter = [...resolved, by(city, 'offerAtCounter')];
const posted = [...resolved, by(counter, 'handToPost', { itemNumber: PARCEL })];

/** For each command: the way to where it can be given, the command, and another payload for the same command. */
const COMMANDS: { way: Given[]; last: Given; other: object }[] = [
  { way: [], last: filed, other: filing('1.000314', CITY, { channel: 'postal' }) },
  { way: [filed], last: by(counter, 'receive'), other: {} },
  { way: [filed], last: by(counter, 'refuse', { reason: 'a' }), other: { reason: 'b' } },
  { way: [filed], last: by(counter, 'requestSupplement', { reason: 'a' }), other: { reason: 'b' } },
  {
    way: [filed, by(counter, 'requestSupplement', { reason: 'a' })],
    last: by(city, 'supplement', { documents: ['bản sao'] }),
    other: { documents: [] },
  },
  { way: received, last: by(city, 'requestPayment', { amount: 1000 }), other: { amount: 1001 } },
  {
    way: [...received, by(city, 'requestPayment')],
    last: by(counter, 'confirmPayment', { amount: 1000 }),
    other: { amount: 1001 },
  },
  { way: received, last: by(specialist, 'startProcessing'), other: {} },
  { way: first, last: by(head, 'completeStep'), other: { step: 'assign' } },
  {
    way: second,
    last: by(specialist, 'returnToStep', { step: 'assign', reason: 'a' }),
    other: { step: 'assign', reason: 'b' },
  },
  { way: second, last: by(specialist, 'suspend', { reason: 'a' }), other: { reason: 'b' } },
  { way: [...second, by(specialist, 'suspend')], last: by(specialist, 'resume'), other: {} },
  { way: lastStep, last: by(head, 'resolve', { outcome: 'approved' }), other: { outcome: 'rejected' } },
  { way: first, last: by(city, 'withdraw', { reason: 'a' }), other: { reason: 'b' } },
  { way: first, last: by(head, 'discontinue', { reason: 'a' }), other: { reason: 'b' } },
  {
    way: resolved,
    last: by(city, 'handToPost', { itemNumber: PARCEL }),
    other: { itemNumber: 'RA123456785VN' },
  },
  {
    way: posted,
    last: by(POST, 'recordPostEvent', { itemNumber: PARCEL, event: 'EMG' }),
    other: { itemNumber: PARCEL, event: 'EMI' },
  },
  { way: resolved, last: by(city, 'offerAtCounter'), other: {} },
  { way: atCounter, last: by(city, 'collect'), other: {} },
  {
    way: [filed],
    last: by(counter, 'amend', { field: 'name', value: 'A' }),
    other: { field: 'name', value: 'B' },
  },
  { way: [filed], last: by(counter, 'void', { reason: 'a' }), other: { reason: 'b' } },
];

/** What a repeat must tell again: all but the mark that it is one, and what the transport adds. */
function told({ status, body, headers }: Answer): unknown {
  return { status, body, etag: headers.etag, location: headers.location, type: headers['content-type'] };
}

describe('a command that is sent again under its Idempotency-Key', () => {
  let house: House;
  const lives = new Map<string, Life>();

  before(async () => {
    house = await openHouse(2);
    for (const { way, last } of COMMANDS) lives.set(last.command, { todo: way });
    await live(house, [...lives.values()]);
  });
  after(() => house?.close());

  /** all that there is in the database of dossiers, events and stored answers */
  const everything = async (): Promise<unknown> => {
    const { rows } = await house.pool.query(
      `SELECT (SELECT count(*) FROM motcua.dossier) AS dossiers, (SELECT sum(version) FROM motcua.dossier) AS versions,
        (SELECT count(*) FROM motcua.event) AS events, (SELECT count(*) FROM motcua.command) AS commands,
        (SELECT count(*) FROM motcua.dossier_party) AS parties, (SELECT sum(last) FROM motcua.code_counter) AS codes,
        (SELECT md5(string_agg(d::text, ';' ORDER BY id)) FROM motcua.dossier d) AS dossier_rows,
        (SELECT md5(string_agg(t::text, ';' ORDER BY dossier_id)) FROM motcua.deadline t) AS deadline_rows`,
    );
    return rows[0];
  };

  it('is tested for each of the 21 commands', () => {
    assert.equal(lives.size, 21);
    assert.equal(COMMANDS.length, 21);
  });

  for (const { way, last, other } of COMMANDS) {
    it(`${last.command}: changes nothing, here and in another process, and says the same`, async () => {
      const { code } = lives.get(last.command)!;
      const key = randomUUID();
      const given = { ...last, code, key };
      const once = await house.give(given);
      assert.equal(once.status, last.command === 'submit' ? 201 : 200, JSON.stringify(once.body));
      assert.equal(once.body.version, way.length + 1);
      assert.equal(once.headers['idempotent-replayed'], undefined);
      const stands = await everything();

      // Here, in another process, later, from whoever believes to have seen another version, and among many.
      const again = [await house.give(given), await house.give(given, 1)];
      house.later(60);
      again.push(await house.give(given, 1), await house.give({ ...given, ifMatch: 999 }));
      again.push(...(await house.giveAll([given], 1)));
      for (const answer of again) {
        assert.equal(answer.status, once.status);
        assert.deepEqual(answer.body, once.body);
        assert.equal(answer.headers['idempotent-replayed'] ?? answer.headers['Idempotent-Replayed'], 'true');
      }
      for (const answer of again.slice(0, 4)) assert.deepEqual(told(answer), told(once));
      assert.deepEqual(await everything(), stands);

      // The key is spoken for: another body, another command or another dossier under it is a mistake of the caller's.
      const mistakes: Given[] = [{ ...given, command: 'amend', payload: { field: 'phone', value: '0294' } }];
      if (Object.keys(other).length > 0) mistakes.push({ ...given, payload: other });
      const elsewhere = [...lives.values()].find((one) => one.code !== undefined && one.code !== code)!;
      mistakes.push({
        ...given,
        command: 'amend',
        code: elsewhere.code,
        payload: { field: 'phone', value: '1' },
      });
      for (const mistake of mistakes.filter((one) => one.command === 'submit' || one.code !== undefined)) {
        for (const door of [0, 1]) {
          const answer = await house.give(mistake, door);
          assert.deepEqual([answer.status, answer.body.code], [422, 'key_reused'], JSON.stringify(mistake));
        }
      }
      assert.deepEqual(await everything(), stands);

      // Keys are each officer's own.
      const stranger = await house.give({ ...given, officer: `counter-2@${CITY}` });
      assert.equal(stranger.headers['idempotent-replayed'], undefined);
    });
  }

  it('tells a refusal again too, although the command has become possible since', async () => {
    const life: Life = { todo: received };
    await live(house, [life]);
    const tooEarly = { ...by(head, 'completeStep'), code: life.code, key: randomUUID() };
    const refused = await house.give(tooEarly);
    assert.deepEqual([refused.status, refused.body.code], [409, 'not_allowed_in_state']);
    await house.give({ ...by(city, 'startProcessing'), code: life.code });
    const stands = await everything();
    for (const door of [0, 1]) {
      const again = await house.give(tooEarly, door);
      assert.deepEqual(told(again), told(refused));
      assert.equal(again.headers['idempotent-replayed'], 'true');
    }
    assert.deepEqual(await everything(), stands);
    assert.equal((await house.give({ ...tooEarly, key: randomUUID() })).status, 200);
  });

  it('was refused for a stale version, is not remembered, and succeeds under the same key with the right one', async () => {
    const life: Life = { todo: received };
    await live(house, [life]);
    const given = { ...by(city, 'startProcessing'), code: life.code, key: randomUUID() };
    for (const door of [0, 1, 0]) {
      const stale = await house.give({ ...given, ifMatch: 1 }, door);
      assert.deepEqual([stale.status, stale.body.code], [412, 'stale_version']);
      assert.equal(stale.headers['idempotent-replayed'], undefined);
    }
    assert.equal((await house.give({ ...given, ifMatch: 2 }, 1)).status, 200);
  });

  it('leaves a log in which verify and the counts find nothing', () => house.proveClean());
});
