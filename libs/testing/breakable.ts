import { connect } from '#libs/database';
import { testDatabase } from './database.js';
import { Desk } from './desk.js';
import { PROCEDURE, UNIT, smallProvince } from './small-province.js';

const TABLES = ['dossier', 'event', 'deadline', 'dossier_party', 'code_counter'] as const;
const COUNTER = `counter-1@${UNIT.commune}`;
const SPECIALIST = `specialist-1@${UNIT.commune}`;
const SUPPLEMENT = { reason: 'thiếu', documents: ['đơn'] };

/** A database with five dossiers that the owner can damage and put back, as often as a test likes. */
export interface Breakable {
  desk: Desk;
  pool: Desk['pool'];
  /** Changes what no application may. Rejects when `sql` touched nothing. */
  damage(sql: string, values?: unknown[]): Promise<void>;
  /** Everything as it was when the database was made. */
  putBack(): Promise<void>;
  /** The owner's own question. */
  ask(sql: string, values?: unknown[]): Promise<Record<string, unknown>[]>;
  close(): Promise<void>;
  /** received, asked for a supplement, in process, late by now; its two alarms are raised */
  late: string;
  /** resolved the day it came, its name corrected */
  done: string;
  /** only filed: the third at the counter that day, after those two */
  filed: string;
  /** its date is unknown, its year later */
  unknown: string;
  /** at the province's department, now with the district, its result to come by post */
  joint: string;
}

/** Those that are not computed from others. */
const OWN_COLUMNS = `SELECT string_agg(attname, ', ') AS own FROM pg_attribute
  WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''`;

/** Makes it with real commands. Call it in `before()` and `close()` in `after()`. */
export async function breakable(): Promise<Breakable> {
  const database = await testDatabase();
  const owner = await connect(database.ownerUrl);
  const desk = new Desk(database.app, await smallProvince(database.app));
  const dossiers = await fiveDossiers(desk);
  await owner.query('CREATE SCHEMA kept');
  for (const table of TABLES) {
    await owner.query(`CREATE TABLE kept.${table} AS SELECT * FROM motcua.${table}`);
  }
  return {
    desk,
    pool: database.app,
    ...dossiers,
    async damage(sql, values = []) {
      const { rowCount } = await owner.query(sql, values);
      if (!rowCount) throw new Error(`nothing was damaged: ${sql}`);
    },
    async putBack() {
      for (const table of TABLES) {
        await owner.query(`DELETE FROM motcua.${table}`);
        const columns = (await owner.query<{ own: string }>(OWN_COLUMNS, [`motcua.${table}`])).rows[0]!.own;
        await owner.query(`INSERT INTO motcua.${table} (${columns}) SELECT ${columns} FROM kept.${table}`);
      }
    },
    ask: async (sql, values = []) => (await owner.query<Record<string, unknown>>(sql, values)).rows,
    close: () => owner.end(),
  };
}

async function fiveDossiers(
  desk: Desk,
): Promise<Pick<Breakable, 'late' | 'done' | 'filed' | 'unknown' | 'joint'>> {
  const late = await desk.file('2019-03-18T01:00:00.000Z');
  await desk.act(late, 'receive', COUNTER, '2019-03-18T01:10:00.000Z');
  await desk.act(late, 'requestSupplement', COUNTER, '2019-03-19T01:00:00.000Z', SUPPLEMENT);
  await desk.act(late, 'supplement', COUNTER, '2019-03-20T01:00:00.000Z', SUPPLEMENT);
  await desk.act(late, 'startProcessing', COUNTER, '2019-03-20T01:30:00.000Z');
  await desk.act(late, 'completeStep', SPECIALIST, '2019-03-20T02:00:00.000Z');
  const done = await desk.file('2019-03-18T02:00:00.000Z', { procedure: PROCEDURE.copy });
  await desk.act(done, 'receive', COUNTER, '2019-03-18T02:10:00.000Z');
  await desk.act(done, 'amend', COUNTER, '2019-03-18T02:20:00.000Z', { field: 'name', value: 'Tên Đúng' });
  await desk.act(done, 'startProcessing', COUNTER, '2019-03-18T02:30:00.000Z');
  await desk.act(done, 'resolve', SPECIALIST, '2019-03-18T03:00:00.000Z', { outcome: 'approved' });
  const filed = await desk.file('2019-03-18T04:00:00.000Z');
  const unknown = await desk.file('2026-03-18T01:00:00.000Z', { procedure: PROCEDURE.long });
  await desk.act(unknown, 'receive', COUNTER, '2026-03-18T01:10:00.000Z');
  await desk.alarms.sweep('2019-04-18T00:00:00.000Z');
  const joint = await desk.file('2019-04-15T01:00:00.000Z', {
    procedure: PROCEDURE.joint,
    unit: UNIT.department,
    returnBy: 'postal',
  });
  await desk.act(joint, 'receive', `counter-1@${UNIT.department}`, '2019-04-15T01:10:00.000Z');
  await desk.act(joint, 'startProcessing', `counter-1@${UNIT.department}`, '2019-04-15T01:20:00.000Z');
  await desk.act(joint, 'completeStep', `specialist-1@${UNIT.department}`, '2019-04-15T02:00:00.000Z');
  return { late, done, filed, unknown, joint };
}
