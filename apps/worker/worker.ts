import { startSealer } from '#libs/audit';
import type { SigningKey } from '#libs/config';
import { follow, type Follower, type Pool } from '#libs/database';
import { dropOldAnswers, nextAlarms, startBoard, type Alarms } from '#libs/dossier';
import { AlarmClock, answerAlarms, type JobBackend } from '#libs/jobs';
import type { Clock, Instant } from '#libs/kernel';
import { startProjector } from '#libs/reporting';

export interface WorkerDeps {
  pool: Pool;
  alarms: Alarms;
  clock: Clock;
  jobs: JobBackend;
  /** signs the heads of the sealed log; without it nothing is sealed here */
  sealKey?: SigningKey;
  /** false: leave alone what fell due before the worker started (the demonstration's quarter ends where it ends) */
  catchUp: boolean;
  onError(error: unknown): void;
}

export interface RunningWorker {
  followers: readonly Follower[];
  close(): Promise<void>;
}

/** Events after which a dossier may have another alarm to set. */
const SETS_ALARM: ReadonlySet<string> = new Set([
  'received', 'supplemented', 'paymentConfirmed', 'dueSoon', 'deadlineComputed',
]); // prettier-ignore

/**
 * Starts the log followers and the alarm clock. Each may stop and start at any time, here and in other processes: the
 * followers hold their place in the database, alarms are rows, and a job only says "look at this row now".
 */
export async function startWorker(deps: WorkerDeps): Promise<RunningWorker> {
  const { pool, alarms, clock, jobs } = deps;
  const stop = new AbortController();
  const startedAt = clock.now();
  const alarmClock = new AlarmClock(jobs, deps.onError);
  const worker = answerAlarms(
    jobs,
    {
      wake: async ({ dossierId, generation }) => void (await alarms.wake(dossierId, generation, clock.now())),
      sweep: async () => {
        if (deps.catchUp) await alarms.sweep(clock.now());
        await dropOldAnswers(pool, clock.now());
      },
    },
    deps.onError,
  );
  await alarmClock.sweepEveryMinute();
  if (deps.catchUp) await alarms.sweep(startedAt);
  const followers = [
    startProjector({ pool, signal: stop.signal }),
    startBoard({ pool, signal: stop.signal }),
    ...(deps.sealKey ? [startSealer({ pool, key: deps.sealKey, clock, signal: stop.signal })] : []),
    follow({
      pool,
      name: 'alarms',
      batch: 2_000,
      signal: stop.signal,
      handle: async (client, events) => {
        const ids = events.filter((event) => SETS_ALARM.has(event.type)).map((event) => event.dossierId);
        const set = await nextAlarms(client, [...new Set(ids)]);
        await alarmClock.set(deps.catchUp ? set : set.filter(laterThan(startedAt)), clock.now());
      },
    }),
  ];
  return {
    followers,
    close: async () => {
      stop.abort();
      await Promise.all(followers.map((follower) => follower.stop()));
      await worker.close();
      await alarmClock.close();
    },
  };
}

function laterThan(moment: Instant): (wakeUp: { at: Instant }) => boolean {
  return ({ at }) => at > moment;
}
