import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import fc from 'fast-check';
import type { QueryConfig } from 'pg';
import { Lanes, connect } from '#libs/database';
import { type DomainError, newId, type JsonObject } from '#libs/kernel';
import { Desk, PROCEDURE, UNIT, smallProvince, testDatabase, type TestDatabase } from '#libs/testing';
import { Engine } from './engine.js';
import { loadAnswers } from './persistence/load.js';
import type { AcceptedAnswer, CommandAnswer, CommandRequest } from './types.js';
import { verify } from './verify.js';
import { walk, type Asked, type Walker } from './walk.fixture.js';

const COUNTER = `counter-1@${UNIT.commune}`;
const NAMED = { field: 'name', value: 'Tên Khác' };
const OFFICERS = [
  ...[UNIT.commune, UNIT.department, UNIT.district].flatMap((unit) =>
    ['counter-1', 'specialist-1', 'head-1'].map((name) => `${name}@${unit}`),
  ),
  ...['portal', 'post', 'carrier'].map((name) => `${name}@${UNIT.province}`),
];

let db: TestDatabase;
let desk: Desk;
let keys = 0;
before(async () => {
  db = await testDatabase();
  desk = new Desk(db.app, await smallProvince(db.app));
  // Two that wait for each other are told so soon: the races below make many.
  const owner = await connect(db.ownerUrl);
  await owner.query(`ALTER DATABASE ${db.name} SET deadlock_timeout = '10ms'`);
  await owner.end();
});

/** Another process, with connections of its own that the test may listen to. */
function another(pool: Pick<Lanes, 'query'> = db.commands): Engine {
  return new Engine({ pool, reference: () => desk.province, clock: desk.recorded, recorder: desk.recorded });
}

function request(command: CommandRequest['command'], more: Partial<CommandRequest> = {}): CommandRequest {
  return { command, officer: COUNTER, key: `repeats-${++keys}`, payload: {}, ...more };
}

function filing(name = 'Nguyễn Văn Mẫu'): JsonObject {
  return {
    procedure: PROCEDURE.certificate,
    channel: 'counter',
    competentUnit: UNIT.commune,
    applicant: { name },
  };
}

function accepted(answer: CommandAnswer): AcceptedAnswer {
  assert.equal(answer.kind, 'accepted', JSON.stringify(answer));
  return answer as AcceptedAnswer;
}

async function filed(engine: Engine, many: number): Promise<string[]> {
  const all = Array.from({ length: many }, () => engine.execute(request('submit', { payload: filing() })));
  return (await Promise.all(all)).map((answer) => accepted(answer).code);
}

const count = async (sql: string, values: unknown[] = []): Promise<number> =>
  (await db.app.query<{ n: number }>(`SELECT count(*) AS n FROM ${sql}`, values)).rows[0]!.n;

test('a repeat is told what the first was told, in every field, for whatever can be asked', async () => {
  const way = fc.tuple(
    fc.constantFrom(...Object.values(PROCEDURE)),
    fc.array(fc.nat(1_000), { minLength: 6, maxLength: 16 }),
  );
  const here = another();
  const all: { first: CommandAnswer; asked: CommandRequest }[] = [];
  const walker: Walker = {
    pool: db.app,
    province: desk.province,
    ask: async ({ command, code, by, at, payload = {} }: Asked) => {
      desk.recorded.moveTo(at);
      const execute = async (command: CommandRequest['command']): Promise<CommandAnswer> => {
        const more = { officer: by, payload, occurredAt: at, ...(code !== undefined && { code }) };
        const asked = request(command, more);
        const first = await here.execute(asked);
        all.push({ first, asked });
        return first;
      };
      if (all.length % 3 === 0 && code !== undefined) await execute('collect');
      return execute(command);
    },
  };
  for (const [procedure, choices] of fc.sample(way, { numRuns: 25, seed: 1954 })) {
    const unit = procedure === PROCEDURE.joint ? UNIT.department : UNIT.commune;
    await walk(walker, { procedure, unit, officers: OFFICERS }, choices);
  }
  const bad: JsonObject[] = [
    { procedure: { deep: [1, 'x', null, 1e300, 0.1] } },
    { applicant: {} },
    { channel: 'smoke' },
    { returnBy: 'sea' },
    { competentUnit: 'nowhere' },
    { competentUnit: UNIT.department },
    { receivingUnit: UNIT.otherCommune },
  ];
  for (const payload of bad) {
    const asked = request('submit', { payload: { ...filing(), ...payload } });
    all.push({ asked, first: await here.execute(asked) });
  }
  // Of a date that cannot be known an event of the clock tells, under the same version, written at the same moment.
  const long = { ...filing(), procedure: PROCEDURE.long };
  const submit = request('submit', { payload: long, occurredAt: '2026-03-18T01:00:00.000Z' });
  desk.recorded.moveTo('2026-03-18T02:00:00.000Z');
  const born = await here.execute(submit);
  const receive = request('receive', { code: accepted(born).code, occurredAt: '2026-03-18T02:00:00.000Z' });
  all.push({ asked: submit, first: born }, { asked: receive, first: await here.execute(receive) });
  assert.equal((await loadAnswers(db.commands, [receive])).length, 1);
  const future = request('submit', { payload: filing(), occurredAt: '2999-01-01T00:00:00.000Z' });
  all.push({ asked: future, first: await here.execute(future) });
  const kinds = new Set(all.map(({ first }) => (first.kind === 'accepted' ? first.event : first.code)));
  assert.ok(kinds.size >= 27, [...kinds].sort().join(' '));
  for (const engine of [here, another()]) {
    for (const { first, asked } of all) {
      assert.deepEqual(await engine.execute(asked), { ...first, replayed: true }, asked.command);
    }
    // All of them at once again, as one that lost its connection might: in batches of nothing but repeats.
    const again = await Promise.all(all.map(({ asked }) => engine.execute(asked)));
    assert.deepEqual(
      again,
      all.map(({ first }) => ({ ...first, replayed: true })),
    );
  }
});

