import type { DataSource, EntityManager } from 'typeorm';
import type { Answer, StepCommand } from '../four-steps.js';
import { CommandEntity, DossierEntity, EventEntity } from './entities.js';
import { next } from './machine.js';

/** The service as a good team would first write it: a transaction a command, the row locked, the machine asked, three writes. */
export class DossierService {
  constructor(private readonly source: DataSource) {}

  /** Does a command once and for all. Throws when the machine does not accept it. */
  async perform(command: StepCommand): Promise<Answer> {
    try {
      return await this.source.transaction((tx) => this.execute(tx, command));
    } catch (error) {
      // Refused, or a key exists already: perhaps because this very command has been done.
      const done = await this.source.manager.findOneBy(CommandEntity, { id: command.id });
      if (done) return done.answer;
      throw error;
    }
  }

  private async execute(
    tx: EntityManager,
    { id, dossier, step, officer, unit, at, data }: StepCommand,
  ): Promise<Answer> {
    const row =
      step === 'receive'
        ? null
        : await tx.findOne(DossierEntity, { where: { id: dossier }, lock: { mode: 'pessimistic_write' } });
    const state = next(row?.state ?? 'new', step);
    if (state === undefined)
      throw new Error(`refused: ${step} of a dossier that is ${row?.state ?? 'unknown'}`);

    const answer = { state, version: (row?.version ?? 0) + 1 };
    const columns = { ...answer, officer, unit, changedAt: at };
    if (row) await tx.update(DossierEntity, { id: dossier, version: row.version }, columns);
    else await tx.insert(DossierEntity, { id: dossier, ...columns });
    await tx.insert(EventEntity, {
      dossierId: dossier,
      version: answer.version,
      type: step,
      officer,
      at,
      data,
    });
    await tx.insert(CommandEntity, { id, answer });
    return answer;
  }
}
