import type { Limit } from '#libs/calendar';
import type { Json } from '#libs/kernel';
import type { Day } from '#libs/organization';

/** The ways in which a dossier reaches the counter. */
export const CHANNELS = ['counter', 'online', 'postal'] as const;
export type Channel = (typeof CHANNELS)[number];

/** One paper that an applicant brings, as published. */
export interface RequiredDocument {
  name: string;
  originals: number;
  copies: number;
}

/** What the catalogue says of a procedure, whoever asks and whenever: the part that makes a new version when it changes. */
export interface ProcedureContent {
  code: string;
  name: string;
  sector: string;
  level: string;
  /** 2: information and forms; 3: filed online, paid and fetched in person; 4: all online */
  onlineLevel: 2 | 3 | 4;
  channels: Channel[];
  limit: Limit;
  /** where a channel has a limit of its own */
  limitsByChannel: Partial<Record<Channel, Limit>>;
  feeVnd: number;
  /** the decision that published it; data, never to be printed as a legal citation */
  decision: string;
  definitionKey: string;
  supplementPolicy: 'pause' | 'restart';
  /** agency code of the department that answers for it; null below the top level, and where none is known */
  department: string | null;
  documents: RequiredDocument[];
}

/** A row of a catalogue file that passed every check. */
export interface ProcedureRow extends ProcedureContent {
  line: number;
}

/** A procedure as it stood from a day until another: what a dossier is pinned to. */
export interface ProcedureVersion extends ProcedureContent {
  id: number;
  version: number;
  validFrom: Day;
  validUntil: Day;
}

/** The content as plain JSON: two versions are the same when these are. */
export function contentOf(procedure: ProcedureContent): { [key: string]: Json } {
  const { limit, limitsByChannel, documents } = procedure;
  return {
    code: procedure.code,
    name: procedure.name,
    sector: procedure.sector,
    level: procedure.level,
    onlineLevel: procedure.onlineLevel,
    channels: [...procedure.channels],
    limitValue: limit.value,
    limitUnit: limit.unit,
    limitsByChannel: Object.fromEntries(
      Object.entries(limitsByChannel).map(([channel, own]) => [
        channel,
        { value: own.value, unit: own.unit },
      ]),
    ),
    feeVnd: procedure.feeVnd,
    decision: procedure.decision,
    definitionKey: procedure.definitionKey,
    supplementPolicy: procedure.supplementPolicy,
    department: procedure.department,
    documents: documents.map(({ name, originals, copies }) => ({ name, originals, copies })),
  };
}

/** The limit that counts for a dossier that came by `channel`: the channel's own where there is one. */
export function limitFor(
  procedure: Pick<ProcedureContent, 'limit' | 'limitsByChannel'>,
  channel: Channel,
): Limit {
  return procedure.limitsByChannel[channel] ?? procedure.limit;
}
