import type { Acting } from '#libs/identity';
import type { Instant, JsonObject } from '#libs/kernel';
import type { CommandName, NotYet, StateName } from '#libs/workflow';

export type Channel = 'counter' | 'online' | 'postal';

/** One command as it reaches the engine, already validated for shape. */
export interface CommandRequest {
  command: CommandName;
  /** the dossier's code; absent for `submit` only */
  code?: string;
  /** replay and import address a dossier by the id they gave it; HTTP always by code */
  dossierId?: string;
  /** who acts, e.g. `counter-1@000.00.21.H59` */
  officer: string;
  /** who really does, as sign-in has it; without it the position acts for itself (replay, import) */
  acting?: Acting;
  /** the Idempotency-Key */
  key: string;
  /** the version the caller saw (If-Match) */
  expectedVersion?: number;
  payload: JsonObject;
  /** only replay and import may say when it happened; everyone else gets the clock's now */
  occurredAt?: Instant;
}

export interface AcceptedAnswer {
  kind: 'accepted';
  id: string;
  code: string;
  version: number;
  state: StateName;
  step: string | null;
  event: string;
  occurredAt: Instant;
  recordedAt: Instant;
  dueAt: Instant | null;
}

export interface RefusedAnswer {
  kind: 'refused';
  /** stable: `not_allowed_in_state`, `not_your_position`, `unknown_procedure`, `stale_version`, … */
  code: string;
  field?: string;
  params?: JsonObject;
  /** null when there is no dossier */
  state: StateName | null;
  version: number | null;
  allowed: CommandName[];
  notYet: NotYet[];
}

/** What the caller is told, and what a repeat of the same key is told again. `replayed` marks a stored answer. */
export type CommandAnswer = (AcceptedAnswer | RefusedAnswer) & { replayed: boolean };

export interface DossierCommands {
  /**
   * Decides and commits one command. Resolves with an answer (a refusal is an answer, stored like any other).
   * Rejects with DomainError: `queue_full` (429), `key_in_flight` (409), `key_reused` (422), `unknown_dossier` (404:
   * there is none, or none that this person may see), `position_ended` (403),
   * `stale_version` (412), `database_unavailable` (503). None of those is stored.
   */
  execute(request: CommandRequest): Promise<CommandAnswer>;
}
