import { connect } from '#libs/database';
import { newId } from '#libs/kernel';
import type { Ground } from '../ground.js';
import { Hands, type Life } from '../lives.js';
import { drive, type Row, type Sample } from '../row.js';
import { FIRST, NEXT, READ } from './floor-sql.js';
import { recordLives, type Written } from './recorded.js';

const CALLERS = [8, 16, 32];

type Client = Awaited<ReturnType<typeof connect>>;
interface Held {
  id: string;
  code: string;
  version: number;
}

/**
 * What PostgreSQL itself needs for the durable part: no deciding, no codes, no deadlines, no claims. Each caller has a
 * connection of its own, so nobody ever waits for one.
 */
export class FloorRow implements Row {
  readonly callers = CALLERS;
  private readonly clients: Client[] = [];
  private readonly hands: Hands<Held>;
  private recorded: Written[][] = [];
  private codes = 0;

  constructor(
    readonly name: string,
    private readonly ground: Ground,
    private readonly deck: readonly Life[],
  ) {
    this.hands = new Hands(deck);
  }

  async prepare(): Promise<void> {
    this.recorded = await recordLives(this.ground, this.ground.pool, this.deck);
    for (let at = 0; at < Math.max(...CALLERS); at++) this.clients.push(await connect(this.ground.url));
  }

  run(callers: number, until: number): Promise<Sample> {
    return drive(callers, until, (caller) =>
      this.hands.next(caller, (_, { deal, at }, held) => {
        const written = this.recorded[deal]![at]!;
        const client = this.clients[caller]!;
        return held ? this.next(client, written, held) : this.first(client, written);
      }),
    );
  }

  private async first(client: Client, written: Written): Promise<Held> {
    const { birth } = written;
    const number = String(++this.codes).padStart(4, '0');
    const held = { id: newId(), code: `${birth.agencyCode}-190317-${number}`, version: 1 };
    const values = [
      ...common(written, held, new Date().toISOString()),
      held.code,
      birth.procedureVersionId,
      birth.receivingUnitId,
      birth.competentUnitId,
    ];
    await client.query({ ...FIRST, values });
    return held;
  }

  private async next(client: Client, written: Written, { id, code }: Held): Promise<Held> {
    const { rows } = await client.query<{ version: number }>({ ...READ, values: [code] });
    const held = { id, code, version: rows[0]!.version + 1 };
    const values = [...common(written, held, new Date().toISOString()), written.receivedAt, written.closedAt];
    const { rowCount } = await client.query({ ...NEXT, values });
    if (rowCount !== 1) throw new Error('the floor wrote no answer');
    return held;
  }

  async close(): Promise<void> {
    await Promise.all(this.clients.map((client) => client.end()));
  }
}

/** The parameters that both statements share, in their order. */
function common(written: Written, { id, version }: Held, recordedAt: string): unknown[] {
  return [
    id,
    version,
    written.eventType,
    written.state,
    written.officer,
    written.eventUnitId,
    written.lastAt,
    recordedAt,
    written.eventData,
    newId(),
    written.requestHash,
    written.dueAt,
    written.currentUnitId,
    written.step,
    written.snapshot,
    written.partyRevision,
  ];
}
