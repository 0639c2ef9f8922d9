import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { QueryRunner } from 'typeorm';
import { asApp, asRole, connect, Lanes, migrate, openPool, type Pool } from '#libs/database';
import { hashJson, type Json, type JsonObject } from '#libs/kernel';
import { loadUnits } from '#libs/organization';
import { Desk, PROCEDURE, type SmallProvince, UNIT, smallProvince, testDatabase } from '#libs/testing';
import { restore } from '#libs/workflow';
import { migrations } from '../../migrations/index.js';
import { pinned } from './decide.js';
import { Engine } from './engine.js';
import { loadDossiers } from './persistence/load.js';
import type { CommandAnswer, CommandRequest } from './types.js';
import { verify } from './verify.js';

const COUNTER = `counter-1@${UNIT.commune}`;
const SPECIALIST = `specialist-1@${UNIT.commune}`;
/** Written as they stand; the dossiers and the answers have changed their form. */
const ALIKE = ['event', 'deadline', 'dossier_party', 'code_counter'] as const;

interface Told {
  request: CommandRequest;
  first: CommandAnswer;
}

let old: Pool;
let lanes: Lanes;
let engine: Engine;
let desk: Desk;
/** the same province, with the numbers that its officers were given there */
let there: SmallProvince;
let told: Told[];
/** In the order in which they name one another. */
const REFERENCE = ['level', 'unit', 'officer', 'workflow_definition', 'procedure_version'];
let closing: (() => Promise<unknown>)[];

after(async () => {
  for (const close of closing) await close();
});

/** A database of the first migration alone, with dossiers and answers in the forms that they had then; then migrated. */
before(async () => {
  const { app, name, ownerUrl } = await testDatabase();
  desk = new Desk(app, await smallProvince(app));
  told = await lives(desk);

  const url = new URL(ownerUrl);
  url.pathname = `/${name}_old`;
  const server = await connect(ownerUrl);
  await server.query(`CREATE DATABASE ${name}_old`);
  const owner = await connect(url.href);
  const [first] = migrations;
  await new first!().up({ query: (sql: string) => owner.query(sql) } as unknown as QueryRunner);
  await owner.query(
    'CREATE TABLE public.motcua_migration (id serial PRIMARY KEY, timestamp bigint, name varchar)',
  );
  await owner.query(
    `INSERT INTO public.motcua_migration (timestamp, name) VALUES (1553000000000, '${first!.name}')`,
  );
  old = openPool(asApp(url.href));
  lanes = new Lanes(asRole(url.href, 'motcua_commit'), 2);
  closing = [
    () => lanes.end(),
    () => old.end(),
    () => owner.end(),
    () => server.query(`DROP DATABASE ${name}_old WITH (FORCE)`),
    () => server.end(),
  ];
  /** The columns that there were then; the organization and the catalogue with their ids. */
  const put = async (table: string, rows: unknown[]): Promise<void> => {
    const then = await owner.query<{ name: string }>(
      `SELECT attname AS name FROM pg_attribute WHERE attrelid = 'motcua.${table}'::regclass AND attnum > 0`,
    );
    const had = new Set(then.rows.map(({ name }) => name));
    const columns = Object.keys(rows[0] as object).filter((name) => had.has(name)).join(', '); // prettier-ignore
    await owner.query(
      `INSERT INTO motcua.${table} (${columns}) OVERRIDING SYSTEM VALUE
       SELECT ${columns} FROM jsonb_populate_recordset(NULL::motcua.${table}, $1)`,
      [JSON.stringify(rows)],
    );
  };
  for (const table of [...REFERENCE, ...ALIKE])
    await put(
      table,
      (await app.query<{ row: object }>(`SELECT to_jsonb(t) AS row FROM motcua.${table} t`)).rows.map(
        ({ row }) => row,
      ),
    );
  await put('dossier', await wholeSnapshots(app));
  await put('command', told.map(answerOf));

  const { ran } = await migrate(url.href);
  assert.ok(ran.includes(migrations[1]!.name));
  there = { ...desk.province, units: await loadUnits(old) };
  engine = new Engine({
    pool: lanes,
    reference: () => there,
    clock: desk.recorded,
    recorder: desk.recorded,
  });
});

