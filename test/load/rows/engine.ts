import { asRole, Lanes } from '#libs/database';
import { Engine, type CommandAnswer, type EngineOptions } from '#libs/dossier';
import { newId } from '#libs/kernel';
import type { Ground } from '../ground.js';
import { Hands, type Life } from '../lives.js';
import { drive, type Row, type Sample } from '../row.js';

const CALLERS = [8, 16, 32];
/** As many as the floor has at its best: a commit waits for the disk, and several may wait together. */
const MOST_CONNECTIONS = 16;

/** One command, one commit: nothing is gained by waiting together, only by several connections. */
export function engineRow(name: string, ground: Ground, deck: readonly Life[]): Row {
  const how = { connections: MOST_CONNECTIONS, options: alone };
  return new EngineRow(name, CALLERS, ground, deck, how);
}

/** The same without keeping any dossier: each is read before each command, as when every command comes to another process. */
export function unkeptRow(name: string, ground: Ground, deck: readonly Life[]): Row {
  const options = (callers: number) => ({ ...alone(callers), keep: 0 });
  return new EngineRow(name, CALLERS, ground, deck, { connections: MOST_CONNECTIONS, options });
}

/** The same, signed in as the owner of the server, whom row-level security does not hold: what that costs is the difference. */
export function bypassRow(name: string, ground: Ground, deck: readonly Life[]): Row {
  const how = { connections: MOST_CONNECTIONS, options: alone, url: ground.ownerUrl };
  return new EngineRow(name, CALLERS, ground, deck, how);
}

function alone(callers: number): Partial<EngineOptions> {
  return { maxBatch: 1, lanes: callers };
}

/** The engine as it is served: commands that wait leave together. */
export function batchedRow(name: string, ground: Ground, deck: readonly Life[], callers: number): Row {
  const how = { connections: 3, options: () => ({}) }; // as Database.commands has them
  return new EngineRow(name, [callers], ground, deck, how);
}

class EngineRow implements Row {
  private database: Lanes | undefined;
  private readonly engines = new Map<number, Engine>();
  private readonly hands: Hands<string>;

  constructor(
    readonly name: string,
    readonly callers: readonly number[],
    private readonly ground: Ground,
    deck: readonly Life[],
    private readonly how: {
      connections: number;
      options: (callers: number) => Partial<EngineOptions>;
      /** where to connect, when not as the role that commits */
      url?: string;
    },
  ) {
    this.hands = new Hands(deck);
  }

  prepare(): Promise<void> {
    const { reference, clock } = this.ground;
    const pool = new Lanes(this.how.url ?? asRole(this.ground.url, 'motcua_commit'), this.how.connections);
    this.database = pool;
    for (const callers of this.callers) {
      const options = this.how.options(callers);
      this.engines.set(callers, new Engine({ pool, reference: () => reference, clock, options }));
    }
    return Promise.resolve();
  }

  run(callers: number, until: number): Promise<Sample> {
    const engine = this.engines.get(callers)!;
    return drive(callers, until, (caller) =>
      this.hands.next(caller, async ({ command, officer, payload }, _, code) => {
        const named = code === undefined ? {} : { code };
        return codeOf(await engine.execute({ command, officer, payload, key: newId(), ...named }));
      }),
    );
  }

  async close(): Promise<void> {
    await this.database?.end();
  }
}

/** The code of the dossier. A refusal would be cheaper than what is to be measured: it ends the bench. */
function codeOf(answer: CommandAnswer): string {
  if (answer.kind === 'refused') throw new Error(`refused: ${JSON.stringify(answer)}`);
  return answer.code;
}
