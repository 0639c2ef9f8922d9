import PgBoss from 'pg-boss';
import { openPool, transaction, type Pool, type PoolClient } from '#libs/database';
import type { Answer, Step, StepCommand } from '../four-steps.js';
import { DossierStore } from './dossier-store.js';
import { RESTING, type Rival } from './rival.js';

export const QUEUE = 'step';
const LANES = 3;
export const BATCH = 64;
/** for those who send */
const POOL = 10;

export interface Flying {
  answered: Promise<Answer | Error>;
  answer(answer: Answer | Error): void;
}

/**
 * pg-boss: each step is a job that its caller sends and waits for. Lanes fetch up to 64 jobs at a time, write dossiers and
 * history, and complete the jobs in the same transaction, by the `db` option. Who sends wakes a lane: nobody waits for a
 * poll. The job's id is the command's, so a repetition is not sent. Maintenance is off.
 *
 * `work()` with `batchSize` and `notifyWorker()` was tried beside it, in turn in one process: 2 × 64, 4 × 32 and 8 × 16 made
 * 0.83 to 0.9 × the steps of the lanes at 64 and 128 callers. Polling at its least, 0.5 s, makes a caller wait that long.
 */
export class PgBossRival implements Rival {
  readonly callers: readonly number[] = [16, 64, 128];
  protected readonly boss: PgBoss;
  protected readonly senders: Pool;
  private readonly pool: Pool;
  protected readonly store: DossierStore;
  protected readonly flying = new Map<string, Flying>();
  protected readonly idle: (() => void)[] = [];
  private lanes: Promise<void>[] = [];
  protected sent = 0;
  private closing = false;

  /** `url` is that of a role which may make schemas. */
  constructor(
    url: string,
    readonly name = 'pgboss',
    schema = 'pgboss',
  ) {
    this.store = new DossierStore(`${schema}_app`);
    this.senders = openPool(url, { max: POOL, ...RESTING });
    this.pool = openPool(url, { max: LANES, ...RESTING });
    this.boss = new PgBoss({ db: within(this.senders), schema, supervise: false, schedule: false });
    // Every call rejects by itself; without a listener an idle connection's end would end the process.
    this.boss.on('error', () => {});
  }

  async prepare(): Promise<void> {
    await this.boss.start();
    await this.boss.createQueue(QUEUE);
    await this.store.create(this.pool);
    this.lanes = Array.from({ length: LANES }, () => this.lane());
  }

  async perform(command: StepCommand): Promise<Answer> {
    const answer = await (this.flying.get(command.id)?.answered ?? this.send(command));
    if (answer instanceof Error) throw answer;
    return answer;
  }

  protected async send(command: StepCommand): Promise<Answer | Error> {
    const flying = newFlying();
    this.flying.set(command.id, flying);
    try {
      // The types leave out `id`, the documentation does not.
      const options: PgBoss.SendOptions & { id: string } = { id: command.id };
      const id = await this.boss.send(QUEUE, command, options);
      if (id === null)
        return (await this.store.written(this.pool, command)) ?? new Error('sent before, not done');
      this.sent++;
      this.idle.pop()?.();
      return await flying.answered;
    } finally {
      this.flying.delete(command.id);
    }
  }

  private async lane(): Promise<void> {
    const options = { batchSize: BATCH, priority: false, db: within(this.pool) };
    while (!this.closing) {
      const seen = this.sent;
      const jobs = await this.boss.fetch<StepCommand>(QUEUE, options);
      if (jobs.length > 0) await this.work(jobs);
      // What was sent while we fetched has woken nobody.
      else if (seen === this.sent && !this.closing) await new Promise<void>((wake) => this.idle.push(wake));
    }
  }

  private async work(jobs: PgBoss.Job<StepCommand>[]): Promise<void> {
    const ids = jobs.map((job) => job.id);
    try {
      const answers = await transaction(this.pool, async (client) => {
        const written = await this.store.write(
          client,
          jobs.map((job) => job.data),
        );
        // The types know the third argument for one id only; the function takes it for many.
        await this.boss.complete(QUEUE, ids as unknown as string, {}, { db: within(client) });
        return written;
      });
      jobs.forEach((job, at) => this.flying.get(job.id)?.answer(answers[at]!));
    } catch (error) {
      // Where even this fails the jobs expire, and are fetched again.
      await this.boss.fail(QUEUE, ids).catch(() => {});
      for (const id of ids) this.flying.get(id)?.answer(error as Error);
    }
  }

  history(dossier: string): Promise<Step[]> {
    return this.store.history(this.pool, dossier);
  }

  async close(): Promise<void> {
    this.closing = true;
    for (const wake of this.idle.splice(0)) wake();
    await Promise.all(this.lanes);
    await this.boss.stop({ graceful: false });
    await Promise.all([this.senders.end(), this.pool.end()]);
  }
}

export function newFlying(): Flying {
  let answer!: Flying['answer'];
  const answered = new Promise<Answer | Error>((resolve) => (answer = resolve));
  return { answered, answer };
}

function within(client: Pool | PoolClient): PgBoss.Db {
  return { executeSql: (text, values) => client.query(text, values) };
}
