import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import type { QueryConfig } from 'pg';
import { Lanes, openPool, type Pool } from '#libs/database';
import { DomainError, ManualClock, newId, type JsonObject } from '#libs/kernel';
import { PROCEDURE, UNIT, smallProvince, testDatabase, type SmallProvince } from '#libs/testing';
import { Alarms } from './alarms.js';
import { Engine, type EngineOptions } from './engine.js';
import type { Kept } from './kept.js';
import type { Database } from './round.js';
import type { AcceptedAnswer, CommandAnswer, CommandRequest } from './types.js';
import { verify } from './verify.js';

const COUNTER = `counter-1@${UNIT.commune}`;
const isCode = (code: string) => (error: unknown) => error instanceof DomainError && error.code === code;

let pool: Pool;
let lanes: Lanes;
let province: SmallProvince;
let keys = 0;
const clock = new ManualClock('2019-03-18T01:00:00.000Z');
before(async () => {
  ({ app: pool, commands: lanes } = await testDatabase());
  province = await smallProvince(pool);
});

/** An engine, as a process of its own has it, that tells what it asked the database. */
class Process {
  readonly asked: string[] = [];
  reference: SmallProvince = province;
  readonly engine: Engine;

  constructor(options: Partial<EngineOptions> = {}) {
    const database: Database = {
      query: (config: QueryConfig) => {
        this.asked.push(config.name!);
        return lanes.query(config);
      },
    };
    this.engine = new Engine({
      pool: database,
      reference: () => this.reference,
      clock,
      recorder: clock,
      options,
    });
  }

  ask(command: CommandRequest['command'], request: Partial<CommandRequest> = {}): Promise<CommandAnswer> {
    return this.engine.execute({
      command,
      officer: COUNTER,
      key: `round-${++keys}`,
      payload: {},
      ...request,
    });
  }

  async do(
    command: CommandRequest['command'],
    code: string,
    payload: JsonObject = {},
  ): Promise<AcceptedAnswer> {
    return accepted(await this.ask(command, { code, payload }));
  }

  async file(procedure: string = PROCEDURE.certificate): Promise<AcceptedAnswer> {
    return accepted(await this.ask('submit', { payload: filing(procedure) }));
  }

  /** What the database was asked by `work`, which gives its answer as well. */
  async counting<T>(work: () => Promise<T>): Promise<{ answer: T; asked: string[] }> {
    await new Promise((resolve) => setImmediate(resolve)); // so that the batch before has let go of its dossiers
    this.asked.length = 0;
    return { answer: await work(), asked: [...this.asked] };
  }
}

function accepted(answer: CommandAnswer): AcceptedAnswer {
  assert.equal(answer.kind, 'accepted', JSON.stringify(answer));
  return answer as AcceptedAnswer;
}

function filing(procedure: string = PROCEDURE.certificate): JsonObject {
  return {
    procedure,
    channel: 'counter',
    competentUnit: UNIT.commune,
    applicant: { name: 'Nguyễn Văn Mẫu' },
  };
}

const NAMED = { field: 'name', value: 'Tên Khác' };

async function logOf(code: string): Promise<string[]> {
  const { rows } = await pool.query<{ line: string }>(
    `SELECT e.version || ' ' || e.type AS line FROM motcua.event e JOIN motcua.dossier d ON d.id = e.dossier_id
     WHERE d.code = $1 ORDER BY e.version, e.epoch, e.xid, e.seq`,
    [code],
  );
  return rows.map(({ line }) => line);
}