describe('a batch with repeats in it', () => {
  test('tells each its first answer, and commits all others once', async () => {
    const [before, engine] = [another(), another()];
    const codes = await filed(before, 6);
    const old = [
      request('submit', { payload: filing('Trần Thị Cũ') }),
      request('receive', { code: codes[0]! }),
      request('collect', { code: codes[1]! }),
      request('submit', { payload: { ...filing(), procedure: 'none' } }),
    ];
    const first = await Promise.all(old.map((one) => before.execute(one)));
    const reused = request('receive', { code: codes[2]! });
    await before.execute(reused);
    const fresh = [
      request('submit', { payload: filing('Lê Văn Mới') }),
      request('receive', { code: codes[3]! }),
      request('collect', { code: codes[4]! }),
      request('amend', { code: codes[5]!, payload: NAMED }),
      request('submit', { payload: { ...filing(), procedure: 'none' } }),
    ];
    const stale = request('receive', { code: codes[2]!, expectedVersion: 9 });
    const unknown = request('receive', { code: 'nothing' });
    const sent = [fresh[0]!, old[0]!, fresh[1]!, old[1]!, fresh[2]!, old[2]!, fresh[3]!, old[3]!, fresh[4]!];
    const before_ = await count('motcua.dossier');
    const rejected = [stale, unknown, { ...reused, payload: { x: 1 }, code: 'elsewhere' }];
    const asked = [...sent, ...rejected].map((one) => engine.execute(one));
    const told = await Promise.allSettled(asked);
    const answers = told.slice(0, 9).map((one) => (one as PromiseFulfilledResult<CommandAnswer>).value);
    for (const [nth, at] of [1, 3, 5, 7].entries()) {
      assert.deepEqual(answers[at], { ...first[nth], replayed: true });
    }
    const kinds = [0, 2, 4, 6, 8].map((at) => [answers[at]!.kind, answers[at]!.replayed]);
    assert.deepEqual(kinds, [
      ['accepted', false],
      ['accepted', false],
      ['refused', false],
      ['accepted', false],
      ['refused', false],
    ]);
    const problems = told.slice(9).map((one) => ((one as PromiseRejectedResult).reason as DomainError).code);
    assert.deepEqual(problems, ['stale_version', 'unknown_dossier', 'key_reused']);
    assert.equal(await count('motcua.dossier'), before_ + 1);
    const again = await Promise.all(sent.map((one) => before.execute(one)));
    assert.deepEqual(
      again,
      answers.map((answer) => ({ ...answer, replayed: true })),
    );
    for (const { key } of [stale, unknown]) {
      assert.equal(
        await count('motcua.command WHERE key = $1', [key]),
        0,
        'what is not answered is not stored',
      );
    }
  });

  test('of a dossier id that is taken fails alone, and does not go round for ever', async () => {
    const engine = another();
    const dossierId = newId();
    await engine.execute(request('submit', { dossierId, payload: filing() }));
    const told = await Promise.allSettled([
      engine.execute(request('submit', { payload: filing() })),
      engine.execute(request('submit', { dossierId, payload: filing() })),
      engine.execute(request('submit', { payload: filing() })),
    ]);
    assert.deepEqual(
      told.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled'],
    );
  });
});

