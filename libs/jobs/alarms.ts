import { DomainError, toMillis, type Instant } from '#libs/kernel';
import { openQueue, openWorker, type JobQueue, type JobWorker, type JobBackend } from './backend.js';

/** A wake-up carries ids only: whoever wakes reads the row again, and does nothing when it has moved on. */
export interface WakeUp {
  dossierId: string;
  generation: number;
  at: Instant;
}

type Payload = WakeUp | { sweep: true };

const QUEUE = 'alarms';
/** How often the sweeper looks for what the alarm clock lost. */
export const SWEEP_EVERY_MS = 60_000;

const SET_MS = 10_000;

/** The alarm clock. Losing it loses nothing: the rows stay, and the sweeper finds them. */
export class AlarmClock {
  private readonly queue: JobQueue<Payload>;

  constructor(backend: JobBackend, onError: (error: Error) => void) {
    this.queue = openQueue<Payload>(QUEUE, backend);
    this.queue.on('error', onError);
  }

  /** Sets the alarms; one that is already past rings at once. Setting the same one twice sets it once. */
  async set(wakeUps: readonly WakeUp[], now: Instant): Promise<void> {
    if (wakeUps.length === 0) return;
    // The caller holds a place in the log meanwhile: a queue that cannot be reached must be an error, not a wait without end.
    const added = this.queue.addBulk(
      wakeUps.map((wakeUp) => ({
        name: 'wake',
        data: wakeUp,
        opts: {
          jobId: `${wakeUp.dossierId}-${wakeUp.generation}-${toMillis(wakeUp.at)}`,
          // One millisecond late rather than early: an alarm is raised when its moment is past.
          delay: Math.max(0, toMillis(wakeUp.at) - toMillis(now)) + 1,
        },
      })),
    );
    await within(SET_MS, added);
  }

  /** Has the sweeper run every minute, once for all processes. */
  async sweepEveryMinute(): Promise<void> {
    await this.queue.upsertJobScheduler(
      'sweep',
      { every: SWEEP_EVERY_MS },
      { name: 'sweep', data: { sweep: true } },
    );
  }

  /** The alarms that are set and have not rung. */
  async pending(): Promise<WakeUp[]> {
    const jobs = await this.queue.getDelayed();
    return jobs.flatMap(({ data }) => ('sweep' in data ? [] : [data]));
  }

  async close(): Promise<void> {
    await this.queue.close();
  }
}

/** Answers the alarm clock. `wake` and `sweep` must be safe to repeat. */
export function answerAlarms(
  backend: JobBackend,
  actions: { wake(wakeUp: WakeUp): Promise<void>; sweep(): Promise<void> },
  onError: (error: Error) => void,
): { close(): Promise<void> } {
  const worker: JobWorker = openWorker<Payload>(QUEUE, backend, (data) =>
    'sweep' in data ? actions.sweep() : actions.wake(data),
  );
  worker.on('error', onError);
  worker.on('failed', (_job, error) => onError(error));
  return { close: () => worker.close() };
}

/** Rejects when the work takes longer than so many milliseconds; the work itself goes on. */
async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new DomainError('job_queue_unreachable')), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
