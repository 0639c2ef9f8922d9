import type { DossierContext, DossierSnapshot, ProcedureDefinition, StateName } from './types.js';
import { MACHINE } from './version.js';

/**
 * What a snapshot says beyond its dossier's row, which has the state, the step and the procedure in columns of their own:
 * the lifecycle's version, and of the context what is not as usual in that state. Mostly `{"v":1}`.
 */
export type CompactSnapshot = { v: number } & Partial<DossierContext>;

/** Where the dossier is, as its row says it. Texts from outside: {@link restore} checks them. */
export interface StoredPlace {
  state: string;
  step: string | null;
}

const BEFORE_ACCEPTANCE: ReadonlySet<string> = new Set([
  'submitted',
  'refused',
  'voided',
] satisfies StateName[]);

/** Whether a dossier there has been accepted; `withdrawn` may also say that it had not. */
export function usuallyAccepted(state: string, returnTo: unknown): boolean {
  return !BEFORE_ACCEPTANCE.has(state) && returnTo !== 'submitted';
}

/** The smallest form of a snapshot, to be stored. `restore()` reads it back exactly, given definition, state and step. */
export function compact({ version, state, context }: DossierSnapshot): CompactSnapshot {
  const { accepted, returnTo, outcome, shipments, returnReason } = context;
  const small: CompactSnapshot = { v: version };
  if (accepted !== usuallyAccepted(state, returnTo)) small.accepted = accepted;
  if (returnTo !== null) small.returnTo = returnTo;
  if (outcome !== null) small.outcome = outcome;
  if (shipments.length > 0) small.shipments = shipments;
  if (returnReason !== null) small.returnReason = returnReason;
  return small;
}

/** The whole form again, nothing of it checked yet. */
export function expand(
  small: Record<string, unknown>,
  { key: definition }: ProcedureDefinition,
  { state, step }: StoredPlace,
): Record<string, unknown> {
  const { v: version, returnTo = null, outcome = null, shipments = [], returnReason = null } = small;
  const { accepted = usuallyAccepted(state, returnTo) } = small;
  const context = { accepted, returnTo, outcome, shipments, returnReason };
  return { machine: MACHINE, version, definition, state, step, context };
}