describe('a copy that is out of date', () => {
  test('makes a command be decided again on the new state, and committed once', async () => {
    const [a, b] = [new Process(), new Process()];
    const { code } = await a.file();
    await a.do('receive', code);
    await b.do('amend', code, NAMED);
    const { answer, asked } = await a.counting(() => a.do('startProcessing', code));
    assert.deepEqual([answer.version, answer.state], [4, 'processing']);
    assert.deepEqual(asked, ['commit-one-move', 'dossiers-by-code', 'commit-one-move']);
    assert.deepEqual(await logOf(code), ['1 submitted', '2 received', '3 amended', '4 processingStarted']);
  });

  test('refuses nobody whom the new state accepts', async () => {
    const [a, b] = [new Process(), new Process()];
    const { code } = await a.file();
    await b.do('receive', code);
    const { answer, asked } = await a.counting(() => a.do('startProcessing', code));
    assert.equal(answer.version, 3);
    assert.deepEqual(asked, ['dossiers-by-code', 'commit-one-move']);
  });

  test('accepts nobody whom the new state refuses; the refusal names the new state, and is what a repeat is told', async () => {
    const [a, b] = [new Process(), new Process()];
    const { code } = await a.file();
    await a.do('receive', code);
    await b.do('withdraw', code, { reason: 'đổi ý' });
    const refused = await a.ask('startProcessing', { code, key: 'too late' });
    assert.ok(refused.kind === 'refused');
    assert.deepEqual(
      [refused.code, refused.state, refused.version],
      ['not_allowed_in_state', 'withdrawn', 3],
    );
    for (const one of [a, b, new Process()]) {
      assert.deepEqual(await one.ask('startProcessing', { code, key: 'too late' }), {
        ...refused,
        replayed: true,
      });
    }
    assert.deepEqual(await logOf(code), ['1 submitted', '2 received', '3 withdrawn']);
  });

  test('tells no stale version by itself, and lets none pass', async () => {
    const [a, b] = [new Process(), new Process()];
    const { code } = await a.file();
    await a.do('receive', code);
    await b.do('amend', code, NAMED);
    await assert.rejects(a.ask('startProcessing', { code, expectedVersion: 2 }), (error: unknown) => {
      assert.ok(error instanceof DomainError && error.code === 'stale_version');
      assert.deepEqual(error.detail.params, { version: 3, state: 'received' });
      return true;
    });
    await b.do('amend', code, NAMED);
    const answer = accepted(await a.ask('startProcessing', { code, expectedVersion: 4 }));
    assert.equal(answer.version, 5);
  });

  test('of a dossier that is gone says so', async () => {
    const a = new Process();
    const { code, id } = await a.file();
    await a.do('receive', code);
    const kept = Reflect.get(Reflect.get(a.engine, 'rounds') as object, 'kept') as Kept;
    kept.put({ ...kept.get(id)!, id: newId(), code: 'x-1' });
    await assert.rejects(a.ask('startProcessing', { code: 'x-1' }), isCode('unknown_dossier'));
  });

  test("by which a dossier was somebody else's too: nothing is written, it is read, and that is the end", async () => {
    const a = new Process();
    const { code, id } = await a.file();
    await a.do('receive', code);
    const kept = Reflect.get(Reflect.get(a.engine, 'rounds') as object, 'kept') as Kept;
    const other = province.units.byCode(UNIT.department)!.id;
    kept.put({ ...kept.get(id)!, receivingUnitId: other, competentUnitId: other });
    const officer = `counter-1@${UNIT.department}`;
    const { answer, asked } = await a.counting(() =>
      assert
        .rejects(a.ask('amend', { code, officer, payload: NAMED }), isCode('unknown_dossier'))
        .then(() => a.asked),
    );
    assert.equal(answer, a.asked);
    assert.deepEqual(asked, ['commit-one-move-party', 'dossiers-by-code', 'stored-answers']);
    assert.deepEqual(await logOf(code), ['1 submitted', '2 received']);
  });

  test('by an alarm: its events are written once, by whoever came first', async () => {
    const a = new Process();
    const alarms = new Alarms(pool, clock);
    const [raised, taken] = [(await a.file()).code, (await a.file()).code];
    for (const code of [raised, taken]) await a.do('receive', code);
    clock.moveTo('2019-04-18T02:00:00.000Z');
    await a.do('startProcessing', taken);
    await alarms.sweep('2019-04-18T02:00:00.000Z');
    const { asked } = await a.counting(() => a.do('startProcessing', raised));
    assert.deepEqual(asked, ['commit-move-alarm-deadline', 'dossiers-by-code', 'commit-one-move']);
    await alarms.sweep('2019-04-18T02:00:00.000Z');
    const wanted = ['1 submitted', '2 dueSoon', '2 overdue', '2 received', '3 processingStarted'];
    for (const code of [raised, taken]) assert.deepEqual((await logOf(code)).sort(), wanted);
  });
});

describe('a procedure that this process does not know yet', () => {
  const without = (id: number): SmallProvince => ({
    ...province,
    catalogue: {
      ...province.catalogue,
      version: (wanted) => (wanted === id ? undefined : province.catalogue.version(wanted)),
    },
  });

  test('is told to the caller, hurts nobody beside it, and is over when the import is seen', async () => {
    const [a, b] = [new Process(), new Process()];
    const [late, known] = [await a.file(PROCEDURE.copy), await a.file()];
    await a.do('receive', late.code);
    const first = await a.ask('amend', { code: late.code, key: 'seen', payload: NAMED });
    const { rows } = await pool.query<{ id: number }>(
      'SELECT procedure_version_id AS id FROM motcua.dossier WHERE code = $1',
      [late.code],
    );
    for (const one of [a, b]) {
      one.reference = without(rows[0]!.id);
      const [unknown, repeat, beside] = await Promise.allSettled([
        one.ask('amend', { code: late.code, payload: NAMED }),
        one.ask('amend', { code: late.code, key: 'seen', payload: NAMED }),
        one.do('amend', known.code, NAMED),
      ]);
      assert.ok(unknown.status === 'rejected' && isCode('reference_outdated')(unknown.reason));
      assert.deepEqual(repeat, { status: 'fulfilled', value: { ...first, replayed: true } });
      assert.equal(beside.status, 'fulfilled');
      one.reference = province;
      await one.do('amend', late.code, NAMED);
    }
  });

  test('does not make a batch go one by one', async () => {
    const a = new Process();
    const codes = [await a.file(PROCEDURE.copy), await a.file(), await a.file()].map(({ code }) => code);
    const { rows } = await pool.query<{ id: number }>(
      'SELECT procedure_version_id AS id FROM motcua.dossier WHERE code = $1',
      [codes[0]],
    );
    a.reference = without(rows[0]!.id);
    const { asked } = await a.counting(() => Promise.allSettled(codes.map((code) => a.do('receive', code))));
    assert.deepEqual(asked, ['commit-move-deadline', 'dossiers-by-code', 'stored-answers']);
  });
});

