import { openPool, type Pool } from '#libs/database';
import { decide, type Answer, type Step, type StepCommand } from '../four-steps.js';
import { RESTING, type Rival } from './rival.js';

const STORE = '@event-driven-io/emmett-postgresql';
const CORE = '@event-driven-io/emmett';
/** As many as the largest number of callers that helps: a command holds one while it appends. */
const POOL = 16;

/** What is kept of a dossier in its stream; its data are the command. */
interface StepEvent {
  type: Step;
  data: StepCommand & Answer;
}

/** What a command needs to know: where the dossier stands, and what has been answered. */
interface Known {
  last: Answer | undefined;
  answers: ReadonlyMap<string, Answer>;
}

interface EventStore {
  schema: { migrate(): Promise<unknown> };
  readStream(stream: string): Promise<{ events: StepEvent[] }>;
  close(): Promise<void>;
}

/** The part of Emmett that is used. The packages are not among our dependencies: docs/decisions/bench-rivals.md says why. */
interface Emmett {
  getPostgreSQLEventStore(
    url: string,
    options: { connectionOptions: { pool: Pool }; projections: unknown },
  ): EventStore;
  pongoSingleStreamProjection(options: {
    collectionName: string;
    canHandle: readonly Step[];
    evolve(document: Answer | null, event: StepEvent): Answer;
  }): unknown;
  projections: { inline(definitions: unknown[]): unknown };
  CommandHandler(options: {
    evolve(state: Known, event: StepEvent): Known;
    initialState(): Known;
    retry: { onVersionConflict: number };
  }): (
    store: EventStore,
    stream: string,
    decision: (state: Known) => StepEvent | [],
  ) => Promise<{ newState: Known }>;
}

/** Whether somebody has installed Emmett beside us. */
export function emmettIsInstalled(): boolean {
  try {
    import.meta.resolve(STORE);
    return true;
  } catch {
    return false;
  }
}

/**
 * Emmett as its documentation has it: a decider behind `CommandHandler`, the stream's version expected, the PostgreSQL
 * event store on one pool, and the dossier's state as an inline Pongo projection, in the transaction of the append.
 */
export class EmmettRival implements Rival {
  readonly name = 'emmett';
  readonly callers = [4, 8, 16, 32];
  private readonly pool: Pool;
  private store: EventStore | undefined;
  private handle!: ReturnType<Emmett['CommandHandler']>;

  constructor(private readonly url: string) {
    this.pool = openPool(url, { max: POOL, ...RESTING });
  }

  async prepare(): Promise<void> {
    const emmett = { ...(await import(CORE)), ...(await import(STORE)) } as Emmett;
    const standing = emmett.pongoSingleStreamProjection({
      collectionName: 'emmett_dossier',
      canHandle: ['receive', 'assign', 'resolve', 'handOver'],
      evolve: (_, { data: { state, version } }) => ({ state, version }),
    });
    this.store = emmett.getPostgreSQLEventStore(this.url, {
      connectionOptions: { pool: this.pool },
      projections: emmett.projections.inline([standing]),
    });
    await this.store.schema.migrate();
    this.handle = emmett.CommandHandler({
      evolve: ({ answers }, { data: { id, state, version } }) => {
        const last = { state, version };
        return { last, answers: new Map(answers).set(id, last) };
      },
      initialState: () => ({ last: undefined, answers: new Map() }),
      retry: { onVersionConflict: 3 },
    });
  }

  async perform(command: StepCommand): Promise<Answer> {
    const { newState } = await this.handle(this.store!, streamOf(command.dossier), ({ last, answers }) =>
      answers.has(command.id)
        ? []
        : { type: command.step, data: { ...command, ...decide(last, command.step) } },
    );
    return newState.answers.get(command.id)!;
  }

  async history(dossier: string): Promise<Step[]> {
    const { events } = await this.store!.readStream(streamOf(dossier));
    return events.map((event) => event.type);
  }

  async close(): Promise<void> {
    await this.store?.close();
    if (!this.pool.ended) await this.pool.end();
  }
}

function streamOf(dossier: string): string {
  return `dossier-${dossier}`;
}
