import { type ChainEvent, type Pool, type Scope } from '#libs/database';
import { fromMillis, newId, toMillis, type Instant, type JsonObject } from '#libs/kernel';
import type { SmallProvince } from '#libs/testing';
import { PROCEDURE, UNIT } from '#libs/testing';
import { pinned, type Change } from '../decide.js';
import { linksOf } from '../chain.js';
import { step, type DossierSnapshot } from '#libs/workflow';
import type { Commitment } from './commit.js';

/** A dossier as the hand that makes commitments knows it. */
export interface Known {
  id: string;
  version: number;
  alarms: number;
  parties: number;
  head: Uint8Array | null;
  generation: number;
}

/** What hangs on a move or a birth. */
export interface Hanging {
  alarm?: boolean;
  deadline?: boolean;
  party?: boolean;
}

const AT = '2019-03-18T01:00:00.000Z';

/** Makes commitments by hand, past everything that decides: whether the database itself holds is to be seen. */
export class Forger {
  readonly home: number;
  readonly other: number;
  private readonly procedureVersionId: number;
  private readonly snapshot: DossierSnapshot;
  private made = 0;

  constructor(province: SmallProvince) {
    const idOf = (code: string): number => province.units.byCode(code)!.id;
    [this.home, this.other] = [idOf(UNIT.commune), idOf(UNIT.otherCommune)];
    const version = province.catalogue.all().find(({ code }) => code === PROCEDURE.certificate)!;
    this.procedureVersionId = version.id;
    const { definition } = pinned(province.catalogue, version.id);
    const outcome = step(
      definition,
      null,
      { name: 'submit', payload: {} },
      { at: AT, lastAt: null, actor: null },
    );
    if (outcome.kind === 'refused') throw new Error(outcome.code);
    this.snapshot = outcome.next;
  }

  birth(ord: number, hanging: Hanging = {}, id = newId()): Commitment {
    const known: Known = { id, version: 0, alarms: 0, parties: 0, head: null, generation: 0 };
    return this.commitment(ord, known, hanging, {
      procedureVersionId: this.procedureVersionId,
      receivingUnitId: this.home,
      competentUnitId: this.home,
      channel: 'counter',
      returnBy: 'counter',
      day: '2019-03-18',
      agencyCode: UNIT.commune,
    });
  }

  move(
    ord: number,
    known: Known,
    hanging: Hanging = {},
    how: { scope?: Scope; officer?: string; heldBy?: number[]; data?: JsonObject } = {},
  ): Commitment {
    return this.commitment(ord, known, hanging, null, how);
  }

  refusal(ord: number): Commitment {
    return {
      ...this.claim(`counter-1@${UNIT.commune}`),
      ord,
      dossierId: null,
      answer: { kind: 'refused', code: 'x', state: null, version: null, allowed: [], notYet: [] },
      change: null,
      hands: null,
      before: { state: 'submitted', unitId: this.home },
      hashes: [],
      head: null,
    };
  }

  private claim(officer: string): Pick<Commitment, 'officer' | 'key' | 'requestHash' | 'acting'> {
    return { officer, key: newId(), requestHash: '00'.repeat(16), acting: { scope: [this.home] } };
  }

  private commitment(
    ord: number,
    known: Known,
    { alarm, deadline, party }: Hanging,
    birth: Change['birth'],
    {
      scope = [this.home],
      officer = `counter-1@${UNIT.commune}`,
      heldBy = [],
      data,
    }: Parameters<Forger['move']>[3] & object = {},
  ): Commitment {
    const at: Instant = fromMillis(toMillis(AT) + ++this.made);
    const change: Change = {
      kind: 'change',
      dossierId: known.id,
      expected: birth ? null : { version: known.version, alarms: known.alarms },
      version: known.version + 1,
      alarmCount: known.alarms + (alarm ? 1 : 0),
      snapshot: this.snapshot,
      currentUnitId: this.home,
      event: {
        type: birth ? 'submitted' : 'amended',
        data: data ?? { p: { made: this.made } },
        unitId: this.home,
      },
      at,
      receivedAt: null,
      closedAt: null,
      alarms: alarm ? [{ type: 'overdue', at }] : [],
      deadline: deadline ? this.deadline(known, at) : null,
      dueAt: null,
      party: birth || party ? { revision: known.parties + 1, fields: { name: 'Tên' }, payload: {} } : null,
      holder: null,
      receivedBy: null,
      approvedBy: null,
      birth,
    };
    const before = { state: 'submitted', unitId: this.home, head: known.head };
    return {
      ...this.claim(officer),
      acting: { scope },
      ord,
      dossierId: known.id,
      answer: {
        kind: 'accepted', id: known.id, version: change.version, state: 'submitted', step: null,
        event: change.event.type, occurredAt: at, recordedAt: at, dueAt: null,
      }, // prettier-ignore
      change,
      hands: { receivingUnitId: this.home, competentUnitId: this.home, heldBy },
      before,
      ...linksOf(change, officer, before),
    };
  }

  private deadline({ generation }: Known, at: Instant): NonNullable<Change['deadline']> {
    return {
      generation: generation + 1, status: 'running', limit: { value: 3, unit: 'working_day' }, calendar: 'state',
      startedAt: at, dueAt: at, soonAt: null, alarmAt: null, remainingMinutes: null, reason: null,
    }; // prettier-ignore
  }
}

/** What is known of a dossier once the commitment is written. */
export function after({ change, head }: Commitment, before?: Known): Known {
  return {
    id: change!.dossierId,
    version: change!.version,
    alarms: change!.alarmCount,
    parties: change!.party?.revision ?? before?.parties ?? 1,
    head,
    generation: change!.deadline?.generation ?? before?.generation ?? 0,
  };
}

/** Everything that there is of one dossier, as text. */
export async function allOf(pool: Pool, id: string): Promise<string> {
  const { rows } = await pool.query<{ all: string }>(
    `SELECT json_build_array(
       (SELECT to_json(d) FROM motcua.dossier d WHERE id = $1),
       (SELECT json_agg(e ORDER BY e.xid, e.seq) FROM motcua.event e WHERE dossier_id = $1),
       (SELECT to_json(t) FROM motcua.deadline t WHERE dossier_id = $1),
       (SELECT json_agg(a ORDER BY revision) FROM motcua.dossier_party a WHERE dossier_id = $1),
       (SELECT json_agg(c ORDER BY recorded_at, key) FROM motcua.command c WHERE dossier_id = $1))::text AS all`,
    [id],
  );
  return rows[0]!.all;
}

/** The events of one dossier as the chain wants them, read back. */
export async function chainOf(pool: Pool, id: string): Promise<(ChainEvent & { hash: Uint8Array | null })[]> {
  const { rows } = await pool.query<ChainEvent & { hash: Uint8Array | null }>(
    `SELECT dossier_id AS "dossierId", version, type, state, officer, unit_id AS "unitId", occurred_at AS "occurredAt", data, hash
     FROM motcua.event WHERE dossier_id = $1 ORDER BY epoch, xid, seq`,
    [id],
  );
  return rows;
}
