import type { Ground } from '../ground.js';
import { signedIn, unsigned, type Bearers } from '../http/bearers.js';
import { Connection } from '../http/connection.js';
import { requestFor, seenIn, type Seen } from '../http/request.js';
import { ServerProcess } from '../http/server-process.js';
import { Hands, type Life } from '../lives.js';
import { drive, type Row, type Sample } from '../row.js';

const CALLERS = [32, 64, 128];

/**
 * The whole way in: over HTTP, through every check of the API, to the engine as it is served; answered the same way. With
 * the door open the server takes everybody's word for who they are: the difference is what sign-in costs.
 */
export class HttpRow implements Row {
  readonly callers = CALLERS;
  private server: ServerProcess | undefined;
  private readonly clients: HttpCallers;

  constructor(
    readonly name: string,
    private readonly ground: Ground,
    private readonly deck: readonly Life[],
    private readonly door: { open?: boolean } = {},
  ) {
    this.clients = new HttpCallers(deck);
  }

  async prepare(): Promise<void> {
    this.server = await ServerProcess.start(this.ground, this.door);
    const bearers = this.door.open ? unsigned : await signedIn(this.ground, this.deck);
    await this.clients.connect(this.server.port, Math.max(...CALLERS), bearers);
  }

  run(callers: number, until: number): Promise<Sample> {
    return this.clients.run(callers, until);
  }

  async serverCpuMs(): Promise<number> {
    return (await this.server!.usage()).cpuMs;
  }

  async close(): Promise<void> {
    this.clients.close();
    await this.server?.close();
  }
}

/** Callers with a connection each, kept alive. A command that is not accepted ends the bench. */
export class HttpCallers {
  private connections: Connection[] = [];
  private bearers: Bearers = unsigned;
  private readonly hands: Hands<Seen>;

  constructor(deck: readonly Life[]) {
    this.hands = new Hands(deck);
  }

  async connect(port: number, callers: number, bearers: Bearers): Promise<void> {
    this.bearers = bearers;
    this.connections = await Promise.all(Array.from({ length: callers }, () => Connection.open(port)));
  }

  run(callers: number, until: number): Promise<Sample> {
    return drive(callers, until, (caller) =>
      this.hands.next(caller, async (step, _, seen) =>
        seenIn(await this.connections[caller]!.ask(requestFor(step, seen, this.bearers(step.officer)))),
      ),
    );
  }

  close(): void {
    for (const connection of this.connections) connection.close();
  }
}
