import { asRole, Lanes } from '#libs/database';
import { Engine, type CommandRequest } from '#libs/dossier';
import { newId, type JsonObject } from '#libs/kernel';
import type { Ground } from '../ground.js';
import { deckOfLives, type LifeStep } from '../lives.js';
import { drive, type Row, type Sample } from '../row.js';

/** Alone, each sent when the one before is answered, or several in a queue behind each other. */
const CALLERS = [1, 8];
/** Papers asked for and brought, without an end: it pauses the deadline, and lets it run on. */
const ROUND_TRIP = ['requestSupplement', 'supplement'] as const;

/** One dossier, all commands on it, in order. No two of them can leave together: what is seen is one commit after another. */
export class OneDossierRow implements Row {
  readonly callers = CALLERS;
  private pool: Lanes | undefined;
  private engine: Engine | undefined;
  private clerk = '';
  private code: string | undefined;
  private sent = 0;

  constructor(
    readonly name: string,
    private readonly ground: Ground,
  ) {}

  async prepare(): Promise<void> {
    const { url, reference, clock } = this.ground;
    this.pool = new Lanes(asRole(url, 'motcua_commit'), 3);
    this.engine = new Engine({ pool: this.pool, reference: () => reference, clock });
    const [submit, receive] = deckOfLives(reference)[0] as [LifeStep, LifeStep];
    this.clerk = submit.officer;
    await this.ask(submit.command, submit.payload);
    await this.ask(receive.command, receive.payload);
  }

  run(callers: number, until: number): Promise<Sample> {
    // Whoever comes next does what comes next: the engine keeps the order in which it was asked.
    return drive(callers, until, () => this.ask(ROUND_TRIP[this.sent++ % ROUND_TRIP.length]!, {}));
  }

  private async ask(command: CommandRequest['command'], payload: JsonObject): Promise<void> {
    const named = this.code === undefined ? {} : { code: this.code };
    const answer = await this.engine!.execute({
      command,
      officer: this.clerk,
      key: newId(),
      payload,
      ...named,
    });
    if (answer.kind === 'refused') throw new Error(`refused: ${JSON.stringify(answer)}`);
    this.code = answer.code;
  }

  async close(): Promise<void> {
    await this.pool?.end();
  }
}
