import {
  createPostgresBackend,
  Queue,
  Worker,
  type Job,
  type PostgresQueueBackend,
  type WorkerOptions,
} from 'bullmq';

/** Where jobs are kept: the same PostgreSQL (schema `jobs`), or Redis when it is given. */
export type JobBackend = { kind: 'postgres'; url: string } | { kind: 'redis'; url: string };

export type AnyQueue<T> = Queue<T, void, string> | Queue<T, void, string, PostgresQueueBackend>;
export type AnyWorker<T> = Worker<T, void, string> | Worker<T, void, string, PostgresQueueBackend>;

const SCHEMA = 'jobs';
/** A finished alarm has left its event; a failed one is kept for a week to be looked at. */
const KEEP = { removeOnComplete: true, removeOnFail: { age: 7 * 86_400 }, attempts: 5 };
const RETRY = { backoff: { type: 'exponential', delay: 1_000 } };

/** A queue on the backend. PostgreSQL's tables are made on first use. */
export function openQueue<T>(name: string, backend: JobBackend): AnyQueue<T> {
  const defaultJobOptions = { ...KEEP, ...RETRY };
  if (backend.kind === 'redis') {
    return new Queue<T, void, string>(name, { connection: { url: backend.url }, defaultJobOptions });
  }
  return new Queue<T, void, string, PostgresQueueBackend>(
    name,
    {
      connection: { connectionString: backend.url, schema: SCHEMA, migrate: true, max: 2 },
      defaultJobOptions,
    },
    createPostgresBackend,
  );
}

/** A worker on the backend. `handle` may run twice for one job: it must re-read what it acts on. */
export function openWorker<T>(
  name: string,
  backend: JobBackend,
  handle: (job: Job<T>) => Promise<void>,
): AnyWorker<T> {
  const options: Pick<WorkerOptions, 'concurrency' | 'autorun'> = { concurrency: 4, autorun: true };
  if (backend.kind === 'redis') {
    const connection = { url: backend.url, maxRetriesPerRequest: null };
    return new Worker<T, void, string>(name, handle, { connection, ...options });
  }
  return new Worker<T, void, string, PostgresQueueBackend>(
    name,
    handle,
    { connection: { connectionString: backend.url, schema: SCHEMA, migrate: true, max: 3 }, ...options },
    createPostgresBackend,
  );
}
