import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { fromMillis, toMillis } from '#libs/kernel';
import type { Position } from '#libs/workflow';
import { UNIT, startBench, type Answer, type Bench } from '../e2e/support.js';
import type { Move } from './places.js';

/** A command for a batch. */
export interface Given {
  officer: string;
  command: string;
  code?: string | undefined;
  payload: object;
}

/** What a command of a batch was answered. */
export interface Told {
  status: number;
  body: Record<string, unknown>;
}

/** A dossier to be, and its code when it is. */
export interface Life {
  moves: readonly Move[];
  code?: string;
}

/** A bench on which somebody is a citizen, too: nobody can be given that position by the way of the house. */
export async function openGround(): Promise<Bench> {
  const bench = await startBench();
  await seat(bench, 'citizen', UNIT.commune);
  return bench;
}

/** Puts an account of its own on a position `<role>-1@<unit>`, past all rules of who may have one. */
export async function seat(bench: Bench, role: Position, unit: string): Promise<string> {
  const code = `${role}-1@${unit}`;
  await bench.database.app.query(
    `WITH account AS (
       INSERT INTO motcua.account (login, kind, unit_id, created_at)
       SELECT $1, 'person', id, $2 FROM motcua.unit WHERE agency_code = $3 RETURNING no, unit_id)
     INSERT INTO motcua.officer (code, account_no, unit_id, position, serves_all, valid_from, valid_until)
     SELECT $1, no, unit_id, $4, false, '-infinity', 'infinity' FROM account`,
    [code, bench.clock.now(), unit, role],
  );
  return code;
}

/** In one request; three of them at once are within what the door lets in. */
const MOST = 120;

/** Gives many commands at once, as few requests as there are officers; the answers stand in the order given. */
export async function giveAll(bench: Bench, all: readonly Given[]): Promise<Told[]> {
  const told: Told[] = [];
  const byOfficer = new Map<string, { given: Given; index: number }[]>();
  all.forEach((given, index) => {
    const { officer } = given;
    byOfficer.set(officer, [...(byOfficer.get(officer) ?? []), { given, index }]);
  });
  const requests = [...byOfficer].flatMap(([officer, some]) =>
    Array.from({ length: Math.ceil(some.length / MOST) }, (_, at) => ({
      officer,
      some: some.slice(at * MOST, (at + 1) * MOST),
    })),
  );
  await eachOf(requests, 3, async ({ officer, some }) => {
    const body = some.map(({ given: { command, code, payload } }) => ({
      command,
      code,
      payload,
      key: randomUUID(),
    }));
    const answer = await bench.call('POST', '/api/v1/commands', { officer, body, key: null });
    assert.equal(answer.status, 200, answer.text);
    const answers = answer.json.answers as Told[];
    some.forEach(({ index }, at) => (told[index] = answers[at]!));
  });
  return told;
}

/** Brings every dossier along its way by real commands, all of them one step further at a time, a minute apart. */
export async function grow(bench: Bench, lives: readonly Life[]): Promise<void> {
  const longest = Math.max(...lives.map(({ moves }) => moves.length));
  for (let nth = 0; nth < longest; nth++) {
    later(bench, 1);
    const now = lives.filter(({ moves }) => moves.length > nth);
    const told = await giveAll(
      bench,
      now.map(({ moves, code }) => ({ ...moves[nth]!, code })),
    );
    now.forEach((life, index) => {
      const { status, body } = told[index]!;
      assert.ok(status < 300, `${JSON.stringify(life.moves[nth])}: ${JSON.stringify(body)}`);
      life.code ??= body.code as string;
    });
  }
}

export function later(bench: Bench, minutes: number): void {
  bench.clock.moveTo(fromMillis(toMillis(bench.clock.now()) + minutes * 60_000));
}

/** Does the work for each, `atOnce` of them side by side. */
export async function eachOf<T>(
  all: readonly T[],
  atOnce: number,
  work: (one: T) => Promise<void>,
): Promise<void> {
  const rest = all.values();
  const one = async (): Promise<void> => {
    for (const next of rest) await work(next);
  };
  await Promise.all(Array.from({ length: atOnce }, one));
}

/** An answer without what belongs to the request alone: the code that was asked for. */
export function withoutCode(answer: Answer, code: string): { status: number; headers: string; text: string } {
  // Each answer has a time of its own, and nothing else.
  const headers = [...answer.headers].filter(([name]) => name !== 'date');
  const plain = (text: string): string => text.replaceAll(code, '<code>');
  return { status: answer.status, headers: plain(JSON.stringify(headers)), text: plain(answer.text) };
}
