import { isDeepStrictEqual } from 'node:util';
import { defaultCalendar } from '#libs/calendar';
import { loadCatalogue } from '#libs/catalogue';
import type { Config } from '#libs/config';
import type { Database, Pool, Reads } from '#libs/database';
import { Alarms, Engine, recomputeDeadlines, type EngineDeps, type Reference } from '#libs/dossier';
import { systemClock, type Clock } from '#libs/kernel';
import { loadCalendarYears, loadUnits } from '#libs/organization';
import { compile } from '#libs/workflow';

/** Everything a process needs to take commands: the database, what it knows by heart, and the engine on it. */
export interface Runtime {
  config: Config;
  database: Database;
  pool: Pool;
  reads: Reads;
  clock: Clock;
  engine: Engine;
  alarms: Alarms;
  reference(): Reference;
  /** has somebody told of every batch from now on, for the metrics */
  watchBatches(listener: NonNullable<EngineDeps['onBatch']>): void;
  /**
   * Reads units, procedures and calendar again, after an import. When the calendar changed, open deadlines are computed on
   * it: one that this process set meanwhile on the old calendar must not stay as it is.
   */
  refresh(): Promise<void>;
  /** waits for what was taken in, then lets go of the database */
  close(): Promise<void>;
}

/** Loads the reference data and puts an engine on the database. The database stays the caller's until {@link Runtime.close}. */
export async function openRuntime(
  config: Config,
  database: Database,
  extra: Pick<EngineDeps, 'options'> & { clock?: Clock } = {},
): Promise<Runtime> {
  const pool = database.app;
  const clock = extra.clock ?? systemClock;
  let known = await loadReference(pool);
  let computedOn = known.calendar;
  const reference = (): Reference => known;
  let listener: EngineDeps['onBatch'];
  const onBatch: EngineDeps['onBatch'] = (size, seconds) => listener?.(size, seconds);
  const engine = new Engine({ pool: database.commands, reference, clock, onBatch, ...extra });
  return {
    config,
    database,
    pool,
    reads: database.reads,
    clock,
    engine,
    alarms: new Alarms(pool),
    reference,
    watchBatches: (watcher) => {
      listener = watcher;
    },
    refresh: async () => {
      known = await loadReference(pool);
      if (isDeepStrictEqual(known.calendar, computedOn)) return;
      const { calendar } = known;
      await recomputeDeadlines(pool, known, clock);
      // Only now: a recomputation that failed is tried again at the next refresh.
      computedOn = calendar;
    },
    close: async () => {
      await engine.drained();
      await database.close();
    },
  };
}

/** Units, procedures and the state calendar, as the database knows them now. */
export async function loadReference(pool: Pool): Promise<Reference> {
  const [units, catalogue, years] = await Promise.all([
    loadUnits(pool),
    loadCatalogue(pool),
    loadCalendarYears(pool, 'state'),
  ]);
  // A definition that cannot run is refused at start, by name and place, and not at the first dossier under it.
  const levels = units.levels.map((level) => level.code);
  for (const definition of catalogue.definitions()) compile(definition, { levels });
  return { units, catalogue, calendar: defaultCalendar(years) };
}
