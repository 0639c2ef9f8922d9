import type { SnapshotFrom } from 'xstate';
import { adjacencyMapToArray, getAdjacencyMap, getShortestPaths, getSimplePaths } from 'xstate/graph';
import type { JsonObject } from '#libs/kernel';
import { compiledOf, type CompiledDefinition } from './compile.js';
import { fromMachineState, move, type Place } from './engine.js';
import type { LifecycleMachine } from './machine/machine.js';
import { emptyContext, type LifecycleEvent } from './machine/words.js';
import { readPayload } from './payload.js';
import { actorWhoMay } from './who-may.js';
import { samplePayloads } from './samples.js';
import { stored } from './stored.js';
import { COMMANDS, type Actor, type CommandName, type ProcedureDefinition, type StateName } from './types.js';

/** One command of a path, somebody who may give it, and where it leads. */
export interface PathStep {
  command: CommandName;
  payload: JsonObject;
  /** one actor who has the right, so that a test can pick an officer */
  actor: Actor;
  state: StateName;
  step: string | null;
}

/** A life of a dossier from `submit` on. */
export interface Path {
  /** true when the last command leads back to a place that the path has been at, or stays where it is */
  loop: boolean;
  steps: PathStep[];
}

type MachineState = SnapshotFrom<LifecycleMachine>;
/** An event of the statechart together with the payload that it was read from. */
type Sample = LifecycleEvent & { payload: JsonObject };

/** A result can be posted again and again; the paths post it twice, which shows all there is to see. */
const MAX_PARCELS = 2;
/** Far more than a procedure needs: reaching it means that one place was taken for many. */
const MAX_TRAVERSALS = 20_000;

/**
 * Ways through the lifecycle of a procedure, as sequences of commands with sample payloads: all simple paths (no place
 * twice) of up to `depth` commands counting `submit`; then, for every way that a command can go within that depth and
 * that no simple path went, the shortest path to it with that command at its end, so that each kind of loop is walked
 * once. A path that only begins another one is left out. Deterministic.
 */
export function pathsThrough(definition: ProcedureDefinition, { depth }: { depth: number }): Path[] {
  const compiled = compiledOf(definition);
  const options = {
    events: (state: MachineState) => samplesAt(compiled, fromMachineState(state)),
    serializeState: (state: MachineState) => placeKey(fromMachineState(state)),
    serializeEvent: (event: LifecycleEvent) => JSON.stringify(event),
    limit: MAX_TRAVERSALS,
  };
  const walked = new Set<string>();
  const simple = getSimplePaths(compiled.machine, options).map((path) => sent(path).slice(0, depth - 1));
  const paths = longest(simple).map((events) => narrate(compiled, events, walked));
  const shortest = new Map(
    getShortestPaths(compiled.machine, options).map((path) => [
      options.serializeState(path.state),
      sent(path),
    ]),
  );
  for (const { state, event } of adjacencyMapToArray(getAdjacencyMap(compiled.machine, options))) {
    const place = options.serializeState(state);
    const way = shortest.get(place) ?? [];
    if (way.length + 2 > depth || walked.has(edgeKey(place, event))) continue;
    paths.push(narrate(compiled, [...way, event as Sample], walked));
  }
  return paths;
}

/** The commands of a path of the graph, whose own first event (`xstate.init`) is none. */
function sent(path: { steps: { event: LifecycleEvent }[] }): Sample[] {
  return path.steps.map(({ event }) => event).filter((event): event is Sample => 'payload' in event);
}

/** What tells one place from another: where the dossier is and what decides what it can do there. */
function placeKey({ state, step, context }: Place): string {
  const last = context.shipments.at(-1)?.outcome ?? 'none';
  return [state, step, context.accepted, context.returnTo, context.shipments.length, last].join('|');
}

function edgeKey(place: string, event: LifecycleEvent): string {
  return `${place} ${JSON.stringify(event)}`;
}

function samplesAt(compiled: CompiledDefinition, place: Place): Sample[] {
  const snapshot = stored(compiled, place);
  return COMMANDS.flatMap((command) => {
    if (command === 'submit') return [];
    if (command === 'handToPost' && place.context.shipments.length >= MAX_PARCELS) return [];
    return samplePayloads(compiled, snapshot, command).flatMap((payload) => {
      const read = readPayload(compiled, snapshot, command, payload);
      if (read.kind === 'denied' || !move(compiled, place, read.event).taken) return [];
      return [{ ...read.event, payload }];
    });
  });
}

/** Leaves out repeats, and every sequence that is the beginning of another. */
function longest(sequences: Sample[][]): Sample[][] {
  const beginnings = new Set<string>();
  const byKey = new Map<string, Sample[]>();
  for (const events of sequences) {
    let key = '';
    for (const event of events) {
      beginnings.add(key);
      key += JSON.stringify(event);
    }
    byKey.set(key, events);
  }
  return [...byKey].filter(([key]) => !beginnings.has(key)).map(([, events]) => events);
}

/** The path in the words of the API, walked once more from `submit` on; notes the ways that it went in `walked`. */
function narrate(compiled: CompiledDefinition, events: readonly Sample[], walked: Set<string>): Path {
  const who = (place: Place | null, command: CommandName) =>
    actorWhoMay(compiled, place?.state ?? null, place?.step ?? null, command)!;
  let place: Place = { state: 'submitted', step: null, context: emptyContext() };
  const steps: PathStep[] = [
    { command: 'submit', payload: {}, actor: who(null, 'submit'), state: place.state, step: place.step },
  ];
  const been = new Set([placeKey(place)]);
  let loop = false;
  for (const event of events) {
    const actor = who(place, event.type);
    walked.add(edgeKey(placeKey(place), event));
    place = move(compiled, place, event);
    loop = been.has(placeKey(place));
    been.add(placeKey(place));
    steps.push({ command: event.type, payload: event.payload, actor, state: place.state, step: place.step });
  }
  return { loop, steps };
}
