import { loadReference } from '../../apps/cli/runtime.js';
import { importReferenceData } from '../../apps/cli/setup.js';
import type { Pool } from '#libs/database';
import {
  Engine,
  type CommandAnswer,
  type CommandRequest,
  type EngineOptions,
  type Reference,
} from '#libs/dossier';
import { ManualClock, type JsonObject } from '#libs/kernel';
import { testDatabase, type TestDatabase } from '#libs/testing';

/** A Monday morning in Trà Vinh, 10:00 local: the first working day of the replayed quarter that is no Friday. */
export const MORNING = '2019-03-18T03:00:00.000Z';
/** Birth registration, at a commune: same-day, no fee. */
export const BIRTH = '1.001193';
/** A commune, its district's town and a province department. */
export const COMMUNE = '000.01.21.H59';

export interface TestEngine {
  database: TestDatabase;
  pool: Pool;
  reference: Reference;
  clock: ManualClock;
  engine: Engine;
  /** a second process, as far as the database can tell */
  another(options?: Partial<EngineOptions>): Engine;
  /** runs a command as the officer, under a key of its own unless one is given */
  run(command: CommandRequest['command'], request: Partial<CommandRequest>): Promise<CommandAnswer>;
  /** files a dossier at the commune's counter and returns its code */
  file(payload?: JsonObject): Promise<string>;
}

/** A real engine on a real database with the whole province in it; only the clock is ours. */
export async function testEngine(options: Partial<EngineOptions> = {}): Promise<TestEngine> {
  const database = await testDatabase();
  const pool = database.app;
  await importReferenceData(pool, { demoOfficers: true, today: '2019-01-01' });
  const reference = await loadReference(pool);
  const clock = new ManualClock(MORNING);
  const another = (more: Partial<EngineOptions> = {}): Engine =>
    new Engine({
      pool: database.commands,
      reference: () => reference,
      clock,
      options: { ...options, ...more },
    });
  const engine = another();
  let keys = 0;
  const run: TestEngine['run'] = (command, request) =>
    engine.execute({
      command,
      officer: `counter-1@${COMMUNE}`,
      key: `key-${++keys}`,
      payload: {},
      ...request,
    });
  return {
    database,
    pool,
    reference,
    clock,
    engine,
    another,
    run,
    file: async (payload = {}) => {
      const answer = await run('submit', { payload: birth(payload) });
      if (answer.kind !== 'accepted') throw new Error(`not filed: ${JSON.stringify(answer)}`);
      return answer.code;
    },
  };
}

/** The payload of a birth registration at the counter. */
export function birth(more: JsonObject = {}): JsonObject {
  return {
    procedure: BIRTH,
    competentUnit: COMMUNE,
    channel: 'counter',
    returnBy: 'counter',
    applicant: { name: 'Nguyễn Văn An', paperNumber: '084099000001' },
    ...more,
  };
}
