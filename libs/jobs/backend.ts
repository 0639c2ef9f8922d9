import {
  createPostgresBackend,
  Queue,
  Worker,
  type JobProgress,
  type JobsOptions,
  type PostgresQueueBackend,
  type PostgresConnectionOptions,
} from 'bullmq';
import { splitUrl } from '#libs/database';

/** Where jobs are kept: the same PostgreSQL (schema `jobs`), or Redis when it is given. */
export type JobBackend = { kind: 'postgres'; url: string } | { kind: 'redis'; url: string };

/** As much of a queue as Motcua uses, the same on both backends. */
export interface JobQueue<T> {
  addBulk(jobs: { name: string; data: T; opts?: JobsOptions }[]): Promise<unknown>;
  upsertJobScheduler(
    id: string,
    repeat: { every: number },
    template: { name: string; data: T },
  ): Promise<unknown>;
  getDelayed(): Promise<{ name: string; data: T }[]>;
  on(event: 'error', listener: (error: Error) => void): unknown;
  close(): Promise<void>;
}

/** As much of a worker as Motcua uses. */
export interface JobWorker {
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'failed', listener: (job: unknown, error: Error) => void): unknown;
  close(): Promise<void>;
}

export const SCHEMA = 'jobs';
/** A finished alarm has left its event; a failed one is kept for a week to be looked at. */
const KEEP = { removeOnComplete: true, removeOnFail: { age: 7 * 86_400 }, attempts: 5 };
const RETRY = { backoff: { type: 'exponential', delay: 1_000 } };

/** A queue on the backend. PostgreSQL's tables are made by {@link prepareJobs}. */
export function openQueue<T>(name: string, backend: JobBackend): JobQueue<T> {
  const defaultJobOptions = { ...KEEP, ...RETRY };
  if (backend.kind === 'redis') {
    return new Queue<T, void, string, T, void, string>(name, {
      connection: { url: backend.url },
      defaultJobOptions,
    });
  }
  return new Queue<T, void, string, T, void, string, PostgresQueueBackend, PostgresConnectionOptions>(
    name,
    {
      connection: postgres(backend.url, 2),
      defaultJobOptions,
    },
    createPostgresBackend,
  );
}

/** A worker on the backend. `handle` may run twice for one job: it must re-read what it acts on. */
export function openWorker<T>(
  name: string,
  backend: JobBackend,
  handle: (data: T) => Promise<void>,
): JobWorker {
  const process = (job: { data: T }): Promise<void> => handle(job.data);
  if (backend.kind === 'redis') {
    const connection = { url: backend.url, maxRetriesPerRequest: null };
    return new Worker<T, void, string>(name, process, { connection, concurrency: 4 });
  }
  return new Worker<T, void, string, PostgresQueueBackend, JobProgress, PostgresConnectionOptions>(
    name,
    process,
    { connection: postgres(backend.url, 3), concurrency: 4 },
    createPostgresBackend,
  );
}

/** As the application's role (an option of the URL) and in the jobs' schema (an option that the library adds). */
function postgres(url: string, max: number): PostgresConnectionOptions {
  return { ...splitUrl(url), schema: SCHEMA, max, allowExitOnIdle: true };
}
