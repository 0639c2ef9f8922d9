import PgBoss from 'pg-boss';
import { openPool, transaction, type Pool, type PoolClient } from '#libs/database';
import type { Answer, Step, StepCommand } from '../four-steps.js';
import { DossierStore } from './dossier-store.js';
import { RESTING, type Rival } from './rival.js';

const QUEUE = 'step';
const LANES = 3;
const BATCH = 64;

interface Flying {
  answered: Promise<Answer | Error>;
  answer(answer: Answer | Error): void;
}

/**
 * pg-boss, its functions for many jobs called directly. Steps whose callers wait while an `insert()` is under way leave
 * together with the next; lanes `fetch()` up to 64 at a time, write dossiers and history, and `complete()` them in the same
 * transaction, by the `db` option. Who inserts wakes a lane: nobody waits for a poll. A job's id is the command's, so a
 * repetition is not inserted. Maintenance is off.
 *
 * Tried in turn with it, at 64 and 128 callers: a `send()` for each step, into the same lanes, made 0.2 to 0.67 × the steps,
 * in the median half: that is the row `pgboss`, a commit or two for each step. Here many steps share one, so this is to be
 * held against the engine's batches. Gathering those who wait is our own code: pg-boss only takes many at once.
 */
export class PgBossBulk implements Rival {
  readonly name = 'pgboss-bulk';
  readonly callers = [64, 128, 256];
  private readonly boss: PgBoss;
  private readonly pool: Pool;
  private readonly store = new DossierStore('pgboss_bulk_app');
  private readonly flying = new Map<string, Flying>();
  private readonly idle: (() => void)[] = [];
  private lanes: Promise<void>[] = [];
  private readonly leaving: StepCommand[] = [];
  private inserting = false;
  private inserts = 0;
  private closing = false;

  /** `url` is that of a role which may make schemas. */
  constructor(url: string) {
    // A connection for each lane, and one to insert.
    this.pool = openPool(url, { max: LANES + 1, ...RESTING });
    this.boss = new PgBoss({
      db: within(this.pool),
      schema: 'pgboss_bulk',
      supervise: false,
      schedule: false,
    });
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

  private async send(command: StepCommand): Promise<Answer | Error> {
    const flying = newFlying();
    this.flying.set(command.id, flying);
    this.leaving.push(command);
    if (!this.inserting) void this.insert();
    try {
      return await flying.answered;
    } finally {
      this.flying.delete(command.id);
    }
  }

  /** Inserts all who wait, as long as somebody does. */
  private async insert(): Promise<void> {
    this.inserting = true;
    while (this.leaving.length > 0) {
      const commands = this.leaving.splice(0);
      try {
        const inserted = await this.insertOnce(commands);
        this.inserts++;
        for (let woken = 0; woken * BATCH < inserted; woken++) this.idle.pop()?.();
        if (inserted < commands.length) await this.answerRepeated(commands);
      } catch (error) {
        for (const { id } of commands) this.flying.get(id)?.answer(error as Error);
      }
    }
    this.inserting = false;
  }

  /** `insert()` leaves out what it has already, without a word: only the statement's count tells. */
  private async insertOnce(commands: readonly StepCommand[]): Promise<number> {
    let inserted = 0;
    const executeSql = async (text: string, values: unknown[]) => {
      const result = await this.pool.query(text, values);
      inserted = result.rowCount ?? 0;
      return result;
    };
    await this.boss.insert(
      commands.map((command) => ({ id: command.id, name: QUEUE, data: command })),
      { db: { executeSql } },
    );
    return inserted;
  }

  private async answerRepeated(commands: readonly StepCommand[]): Promise<void> {
    for (const command of commands) {
      const done = await this.store.written(this.pool, command);
      if (done) this.flying.get(command.id)?.answer(done);
    }
  }

  private async lane(): Promise<void> {
    const options = { batchSize: BATCH, priority: false };
    while (!this.closing) {
      const seen = this.inserts;
      const jobs = await this.boss.fetch<StepCommand>(QUEUE, options);
      if (jobs.length > 0) await this.work(jobs);
      // What was inserted while we fetched has woken nobody.
      else if (seen === this.inserts && !this.closing)
        await new Promise<void>((wake) => this.idle.push(wake));
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
    await this.pool.end();
  }
}

function newFlying(): Flying {
  let answer!: Flying['answer'];
  const answered = new Promise<Answer | Error>((resolve) => (answer = resolve));
  return { answered, answer };
}

function within(client: Pool | PoolClient): PgBoss.Db {
  return { executeSql: (text, values) => client.query(text, values) };
}
