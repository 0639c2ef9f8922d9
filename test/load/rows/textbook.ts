import { DataSource } from 'typeorm';
import type { Answer, Step, StepCommand } from '../four-steps.js';
import { ENTITIES, EventEntity, SCHEMA } from '../textbook/entities.js';
import { DossierService } from '../textbook/service.js';
import { RESTING, type Rival } from './rival.js';

/** More connections did not help, with 32 callers neither. */
const POOL = 16;

/** TypeORM and XState, `test/load/textbook`, on its own schema. */
export class Textbook implements Rival {
  readonly name = 'textbook';
  readonly callers = [4, 8, 16, 32];
  private readonly source: DataSource;
  private readonly service: DossierService;

  /** `url` is that of a role which may make a schema. */
  constructor(url: string) {
    this.source = new DataSource({
      type: 'postgres',
      url,
      entities: ENTITIES,
      poolSize: POOL,
      extra: RESTING,
      logging: false,
    });
    this.service = new DossierService(this.source);
  }

  async prepare(): Promise<void> {
    await this.source.initialize();
    await this.source.createQueryRunner().createSchema(SCHEMA, true);
    await this.source.synchronize();
  }

  perform(command: StepCommand): Promise<Answer> {
    return this.service.perform(command);
  }

  async history(dossier: string): Promise<Step[]> {
    const events = await this.source.manager.find(EventEntity, {
      where: { dossierId: dossier },
      order: { version: 'ASC' },
    });
    return events.map((event) => event.type);
  }

  async close(): Promise<void> {
    if (this.source.isInitialized) await this.source.destroy();
  }
}