describe('what the database is asked', () => {
  test('is one statement for a command whose dossier is kept, two when it is not', async () => {
    const a = new Process();
    const filed = await a.counting(() => a.file());
    assert.deepEqual(filed.asked, ['commit-one-birth-party']);
    const { code, id } = filed.answer;
    assert.deepEqual((await a.counting(() => a.do('receive', code))).asked, ['commit-one-move-deadline']);
    assert.deepEqual((await a.counting(() => a.do('startProcessing', code))).asked, ['commit-one-move']);
    const byId = await a.counting(() => a.ask('amend', { dossierId: id, payload: NAMED }));
    assert.deepEqual(byId.asked, ['commit-one-move-party']);
    const unkept = new Process({ keep: 0 });
    for (let times = 0; times < 2; times++) {
      const { asked } = await unkept.counting(() => unkept.do('amend', code, NAMED));
      assert.deepEqual(asked, ['dossiers-by-code', 'commit-one-move-party']);
    }
  });

  test('is one statement for many commands, two when their dossiers are not kept', async () => {
    const [a, b] = [new Process(), new Process()];
    const filed = await a.counting(() => Promise.all(Array.from({ length: 40 }, () => a.file())));
    assert.deepEqual(filed.asked, ['commit-birth-party']);
    const codes = filed.answer.map(({ code }) => code);
    assert.deepEqual(codes, [...codes].sort(), 'numbered in the order in which they came');
    const kept = await a.counting(() => Promise.all(codes.map((code) => a.do('receive', code))));
    assert.deepEqual(kept.asked, ['commit-move-deadline']);
    const mixed = await b.counting(() =>
      Promise.all([b.file(), ...codes.map((code) => b.do('startProcessing', code))]),
    );
    assert.deepEqual(mixed.asked, ['dossiers-by-code', 'commit-move-birth-party']);
  });

  test('is a read before a refusal is told, and the refusal is stored with the rest of its batch', async () => {
    const a = new Process();
    const [one, two] = [(await a.file()).code, (await a.file()).code];
    const alone = await a.counting(() => a.ask('collect', { code: one }));
    assert.equal(alone.answer.kind, 'refused');
    assert.deepEqual(alone.asked, ['dossiers-by-code', 'commit-one-refusal']);
    // It is not kept any more, until it is changed: refused again, it is read again.
    const both = await a.counting(() => Promise.all([a.ask('collect', { code: one }), a.do('receive', two)]));
    assert.equal(both.answer[0].kind, 'refused');
    assert.deepEqual(both.asked, ['dossiers-by-code', 'commit-move-refusal-deadline']);
  });
});

test('one dossier named by code and by id in one batch is changed twice, one after the other', async () => {
  const a = new Process();
  const { code, id } = await a.file();
  const { answer, asked } = await a.counting(() =>
    Promise.all([
      a.ask('amend', { code, payload: NAMED }),
      a.ask('amend', { dossierId: id, payload: NAMED }),
      a.ask('receive', { code }),
    ]),
  );
  assert.deepEqual(answer.map((one) => accepted(one).version).sort(), [2, 3, 4]);
  assert.ok(!asked.some((name) => name.startsWith('dossiers')), 'neither of them went for nothing');
  assert.equal((await logOf(code)).length, 4);
});

test('what the database itself is set to makes no difference', async () => {
  const { name, ownerUrl, appUrl } = await testDatabase();
  const owner = openPool(ownerUrl);
  for (const setting of [
    `timezone = 'Asia/Kathmandu'`,
    `datestyle = 'SQL, DMY'`,
    `bytea_output = 'escape'`,
  ]) {
    await owner.query(`ALTER DATABASE ${name} SET ${setting}`);
  }
  await owner.end();
  const strange = new Lanes(appUrl, 1);
  const own = openPool(appUrl);
  const reference = await smallProvince(own);
  const engineOf = () => new Engine({ pool: strange, reference: () => reference, clock, recorder: clock });
  const asked = { command: 'submit', officer: COUNTER, key: 'strange', payload: filing() } as const;
  const born = accepted(await engineOf().execute(asked));
  const receive = {
    command: 'receive',
    code: born.code,
    officer: COUNTER,
    key: 'strange too',
    payload: {},
  } as const;
  const received = accepted(await engineOf().execute(receive));
  assert.match(born.code, /-190418-0001$/);
  assert.deepEqual(await engineOf().execute(asked), { ...born, replayed: true });
  assert.deepEqual(await engineOf().execute(receive), { ...received, replayed: true });
  assert.deepEqual((await verify(own, reference)).findings, []);
  await Promise.all([strange.end(), own.end()]);
});

test('after all this, nothing is wrong with any dossier', async () => {
  assert.deepEqual((await verify(pool, province)).findings, []);
});
