import type { Answer, StepCommand } from '../four-steps.js';
import { BATCH, PgBossRival, QUEUE, newFlying } from './pgboss.js';

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
export class PgBossBulk extends PgBossRival {
  override readonly callers = [64, 128, 256];
  private readonly leaving: StepCommand[] = [];
  private inserting = false;

  /** `url` is that of a role which may make schemas. */
  constructor(url: string) {
    super(url, 'pgboss-bulk', 'pgboss_bulk');
  }

  protected override async send(command: StepCommand): Promise<Answer | Error> {
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
        this.sent++;
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
      const result = await this.senders.query(text, values);
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
      const done = await this.store.written(this.senders, command);
      if (done) this.flying.get(command.id)?.answer(done);
    }
  }
}
