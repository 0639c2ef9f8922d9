import type { Instant, JsonObject, Labels } from '#libs/kernel';

/** The states of a dossier. One of them at any time; each has a national status code (DOMAIN.md §2). */
export const STATES = [
  'submitted',
  'received',
  'refused',
  'processing',
  'suspended',
  'awaitingSupplement',
  'awaitingPayment',
  'withdrawn',
  'discontinued',
  'resolved',
  'posted',
  'awaitingCollection',
  'delivered',
  'voided',
] as const;
export type StateName = (typeof STATES)[number];

/** What someone may ask for. `submit` makes the dossier; the others need one. */
export const COMMANDS = [
  'submit',
  'receive',
  'refuse',
  'requestSupplement',
  'supplement',
  'requestPayment',
  'confirmPayment',
  'startProcessing',
  'completeStep',
  'returnToStep',
  'suspend',
  'resume',
  'resolve',
  'withdraw',
  'discontinue',
  'handToPost',
  'recordPostEvent',
  'offerAtCounter',
  'collect',
  'amend',
  'void',
] as const;
export type CommandName = (typeof COMMANDS)[number];

/** What happened: one event type a command. */
export type EventType =
  | 'submitted'
  | 'received'
  | 'refused'
  | 'supplementRequested'
  | 'supplemented'
  | 'paymentRequested'
  | 'paymentConfirmed'
  | 'processingStarted'
  | 'stepCompleted'
  | 'returnedToStep'
  | 'suspended'
  | 'resumed'
  | 'resolved'
  | 'withdrawn'
  | 'discontinued'
  | 'handedToPost'
  | 'postEventRecorded'
  | 'offeredAtCounter'
  | 'collected'
  | 'amended'
  | 'voided';

export const POSITIONS = [
  'citizen',
  'counter',
  'specialist',
  'head',
  'postal',
  'supervisor',
  'catalogueManager',
  'administrator',
  'auditor',
  'system',
] as const;
export type Position = (typeof POSITIONS)[number];

/** Where, seen from the dossier, an actor stands: at the unit that received it, that answers for it, that holds the current step; or serving every unit (the post, the portal). */
export type Relation = 'receiving' | 'competent' | 'step' | 'everywhere';

/** Pairs of duties that one person may not unite over one dossier; a procedure may name those that are in force. */
export const SEPARATION_NAMES = ['receive-approve', 'approve-post'] as const;
export type Separation = (typeof SEPARATION_NAMES)[number];

export interface Actor {
  position: Position;
  relations: readonly Relation[];
  /** what this person, or the one they stand in for, has done with this dossier; the newest resolution counts */
  did: readonly ('received' | 'approved')[];
}

/** One piece of work inside `processing`. The step without a `next` is the last one: it ends by `resolve`. */
export interface StepDefinition {
  name: string;
  title: Labels;
  performer: {
    position: Position;
    /** a level that the organization knows (`province`, `district`, `commune` in 2019), or `any` */
    level: string;
    /** which unit: the competent one, the receiving one, or a named one by agency code */
    at: 'competent' | 'receiving' | { unit: string };
  };
  next: string[];
}

/** The steps that a procedure supplies to the lifecycle. Immutable once a dossier runs under it; a change is a new key. */
export interface ProcedureDefinition {
  /** e.g. `commune-3@1` */
  key: string;
  title: Labels;
  /** always said so when the steps are not from an official decision */
  certainty: 'official' | 'assumed';
  /** what a supplement does to the deadline once it runs (DOMAIN.md §2) */
  supplementPolicy: 'pause' | 'restart';
  first: string;
  steps: StepDefinition[];
  /** the separations of duties in force; all of them when absent */
  separation?: readonly Separation[];
}

export interface Shipment {
  itemNumber: string;
  outcome: 'underWay' | 'returned' | 'delivered';
}

/** What the statechart remembers. Goes through JSON; holds no personal data. */
export interface DossierContext {
  accepted: boolean;
  /** where `awaitingSupplement`, `awaitingPayment` and `suspended` lead back to */
  returnTo: 'submitted' | 'received' | 'processing' | null;
  outcome: 'approved' | 'rejected' | null;
  /** newest last */
  shipments: Shipment[];
  /** why the result came back to the counter */
  returnReason: string | null;
}

/** The stored form of a dossier's place in the lifecycle: ours, never XState's own. */
export interface DossierSnapshot {
  machine: 'dossier';
  version: number;
  definition: string;
  state: StateName;
  /** the step in hand; kept while suspended or waiting inside `processing` */
  step: string | null;
  context: DossierContext;
}

export interface WorkflowCommand {
  name: CommandName;
  payload: JsonObject;
}

export interface WorkflowEvent {
  type: EventType;
  data: JsonObject;
}

/** What a command means for the clock. The workflow knows no dates: `dossier` turns facts into rows. */
export type DeadlineFact =
  | { kind: 'start' }
  | { kind: 'pause'; because: 'supplement' | 'payment' }
  | { kind: 'resume'; policy: 'pause' | 'restart' }
  | { kind: 'stop'; because: 'resolved' | 'withdrawn' | 'discontinued' };

export interface StepContext {
  /** when it happened */
  at: Instant;
  /** when the dossier's last event happened, if any; a command may not happen before it */
  lastAt: Instant | null;
  /** null: an event that is already law is folded again, and nobody's right is asked */
  actor: Actor | null;
}

export interface NotYet {
  command: CommandName;
  /** a stable code, translated for the reader: `last_step_not_reached`, `result_not_resolved`, … */
  because: string;
}

export interface Refusal {
  kind: 'refused';
  code: string;
  field?: string;
  state: StateName | null;
  allowed: CommandName[];
  notYet: NotYet[];
}

export interface Accepted {
  kind: 'accepted';
  next: DossierSnapshot;
  events: WorkflowEvent[];
  deadline: DeadlineFact | null;
}
