import type { Bearers } from '../http/bearers.js';
import { Connection, type HttpAnswer } from '../http/connection.js';
import { requestFor, seenIn, type Seen } from '../http/request.js';
import { Hands, type Life } from '../lives.js';

/** One command that was sent, and what became of it; times in milliseconds of performance.now(). */
export interface Sent {
  /** when it was to be sent: who waits for the generator waits all the same */
  due: number;
  sent: number;
  answered: number;
  accepted: boolean;
}

/** Sends at a steady pace whether answers come or not, as many people do who know nothing of each other. */
export class OpenLoop {
  private readonly idle: Connection[] = [];
  private readonly caller = new Map<Connection, number>();
  private readonly hands: Hands<Seen>;
  private failed: unknown;

  constructor(
    private readonly port: number,
    deck: readonly Life[],
    private readonly bearers: Bearers,
  ) {
    this.hands = new Hands(deck);
  }

  /** Opens so many connections, a few at a time: a storm of them would be another test. Who finds none free waits. */
  async connect(count: number): Promise<void> {
    while (this.caller.size < count) await Promise.all(Array.from({ length: 50 }, () => this.open()));
  }

  /** Sends `perSecond` commands a second for so long, if it can, then waits for what is still to be answered. */
  async run(perSecond: number, seconds: number, signal: AbortSignal): Promise<Sent[]> {
    const all: Sent[] = [];
    const begun = performance.now();
    const wanted = Math.floor(perSecond * seconds);
    const underWay = new Set<Promise<void>>();
    let next = 0;
    const end = begun + seconds * 1000;
    while (next < wanted && this.failed === undefined) {
      const now = performance.now();
      if (now > end || signal.aborted) break;
      for (let due = begun + (next * 1000) / perSecond; next < wanted && due <= now;) {
        const connection = this.idle.shift();
        if (!connection) break;
        const work = this.send(connection, due, all).finally(() => underWay.delete(work));
        underWay.add(work);
        due = begun + (++next * 1000) / perSecond;
      }
      await pauseOfALoop();
    }
    await Promise.all(underWay);
    if (this.failed !== undefined) throw this.failed;
    signal.throwIfAborted();
    return all;
  }

  close(): void {
    for (const connection of this.caller.keys()) connection.close();
  }

  private async send(connection: Connection, due: number, all: Sent[]): Promise<void> {
    const sent = performance.now();
    let accepted = false;
    try {
      await this.hands.next(this.caller.get(connection)!, async (step, _, seen) => {
        const answer = await connection.ask(requestFor(step, seen, this.bearers(step.officer)));
        accepted = isAccepted(answer);
        return accepted ? seenIn(answer) : undefined;
      });
      all.push({ due, sent, answered: performance.now(), accepted });
      this.idle.push(connection);
    } catch (error) {
      this.failed ??= error;
    }
  }

  private async open(): Promise<void> {
    const connection = await Connection.open(this.port);
    this.caller.set(connection, this.caller.size);
    this.idle.push(connection);
  }
}

/** Lets answers in before more is sent. */
function pauseOfALoop(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1));
}

/** True for an accepted command, false for one that is told to come back. Everything else ends the bench. */
function isAccepted({ status, body }: HttpAnswer): boolean {
  if (status === 429) return false;
  if (status >= 300) throw new Error(`answered ${status}: ${body}`);
  return true;
}
