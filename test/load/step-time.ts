import { chainHash, type ChainEvent } from '#libs/database';
import type { Reference } from '#libs/dossier';
import {
  step,
  type Actor,
  type DossierSnapshot,
  type Position,
  type ProcedureDefinition,
} from '#libs/workflow';
import { median, significant } from './document.js';
import { deckOfLives, type Life } from './lives.js';

const LIVES = 40;
const PASSES = 150;
const WARM = 20;
const AT = '2019-03-18T02:00:00.000Z';

/**
 * How long one step of the statechart takes, in microseconds: `step()` with its checks of payload and rights, but nothing
 * around it. The median of many passes over the lives that the rows live, without their filing, which has no snapshot yet.
 */
export function stepMicros(reference: Reference): number {
  const lives = deckOfLives(reference)
    .slice(0, LIVES)
    .map((life) => ({ life, definition: definitionOf(life, reference) }));
  const passes = Array.from({ length: WARM + PASSES }, () => {
    let steps = 0;
    let took = 0;
    for (const { life, definition } of lives) {
      let snapshot = move(definition, null, life[0]!);
      const begun = performance.now();
      for (const one of life.slice(1)) snapshot = move(definition, snapshot, one);
      took += performance.now() - begun;
      steps += life.length - 1;
    }
    return (took * 1000) / steps;
  });
  return significant(median(passes.slice(WARM)), 3);
}

/** How long one link of an event chain takes, in microseconds: the median of many passes over the same lives' commands. */
export function chainMicros(reference: Reference): number {
  const events = deckOfLives(reference)
    .slice(0, LIVES)
    .flatMap((life, nth) => life.slice(1).map((one, at) => eventOf(one, nth, at + 2)));
  const passes = Array.from({ length: WARM + PASSES }, () => {
    let head: Uint8Array | null = null;
    const begun = performance.now();
    for (const event of events) head = chainHash(head, event);
    return ((performance.now() - begun) * 1000) / events.length;
  });
  return significant(median(passes.slice(WARM)), 3);
}

function eventOf({ command, officer, payload }: Life[number], nth: number, version: number): ChainEvent {
  const dossierId = `01960000-0000-7000-8000-${String(nth).padStart(12, '0')}`;
  const deadline = { generation: version, status: 'running', dueAt: AT };
  const data = { p: payload, ...(version === 2 ? { counted: true, deadline } : {}) };
  return { dossierId, version, type: command, state: 'processing', officer, unitId: 7, occurredAt: AT, data };
}

function definitionOf([submit]: Life, { catalogue }: Reference): ProcedureDefinition {
  const code = submit!.payload.procedure;
  return catalogue.definition(catalogue.all().find((one) => one.code === code)!.definitionKey)!;
}

function move(
  definition: ProcedureDefinition,
  snapshot: DossierSnapshot | null,
  { command, officer, payload }: Life[number],
): DossierSnapshot {
  const actor: Actor = {
    position: officer.split('-')[0] as Position,
    relations: ['receiving', 'competent', 'step'],
    did: [],
  };
  // Personal data never reaches the statechart.
  const plain = Object.fromEntries(Object.entries(payload).filter(([name]) => name !== 'applicant'));
  const outcome = step(
    definition,
    snapshot,
    { name: command, payload: plain },
    { at: AT, lastAt: AT, actor },
  );
  if (outcome.kind === 'refused') throw new Error(`refused: ${JSON.stringify(outcome)}`);
  return outcome.next;
}
