import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { filing, openHouse, type Answer, type Given, type House } from './support.js';

const WARD = '000.01.21.H59';
const COUNTER = `counter-1@${WARD}`;
const file: Given = { command: 'submit', officer: COUNTER, payload: filing('1.001639', WARD) };

const range = (count: number): number[] => Array.from({ length: count }, (_, at) => at);
const statuses = (answers: readonly Answer[]): Record<string, number> => {
  const counted: Record<string, number> = {};
  for (const { status, body } of answers) {
    const name = status < 400 ? String(status) : `${status} ${body.code}`;
    counted[name] = (counted[name] ?? 0) + 1;
  }
  return counted;
};

/** Every caller sends a request of its own at the same moment, half of them to each engine. */
describe('races over HTTP, on two engines with one database', () => {
  let house: House;
  before(async () => {
    house = await openHouse(2);
  });
  after(() => house?.close());

  const filed = async (): Promise<string> => (await house.give(file)).body.code;
  const atOnce = (given: readonly Given[]): Promise<Answer[]> =>
    Promise.all(given.map((one, at) => house.give(one, at % 2)));

  it('lets one of 50 callers accept a dossier and tells 49 that it is received', async () => {
    const code = await filed();
    const answers = await atOnce(
      range(50).map((at) => ({ command: 'receive', officer: `counter-${1 + (at % 2)}@${WARD}`, code })),
    );
    assert.deepEqual(statuses(answers), { '200': 1, '409 not_allowed_in_state': 49 });
    for (const { status, body } of answers) {
      assert.deepEqual([body.state, body.version], ['received', 2]);
      if (status === 409)
        assert.ok(body.allowed.includes('startProcessing') && !body.allowed.includes('receive'));
    }
    assert.deepEqual(await house.standing(code), { state: 'received', version: 2, events: 2 });
  });

  it('lets 50 callers correct a dossier one after the other: 50 versions, and none written over', async () => {
    const code = await filed();
    const answers = await atOnce(
      range(50).map((at) => ({
        command: 'amend',
        officer: COUNTER,
        code,
        payload: { field: 'name', value: `Người thứ ${at}` },
      })),
    );
    assert.deepEqual(statuses(answers), { '200': 50 });
    assert.deepEqual(
      answers.map((answer) => answer.body.version).sort((a, b) => a - b),
      range(50).map((at) => at + 2),
    );
    assert.deepEqual(await house.standing(code), { state: 'submitted', version: 51, events: 51 });
    const winner = answers.findIndex((answer) => answer.body.version === 51);
    const view = (await house.get(`/dossiers/${code}`)).body as unknown as { applicant: { name: string } };
    assert.equal(view.applicant.name, `Người thứ ${winner}`);
  });

  it('lets one of 50 callers with the same If-Match through and tells 49 that they saw an old version', async () => {
    const code = await filed();
    const answers = await atOnce(
      range(50).map((at) => ({
        command: 'amend',
        officer: COUNTER,
        code,
        ifMatch: 1,
        payload: { field: 'address', value: `số ${at}` },
      })),
    );
    assert.deepEqual(statuses(answers), { '200': 1, '412 stale_version': 49 });
    assert.deepEqual(await house.standing(code), { state: 'submitted', version: 2, events: 2 });
  });

  it('lets 50 callers with different commands through in some order that the lifecycle allows', async () => {
    const code = await filed();
    const wanted = [
      'receive',
      'requestSupplement',
      'supplement',
      'requestPayment',
      'confirmPayment',
      'startProcessing',
    ];
    const commands = [...wanted, ...wanted, 'withdraw', 'amend', 'void', 'refuse'];
    const answers = await atOnce(
      range(50).map((at) => {
        const command = commands[at % commands.length]!;
        const payload =
          command === 'amend' ? { field: 'phone', value: '1' } : command === 'refuse' ? { reason: 'a' } : {};
        return { command, officer: COUNTER, code, payload };
      }),
    );
    for (const [name] of Object.entries(statuses(answers))) {
      assert.ok(['200', '409 not_allowed_in_state'].includes(name), name);
    }
    const accepted = answers.filter((answer) => answer.status === 200);
    accepted.sort((a, b) => a.body.version - b.body.version);
    const { events } = (await house.get(`/dossiers/${code}/history`)).body;
    assert.deepEqual(
      accepted.map(({ body }) => [body.version, body.event, body.state]),
      events.slice(1).map(({ version, type, state }) => [version, type, state]),
    );
  });

  it('files 500 dossiers at once under 500 codes without a gap, and accepts them all at once', async () => {
    // Another day, so that these are the only ones at that counter.
    house.later(24 * 60);
    const submitted = await atOnce(range(500).map(() => file));
    assert.deepEqual(statuses(submitted), { '201': 500 });
    const codes = submitted.map((answer) => answer.body.code).sort();
    assert.deepEqual(
      codes,
      range(500).map((at) => `${WARD}-190319-${String(at + 1).padStart(4, '0')}`),
    );
    const accepted = await atOnce(codes.map((code) => ({ command: 'receive', officer: COUNTER, code })));
    assert.deepEqual(statuses(accepted), { '200': 500 });
    for (const { body } of accepted) assert.deepEqual([body.state, body.version], ['received', 2]);
    const listed = await house.pool.query(
      `SELECT count(*)::int AS dossiers, min(version) AS low, max(version) AS high FROM motcua.dossier WHERE code = ANY($1)`,
      [codes],
    );
    assert.deepEqual(listed.rows, [{ dossiers: 500, low: 2, high: 2 }]);
  });

  it('does what one key from 20 callers asks once: the rest hear the same answer, or that it is under way', async () => {
    const code = await filed();
    for (const asked of [file, { command: 'receive', officer: COUNTER, code }]) {
      const key = randomUUID();
      const count = async (): Promise<number> => {
        const { rows } = await house.pool.query<{ count: number }>('SELECT count(*)::int FROM motcua.event');
        return rows[0]!.count;
      };
      const earlier = await count();
      const answers = await atOnce(range(20).map(() => ({ ...asked, key })));
      const done = answers.filter((answer) => answer.status < 400);
      const first = done.filter((answer) => answer.headers['idempotent-replayed'] === undefined);
      assert.equal(first.length, 1, JSON.stringify(statuses(answers)));
      for (const answer of answers) {
        if (answer.status < 400)
          assert.deepEqual([answer.status, answer.body], [first[0]!.status, first[0]!.body]);
        else assert.deepEqual([answer.status, answer.body.code], [409, 'key_in_flight']);
      }
      assert.equal(await count(), earlier + 1);
      const later = await atOnce(range(2).map(() => ({ ...asked, key })));
      for (const answer of later) {
        assert.deepEqual([answer.status, answer.body], [first[0]!.status, first[0]!.body]);
        assert.equal(answer.headers['idempotent-replayed'], 'true');
      }
    }
  });

  it('accepts one of two bodies that race under one key, and calls the other a key used again', async () => {
    for (const round of range(10)) {
      const code = await filed();
      const key = randomUUID();
      const given = [`A${round}`, `B${round}`].map((value) => ({
        command: 'amend',
        officer: COUNTER,
        code,
        key,
        payload: { field: 'name', value },
      }));
      assert.deepEqual(statuses(await atOnce(given)), { '200': 1, '422 key_reused': 1 });
      assert.equal((await house.standing(code)).version, 2);
    }
  });

  it('leaves a log in which verify and the counts find nothing', () => house.proveClean());
});
