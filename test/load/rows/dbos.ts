import { DBOS } from '@dbos-inc/dbos-sdk';
import pg from 'pg';
import { openPool, type Pool } from '#libs/database';
import type { Answer, Step, StepCommand } from '../four-steps.js';
import { DossierStore } from './dossier-store.js';
import { RESTING, type Rival } from './rival.js';

/** DBOS's own default; 20 and 32 connections did not make more steps. */
const POOL = 10;
const silent = () => {};

/**
 * DBOS: a durable workflow for each command, whose id is the command's, with one step that writes dossier and history and
 * is safe to repeat; the caller has its handle and waits for the result.
 *
 * The other documented way was tried in turn with it in one process, at 16, 32 and 64 callers: one workflow for the life of
 * a dossier, that waits with `recv()` and answers with `setEvent()`, by LISTEN and NOTIFY, coalesced over 1 or 10 ms. It
 * made 0.7 to 0.8 × the steps (on a machine with little else running 400 a second against 670). There is no data source package
 * for this version; a step of one statement is less work than a data source's transaction with its own checkpoint.
 */
export class Dbos implements Rival {
  readonly name = 'dbos';
  readonly callers = [8, 16, 32, 64];
  private readonly pool: Pool;
  private readonly system: pg.Pool;
  private readonly store = new DossierStore('dbos_app');
  private workflow!: (command: StepCommand) => Promise<Answer>;

  /** `url` is that of a role which may make schemas. There can be one at a time in a process. */
  constructor(private readonly url: string) {
    this.pool = openPool(url, { max: POOL, ...RESTING });
    this.system = new pg.Pool({ connectionString: url, max: POOL, ...RESTING });
    this.system.on('error', silent);
  }

  async prepare(): Promise<void> {
    DBOS.setConfig({
      name: 'bench',
      systemDatabaseUrl: this.url,
      systemDatabasePool: this.system,
      // What goes wrong rejects as well.
      logger: { info: silent, debug: silent, warn: silent, error: silent },
    });
    this.workflow = DBOS.registerWorkflow(
      (command: StepCommand) => DBOS.runStep(() => this.write(command), { name: 'write' }),
      { name: 'step' },
    );
    await DBOS.launch();
    await this.store.create(this.pool);
  }

  private async write(command: StepCommand): Promise<Answer> {
    const [answer] = await this.store.write(this.pool, [command]);
    if (answer instanceof Error) throw answer;
    return answer!;
  }

  async perform(command: StepCommand): Promise<Answer> {
    const handle = await DBOS.startWorkflow(this.workflow, { workflowID: command.id })(command);
    return handle.getResult();
  }

  history(dossier: string): Promise<Step[]> {
    return this.store.history(this.pool, dossier);
  }

  async close(): Promise<void> {
    await DBOS.shutdown({ deregister: true });
    await Promise.all([this.pool.end(), this.system.end()]);
  }
}
