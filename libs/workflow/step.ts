import { DomainError, type JsonObject } from '#libs/kernel';
import { becauseOf } from './because.js';
import { compiledOf, listensTo, type CompiledDefinition } from './compile.js';
import { canMove, move } from './engine.js';
import { emptyContext } from './machine/words.js';
import { readPayload } from './payload.js';
import { keptFields, type Denied } from './payload-fields.js';
import { refusedRight, refusedSeparation } from './who-may.js';
import { samplePayloads } from './samples.js';
import { stored } from './stored.js';
import {
  COMMANDS,
  type Accepted,
  type Actor,
  type CommandName,
  type DossierSnapshot,
  type NotYet,
  type ProcedureDefinition,
  type Refusal,
  type StepContext,
  type WorkflowCommand,
} from './types.js';
import { LIFECYCLE_VERSION, MACHINE } from './version.js';
import { EVENT_OF, isCommand } from './words.js';

const NOT_ALLOWED: Denied = { kind: 'denied', code: 'not_allowed_in_state' };

/**
 * What a command does to a dossier: the next snapshot with its event and deadline fact, or a refusal that says what is
 * allowed instead. Pure. `snapshot` null is a dossier that does not exist yet: only `submit` makes one.
 * Throws DomainError `definition_invalid` for a definition that cannot run and `snapshot_unfit` for a snapshot of
 * another definition or version; whatever a command holds is answered, never thrown.
 */
export function step(
  definition: ProcedureDefinition,
  snapshot: DossierSnapshot | null,
  command: WorkflowCommand,
  ctx: StepContext,
): Accepted | Refusal {
  const compiled = compiledOf(definition);
  const outcome = decide(compiled, snapshot, command, ctx);
  if (outcome.kind === 'accepted') return outcome;
  return {
    kind: 'refused',
    code: outcome.code,
    ...(outcome.field !== undefined && { field: outcome.field }),
    state: snapshot?.state ?? null,
    ...listActions(compiled, snapshot, ctx.actor),
  };
}

/** What this actor may ask of the dossier now, and why not the rest. The same rules as {@link step}, asked beforehand. */
export function available(
  definition: ProcedureDefinition,
  snapshot: DossierSnapshot | null,
  ctx: StepContext,
): { allowed: CommandName[]; notYet: NotYet[] } {
  return listActions(compiledOf(definition), snapshot, ctx.actor);
}

function decide(
  compiled: CompiledDefinition,
  snapshot: DossierSnapshot | null,
  command: WorkflowCommand,
  ctx: StepContext,
): Accepted | Denied {
  const { name } = command;
  if (!isCommand(name)) return { kind: 'denied', code: 'unknown_command', field: 'command' };
  if (snapshot === null) return decideSubmit(compiled, command, ctx.actor);
  checkFits(compiled, snapshot);
  if (ctx.lastAt !== null && ctx.at < ctx.lastAt) {
    return { kind: 'denied', code: 'occurred_before_last_event', field: 'occurredAt' };
  }
  if (!listensTo(compiled, snapshot.state, snapshot.step, name)) return NOT_ALLOWED;
  const right = ctx.actor && whyNotThey(compiled, snapshot, name, ctx.actor);
  const outcome: Accepted | Denied = right
    ? { kind: 'denied', code: right }
    : moveOn(compiled, snapshot, name, payloadOf(command));
  if (outcome.kind === 'accepted' || outcome.code === 'unknown_item_number') return outcome;
  // Nobody should look for a better payload, or a better placed colleague, for what nobody can do here now.
  return isPossible(compiled, snapshot, name) ? outcome : NOT_ALLOWED;
}

