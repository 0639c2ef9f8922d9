import type { Limit, WorkingCalendar } from '#libs/calendar';
import type { Channel } from '#libs/dossier';
import type { Instant, JsonObject } from '#libs/kernel';
import type { CommandName, ProcedureDefinition } from '#libs/workflow';

/** A unit as far as the plan needs it. The committee without a parent is the province. */
export interface WorldUnit {
  agencyCode: string;
  level: string;
  kind: 'committee' | 'department';
  name: string;
  parentCode: string | null;
}

/** A procedure in force in the quarter. */
export interface WorldProcedure {
  code: string;
  name: string;
  sector: string;
  level: string;
  /** 2: no online service; 3 and 4: the report's levels of online service */
  onlineLevel: number;
  channels: readonly Channel[];
  limit: Limit;
  /** where the published limit depends on the channel */
  limitsByChannel: Partial<Record<Channel, Limit>>;
  feeVnd: number;
  /** which department answers for it: agency code or name */
  department: string | null;
  definition: ProcedureDefinition;
}

/** What the plan is laid over: read from the database or from `data/`, never written. */
export interface World {
  units: readonly WorldUnit[];
  procedures: readonly WorldProcedure[];
  calendar: WorkingCalendar;
}

export interface PlanOptions {
  seed: number | string;
  /** above 0, up to 1: the share of the quarter that is planned */
  scale: number;
  /** how many dossiers are in process when the quarter begins, and how many more than reported when it ends */
  carriedOver: number;
}

/** One command of the plan. Everything about it follows from the options and the world. */
export interface PlannedCommand {
  at: Instant;
  /** index of the dossier in the plan, from 0 */
  dossier: number;
  /** which command of that dossier, from 0 */
  step: number;
  command: CommandName;
  officer: string;
  payload: JsonObject;
}

/** The four figures of a line of the report: carried over + received = resolved + in process. */
export interface LevelFigures {
  carriedOver: number;
  received: number;
  resolved: number;
  inProcess: number;
}

/** What the replay must find when it counts. */
export interface QuarterTargets extends LevelFigures {
  byLevel: Record<string, LevelFigures>;
  /** of the received, without carried-over */
  byChannel: Record<Channel, number>;
  /** of the received, by the procedure's online level */
  byOnlineLevel: Record<'2' | '3' | '4', { counterOrPost: number; online: number }>;
  /** of the resolved: decided after the due moment */
  resolvedLate: number;
  /** of those in process: past the due moment, the clock running */
  inProcessLate: number;
  withdrawn: number;
  discontinued: number;
  rejected: number;
  /** of received and carried-over: asked for more papers at least once */
  supplemented: number;
  /** results handed to the post; of those, parcels that came back */
  sentByPost: number;
  cameBack: number;
  /** on top, counted nowhere */
  refused: number;
  voided: number;
}

export interface QuarterPlan {
  options: PlanOptions;
  /** first day of the quarter and the first day after it, local */
  from: string;
  until: string;
  targets: QuarterTargets;
  totalDossiers: number;
  totalCommands: number;
  /** all commands in order of time; at the same moment by dossier, then by step. Can be asked for again. */
  commandsInOrder(): IterableIterator<PlannedCommand>;
}
