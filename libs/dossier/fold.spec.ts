import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import fc from 'fast-check';
import { DomainError, type JsonObject } from '#libs/kernel';
import { Desk, PROCEDURE, UNIT, smallProvince, testDatabase } from '#libs/testing';
import { compact } from '#libs/workflow';
import { CLOCK_EVENTS } from './event-labels.js';
import { deadlineOf, foldEvents, isCommandEvent, type LoggedEvent } from './fold.js';
import { readDossier, readEvents } from './persistence/queries-read.js';
import { walk } from './walk.fixture.js';
import type { Pool } from '#libs/database';

let pool: Pool;
let desk: Desk;
before(async () => {
  ({ app: pool } = await testDatabase());
  desk = new Desk(pool, await smallProvince(pool));
});

const OFFICERS = [UNIT.commune, UNIT.department, UNIT.district].flatMap((unit) =>
  ['counter-1', 'specialist-1', 'head-1'].map((name) => `${name}@${unit}`),
);
const EVERYWHERE = ['portal', 'post', 'carrier'].map((name) => `${name}@${UNIT.province}`);

/** Walks a dossier of that procedure, at the unit that has it. */
const walked = (procedure: string, choices: readonly number[]): Promise<string> => {
  const unit = procedure === PROCEDURE.joint ? UNIT.department : UNIT.commune;
  return walk(desk, { procedure, unit, officers: [...OFFICERS, ...EVERYWHERE] }, choices);
};

async function logOf(code: string): Promise<LoggedEvent[]> {
  const row = await readDossier(pool, code);
  return readEvents(pool, row!.id, CLOCK_EVENTS);
}

describe('folding events', () => {
  test('gives the snapshot that the engine stored, whatever way a dossier has taken', async () => {
    const way = fc.tuple(
      fc.constantFrom(...Object.values(PROCEDURE)),
      fc.array(fc.nat(1_000), { minLength: 6, maxLength: 20 }),
    );
    const seen = new Set<string>();
    for (const [procedure, choices] of fc.sample(way, { numRuns: 40, seed: 2019 })) {
      const code = await walked(procedure, choices);
      const row = (await readDossier(pool, code))!;
      const version = desk.province.catalogue.version(row.procedureVersionId)!;
      const events = await readEvents(pool, row.id, CLOCK_EVENTS);
      const folded = foldEvents(events, desk.province.catalogue.definition(version.definitionKey)!);
      assert.ok(folded);
      assert.deepEqual(compact(folded.snapshot), row.snapshot, code);
      assert.equal(folded.version, row.version);
      assert.equal(folded.closedAt, row.closedAt);
      assert.equal(folded.deadline?.dueAt ?? null, row.dueAt);
      for (const event of events) seen.add(event.type);
    }
    // The walks must have been somewhere: most of what can happen is in them.
    assert.ok(seen.size >= 18, [...seen].sort().join(' '));
  });

  test('of nothing gives nothing', () => {
    assert.equal(foldEvents([], desk.province.catalogue.definition('one@1')!), null);
  });

  test('refuses a log in which something cannot follow, naming the version', async () => {
    const code = await walked(PROCEDURE.copy, []);
    await desk.act(code, 'receive', OFFICERS[0]!, '2019-03-18T02:00:00.000Z');
    const log = await logOf(code);
    const broken = [{ ...log[0]! }, { ...log[1]!, type: 'collected' }];
    assert.throws(
      () => foldEvents(broken, desk.province.catalogue.definition('one@1')!),
      (error) =>
        error instanceof DomainError && error.code === 'event_unfit' && error.detail.params?.version === 2,
    );
  });

  test('takes the deadline of the highest generation, however late an alarm was written', async () => {
    const code = await walked(PROCEDURE.certificate, []);
    await desk.act(code, 'receive', OFFICERS[0]!, '2019-03-18T02:00:00.000Z');
    const [filed, received] = await logOf(code);
    const fact = (generation: number, status: string): LoggedEvent => ({
      ...received!,
      type: 'deadlineComputed',
      data: { deadline: { generation, status } },
    });
    const folded = foldEvents(
      [filed!, received!, fact(3, 'unknown'), fact(2, 'running')],
      desk.province.catalogue.definition('three@1')!,
    );
    assert.equal(folded?.deadline?.status, 'unknown');
  });
});

test('alarms and computed deadlines are not commands', () => {
  assert.ok(!CLOCK_EVENTS.some(isCommandEvent));
  assert.ok(isCommandEvent('submitted'));
});

test('an event without a deadline fact has none', () => {
  const none: JsonObject[] = [{}, { deadline: null }, { deadline: [] }, { deadline: 'x' }];
  for (const data of none) assert.equal(deadlineOf({ data }), null);
});
