import type { KeyObject } from 'node:crypto';
import { type Pool, type PoolClient, transaction } from '#libs/database';
import { type Instant, canonicalJson } from '#libs/kernel';
import { type SealedHead, headLine } from './head.js';
import { type EventRow, type Place, comparePlaces, lineOf } from './line.js';
import { EVENTS_BEYOND } from './persistence/events.js';
import { HEAD_COLUMNS, type SealRow, headOf, lastHead } from './persistence/heads.js';

/** The first line of every export says what it is and how it is read. */
export const FORMAT = 'motcua-audit';
export const FORMAT_VERSION = 1;

export interface ExportOptions {
  /** what the header calls the moment of the export */
  at: Instant;
  /** the public key, so that a reader can tell with which key the heads were signed; without it they need it from elsewhere */
  publicKey?: KeyObject;
  /** begin at the last head of at most so many events; that head comes first, and vouches for all before it */
  fromSize?: number;
  /** heads only, without the events */
  headsOnly?: boolean;
  onProgress?: (events: number) => void;
}

export interface Exported {
  events: number;
  heads: number;
  /** events that no head covers yet */
  unsealed: number;
}

/** Takes one line without its end; a promise asks for patience. */
export type WriteLine = (line: string) => Promise<void> | void;

/**
 * Writes the log as it is in the database at one moment, in its order, each head where it stands. A line each: a header, events
 * and heads, and an end with their counts, so that a file that was cut is known. Needs memory for a few thousand events.
 */
export function exportLog(pool: Pool, options: ExportOptions, write: WriteLine): Promise<Exported> {
  const work = (client: PoolClient) => exportIn(client, options, write);
  return transaction(pool, work, 'ISOLATION LEVEL REPEATABLE READ READ ONLY');
}

/** The same in a transaction that the caller has. */
export async function exportIn(
  client: PoolClient,
  options: ExportOptions,
  write: WriteLine,
): Promise<Exported> {
  const { at, publicKey, fromSize, headsOnly = false, onProgress } = options;
  const base = fromSize === undefined ? undefined : await lastHead(client, fromSize);
  await write(
    canonicalJson({
      kind: 'header',
      format: FORMAT,
      version: FORMAT_VERSION,
      content: headsOnly ? 'heads' : 'log',
      at,
      from: base?.size ?? 0,
      key: publicKey ? (publicKey.export({ type: 'spki', format: 'pem' }) as string) : null,
    }),
  );
  const done: Exported = { events: 0, heads: 0, unsealed: 0 };
  const writeHead = async (head: SealedHead): Promise<void> => {
    await write(headLine(head));
    done.heads++;
    done.unsealed = 0;
  };
  if (base) await writeHead(base);
  const heads = cursor<SealRow>(client, 'heads', HEADS, [base?.size ?? 0], 1);
  let head = await next(heads);
  if (!headsOnly) {
    await client.query('SET LOCAL enable_sort = off'); // the log has an index in its order; see lockPlace
    const from: Place = base?.position ?? { epoch: -2147483648, xid: '0', seq: '0' };
    const beyond = [from.epoch, from.xid, from.seq];
    for await (const row of cursor<EventRow>(client, 'events', EVENTS_BEYOND, beyond, 2_000)) {
      while (head && comparePlaces(row, head.position) > 0) {
        await writeHead(head);
        head = await next(heads);
      }
      await write(lineOf(row));
      done.unsealed++;
      if (++done.events % 1_000 === 0) onProgress?.(done.events);
    }
  }
  for (; head; head = await next(heads)) await writeHead(head);
  await write(canonicalJson({ kind: 'end', events: done.events, heads: done.heads }));
  return done;
}

const HEADS = `SELECT ${HEAD_COLUMNS} FROM motcua.seal s WHERE s.size > $1::bigint ORDER BY s.size`;

async function next(heads: AsyncGenerator<SealRow>): Promise<SealedHead | undefined> {
  const { value, done } = await heads.next();
  return done ? undefined : headOf(value as SealRow);
}

async function* cursor<Row extends object>(
  client: PoolClient,
  name: string,
  sql: string,
  values: unknown[],
  rowsAtOnce: number,
): AsyncGenerator<Row> {
  await client.query(`DECLARE motcua_${name} NO SCROLL CURSOR FOR ${sql}`, values);
  for (;;) {
    const { rows } = await client.query<Row>(`FETCH ${rowsAtOnce} FROM motcua_${name}`);
    if (rows.length === 0) break;
    yield* rows;
  }
  await client.query(`CLOSE motcua_${name}`);
}
