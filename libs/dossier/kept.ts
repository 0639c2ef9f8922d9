import type { Change, DossierRecord } from './decide.js';

/**
 * Dossiers as this process last knew them, so that the next command of the same dossier need not be preceded by a read.
 *
 * They are a guess, and never the last word: somebody else may have moved the dossier since. An acceptance rests on them
 * only because the commit proves version and alarms; a refusal never does, the engine reads the dossier first.
 */
export class Kept {
  /** by id and by code; the oldest first */
  private readonly records = new Map<string, DossierRecord>();

  constructor(private readonly most: number) {}

  get(codeOrId: string): DossierRecord | undefined {
    return this.records.get(codeOrId);
  }

  put(record: DossierRecord): void {
    this.drop(record);
    this.records.set(record.id, record).set(record.code, record);
    for (const oldest of this.records.keys()) {
      if (this.records.size <= this.most * 2) return;
      this.records.delete(oldest);
    }
  }

  drop({ id, code }: Pick<DossierRecord, 'id' | 'code'>): void {
    this.records.delete(id);
    this.records.delete(code);
  }
}

/**
 * The dossier as it stands once `change` is committed; `before` is null, and `code` its code, for a new one. `head` is the
 * hash of the last event that was written with it.
 */
export function recordAfter(
  before: DossierRecord | null,
  change: Change,
  code: string,
  head: Uint8Array | null,
): DossierRecord {
  const home = before ?? change.birth!;
  return {
    id: change.dossierId,
    code,
    version: change.version,
    alarms: change.alarmCount,
    procedureVersionId: home.procedureVersionId,
    receivingUnitId: home.receivingUnitId,
    competentUnitId: home.competentUnitId,
    currentUnitId: change.currentUnitId,
    channel: home.channel,
    lastAt: change.at,
    partyRevision: change.party?.revision ?? before?.partyRevision ?? 1,
    snapshot: change.snapshot,
    deadline: change.deadline ?? before?.deadline ?? null,
    receivedBy: change.receivedBy ?? before?.receivedBy ?? null,
    approvedBy: change.approvedBy ?? before?.approvedBy ?? null,
    heldBy: change.holder === null ? (before?.heldBy ?? []) : [...(before?.heldBy ?? []), change.holder],
    head,
  };
}