/** Dossiers in many states, and whatever was answered on the way. */
async function lives(desk: Desk): Promise<Told[]> {
  const all: Told[] = [];
  const ask = async (
    command: CommandRequest['command'],
    more: Partial<CommandRequest>,
  ): Promise<CommandAnswer> => {
    const request = { command, officer: COUNTER, key: `old-${all.length}`, payload: {}, ...more };
    if (request.occurredAt) desk.recorded.moveTo(request.occurredAt);
    const first = await desk.engine.execute(request);
    all.push({ request, first });
    return first;
  };
  const filing = (procedure: string): JsonObject => ({
    procedure,
    channel: 'counter',
    competentUnit: UNIT.commune,
    applicant: { name: 'Nguyễn Văn Mẫu' },
  });
  const at = (hour: number): string => `2019-03-18T0${hour}:00:00.000Z`;
  for (const procedure of [PROCEDURE.certificate, PROCEDURE.copy, PROCEDURE.restarting]) {
    for (let far = 0; far <= 4; far++) {
      const born = await ask('submit', { payload: filing(procedure), occurredAt: at(1) });
      assert.ok(born.kind === 'accepted');
      const { code } = born;
      if (far > 0) await ask('receive', { code, occurredAt: at(2) });
      await ask('collect', { code, occurredAt: at(2) });
      if (far > 1) await ask('startProcessing', { code, occurredAt: at(3) });
      if (far === 3)
        await ask('requestSupplement', {
          code,
          occurredAt: at(4),
          payload: { reason: 'thiếu', documents: ['đơn'] },
        });
      if (far > 3)
        await ask('resolve', {
          code,
          occurredAt: at(4),
          officer: SPECIALIST,
          payload: { outcome: 'approved' },
        });
      await ask('amend', { code, occurredAt: at(5), payload: { field: 'name', value: 'Tên Đúng' } });
    }
  }
  await ask('submit', { payload: filing('none'), occurredAt: at(5) });
  await desk.alarms.sweep('2019-03-22T11:00:00.000Z');
  const kinds = new Set(all.map(({ first }) => first.kind));
  assert.equal(kinds.size, 2);
  return all;
}

/** As it was stored: an accepted answer whole, but for the code, which the dossier has. */
function answerOf({ request, first }: Told): JsonObject {
  const { officer, key, command, code, payload } = request;
  const { replayed, ...answer } = first;
  assert.equal(replayed, false);
  if (answer.kind === 'accepted') delete (answer as { code?: string }).code;
  return {
    officer,
    key,
    request_hash: hashJson([command, code ?? null, payload]),
    dossier_id: answer.kind === 'accepted' ? answer.id : null,
    answer: answer as unknown as JsonObject,
    recorded_at: answer.kind === 'accepted' ? answer.recordedAt : '2019-03-18T05:00:00.000Z',
  };
}

/** Dossiers with their snapshots in the form in which they once were stored. */
async function wholeSnapshots(app: Pool): Promise<JsonObject[]> {
  const { rows } = await app.query<JsonObject>('SELECT * FROM motcua.dossier');
  const loaded = await loadDossiers(
    app,
    [],
    rows.map((row) => String(row.id)),
    'all',
  );
  return rows.map((row) => {
    const { procedureVersionId, snapshot, place } = loaded.find(({ id }) => id === row.id)!;
    const whole = restore(snapshot, pinned(desk.province.catalogue, procedureVersionId).definition, place);
    return { ...row, snapshot: whole as unknown as Json };
  });
}

test('tells those who ask again what they were told then', async () => {
  for (const { request, first } of told) {
    assert.deepEqual(await engine.execute(request), { ...first, replayed: true }, request.command);
  }
  const again = await Promise.all(told.map(({ request }) => engine.execute(request)));
  assert.deepEqual(
    again,
    told.map(({ first }) => ({ ...first, replayed: true })),
  );
  await assert.rejects(engine.execute({ ...told[0]!.request, payload: {} }), { code: 'key_reused' });
});

test('has nothing wrong in it', async () => {
  assert.deepEqual((await verify(old, there)).findings, []);
});

test('goes on from the snapshots that were stored whole', async () => {
  const codes = told.flatMap(({ first }) =>
    first.kind === 'accepted' && first.event === 'submitted' ? [first.code] : [],
  );
  const payload = { field: 'name', value: 'Tên Sau' };
  for (const code of codes) {
    const one = { command: 'amend', code, officer: COUNTER, payload } as const;
    const answer = await engine.execute({ ...one, key: `new-${code}` });
    const there = await desk.engine.execute({ ...one, key: `new-${code}` });
    assert.deepEqual(answer, there, 'as where nothing was migrated');
  }
  assert.deepEqual((await verify(old, there)).findings, []);
});