/** The statechart's answer, nobody's right being asked. */
function moveOn(
  compiled: CompiledDefinition,
  snapshot: DossierSnapshot,
  name: CommandName,
  payload: JsonObject,
): Accepted | Denied {
  const read = readPayload(compiled, snapshot, name, payload);
  if (read.kind === 'denied') return read;
  const moved = move(compiled, snapshot, read.event);
  if (!moved.taken) return NOT_ALLOWED;
  return {
    kind: 'accepted',
    next: stored(compiled, moved),
    events: [{ type: EVENT_OF[name], data: read.data }],
    deadline: moved.fact,
  };
}

/** A payload that is no object says nothing: the fields it should have had are missing. */
function payloadOf({ payload }: WorkflowCommand): JsonObject {
  return typeof payload === 'object' && payload !== null && !Array.isArray(payload) ? payload : {};
}

function decideSubmit(
  compiled: CompiledDefinition,
  command: WorkflowCommand,
  actor: Actor | null,
): Accepted | Denied {
  if (command.name !== 'submit') return { kind: 'denied', code: 'unknown_dossier' };
  const code = actor === null ? null : refusedRight(compiled, null, null, 'submit', actor);
  if (code !== null) return { kind: 'denied', code };
  const kept = keptFields('submit', payloadOf(command));
  if (kept.kind === 'denied') return kept;
  return {
    kind: 'accepted',
    next: stored(compiled, { state: 'submitted', step: null, context: emptyContext() }),
    events: [{ type: 'submitted', data: { definition: compiled.definition.key, ...kept.data } }],
    deadline: null,
  };
}

/** A snapshot that was not restored for this definition must not be moved by it: its states would be guesses. */
function checkFits(compiled: CompiledDefinition, snapshot: DossierSnapshot): void {
  const fits =
    snapshot.machine === MACHINE &&
    snapshot.version === LIFECYCLE_VERSION &&
    snapshot.definition === compiled.definition.key &&
    (snapshot.step === null || compiled.steps.has(snapshot.step));
  if (!fits) throw new DomainError('snapshot_unfit', { field: 'snapshot' });
}

function listActions(
  compiled: CompiledDefinition,
  snapshot: DossierSnapshot | null,
  actor: Actor | null,
): { allowed: CommandName[]; notYet: NotYet[] } {
  const allowed: CommandName[] = [];
  const notYet: NotYet[] = [];
  for (const command of snapshot === null ? (['submit'] as const) : COMMANDS) {
    const because = whyNot(compiled, snapshot, command, actor);
    if (because === null) allowed.push(command);
    else if (because !== '') notYet.push({ command, because });
  }
  return { allowed, notYet };
}

/** True when somebody could give this command now, with some payload. */
function isPossible(compiled: CompiledDefinition, snapshot: DossierSnapshot, command: CommandName): boolean {
  if (!listensTo(compiled, snapshot.state, snapshot.step, command)) return false;
  return samplePayloads(compiled, snapshot, command).some((payload) => {
    const read = readPayload(compiled, snapshot, command, payload);
    return read.kind === 'read' && canMove(compiled, snapshot, read.event);
  });
}

/** Null when the command is possible now; else why not, or `''` when there is nothing to say. */
function whyNot(
  compiled: CompiledDefinition,
  snapshot: DossierSnapshot | null,
  command: CommandName,
  actor: Actor | null,
): string | null {
  if (snapshot !== null) {
    checkFits(compiled, snapshot);
    const possible = isPossible(compiled, snapshot, command);
    if (!possible) return becauseOf(compiled, snapshot, command) ?? '';
  }
  return actor === null ? null : whyNotThey(compiled, snapshot, command, actor);
}

/** Null when this actor may give the command; else why somebody else has to: their position, their unit, or what they did. */
function whyNotThey(
  compiled: CompiledDefinition,
  snapshot: DossierSnapshot | null,
  command: CommandName,
  actor: Actor,
): 'not_your_position' | 'not_your_unit' | 'separation_of_duties' | null {
  const { state, step } = snapshot ?? { state: null, step: null };
  return refusedRight(compiled, state, step, command, actor) ?? refusedSeparation(compiled, command, actor);
}