describe('two processes', () => {
  test('that are sent the same keys at the same moment in opposite order do each once, and tell the same', async () => {
    const [one, two] = [another(), another()];
    for (let round = 0; round < 25; round++) {
      const codes = await filed(another(), 6);
      const asked = [
        ...codes.slice(0, 4).map((code) => request('receive', { code })),
        ...codes.slice(4).map((code) => request('collect', { code })),
        ...Array.from({ length: 4 }, () => request('submit', { payload: filing() })),
        request('submit', { payload: { ...filing(), procedure: 'none' } }),
      ];
      const dossiers = await count('motcua.dossier');
      const there = Promise.all(asked.map((each) => one.execute(each)));
      const back = Promise.all([...asked].reverse().map((each) => two.execute(each)));
      const [told, others] = [await there, (await back).reverse()];
      for (const [nth, { replayed, ...answer }] of told.entries()) {
        const { replayed: otherwise, ...other } = others[nth]!;
        assert.deepEqual(answer, other);
        assert.equal(Number(replayed) + Number(otherwise), 1, 'one of the two was first');
      }
      assert.equal(await count('motcua.dossier'), dossiers + 4);
    }
  });

  test('that change the same dossiers in opposite order all get through', async () => {
    let deadlocks = 0;
    const listening = {
      query: <Row extends object>(config: QueryConfig) =>
        db.commands.query<Row>(config).catch((error: { code?: string }) => {
          if (error.code === '40P01') deadlocks++;
          throw error;
        }),
    };
    const [one, two] = [another(listening), another(listening)];
    const codes = await filed(one, 12);
    const rounds = 200;
    const all = async (engine: Engine, order: string[]): Promise<void> => {
      for (let round = 0; round < rounds; round++) {
        const amend = (code: string) => engine.execute(request('amend', { code, payload: NAMED }));
        for (const answer of await Promise.all(order.map(amend))) accepted(answer);
      }
    };
    await Promise.all([all(one, codes), all(two, [...codes].reverse())]);
    const { rows } = await db.app.query<{ version: number }>(
      'SELECT DISTINCT version FROM motcua.dossier WHERE code = ANY($1)',
      [codes],
    );
    assert.deepEqual(rows, [{ version: 1 + 2 * rounds }]);
    assert.equal(deadlocks, 0, 'dossiers are locked in one order');
  });
});

test('a command whose answer is lost is done once, and tells what it would have told', async () => {
  const lanes = new Lanes(db.appUrl, 1);
  let cut = 0;
  /** Writes, and then loses the connection before the answer is there. */
  const losing = {
    query: async <Row extends object>(config: QueryConfig) => {
      const result = await lanes.query<Row>(config);
      if (!config.name!.startsWith('commit') || cut++ % 2 === 1) return result;
      throw new Error('Connection terminated unexpectedly');
    },
  };
  const engine = another(losing);
  const submit = request('submit', { payload: filing() });
  const born = accepted(await engine.execute(submit));
  const { code } = born;
  for (const [command, more] of [
    ['amend', { payload: NAMED }],
    ['receive', {}],
    ['collect', {}],
    ['startProcessing', { expectedVersion: 3 }],
  ] as const) {
    cut = 0;
    const asked = request(command, { code, ...more });
    const first = await engine.execute(asked);
    assert.equal(first.replayed, true, 'the first try was the one that counted');
    assert.deepEqual(await another().execute(asked), first);
  }
  assert.equal(await count('motcua.event WHERE dossier_id = $1', [born.id]), 4);
  await lanes.end();
});

test('whose connections are cut again and again, every command is done once', async () => {
  const lanes = new Lanes(db.appUrl, 3);
  const cutter = await connect(db.ownerUrl);
  const [one, two] = [another(lanes), another(lanes)];
  const codes = await filed(another(), 15);
  let cut = 0;
  let failed = false;
  const cutting = (async () => {
    while (cut < 12 && !failed) {
      const { rows } = await cutter.query<{ n: number }>(
        `SELECT count(pg_terminate_backend(pid))::int AS n FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE '%motcua.dossier d%' AND random() < 0.5`,
      );
      cut += rows[0]!.n;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  })();
  const work = codes.map(async (code) => {
    let nth = 0;
    for (; nth < 8 || cut < 12; nth++) {
      const asked = request('amend', { code, payload: NAMED });
      const answer = accepted(await (nth % 2 === 0 ? one : two).execute(asked));
      assert.deepEqual([answer.code, answer.version], [code, nth + 2]);
    }
    assert.equal(await count('motcua.dossier WHERE code = $1 AND version = $2', [code, nth + 1]), 1);
  });
  const done = await Promise.allSettled(work);
  failed = true;
  await cutting;
  await Promise.all([cutter.end(), lanes.end()]);
  for (const one of done) if (one.status === 'rejected') throw one.reason;
});

test('a database that goes away while a batch is taken apart is waited for once, not once for each', async () => {
  let alone = 0;
  const failing = {
    query: async (): Promise<never> => {
      const code = alone++ === 0 ? '22021' : 'ECONNREFUSED';
      throw Object.assign(new Error(code), { code });
    },
  };
  const engine = new Engine({
    pool: failing,
    reference: () => desk.province,
    clock: desk.recorded,
    options: { patienceMs: 1 },
  });
  const asked = Array.from({ length: 8 }, () => engine.execute(request('submit', { payload: filing() })));
  await Promise.race(asked).catch(() => undefined);
  assert.ok(alone > 8, `${alone} were tried when the first was told`);
  for (const one of await Promise.allSettled(asked)) {
    assert.ok(one.status === 'rejected' && (one.reason as DomainError).code === 'database_unavailable');
  }
});

test('after all this, nothing is wrong with any dossier', async () => {
  assert.deepEqual((await verify(db.app, desk.province)).findings, []);
});
