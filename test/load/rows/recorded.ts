import type { Pool } from '#libs/database';
import { Engine } from '#libs/dossier';
import { newId } from '#libs/kernel';
import type { Ground } from '../ground.js';
import type { Life } from '../lives.js';

/** What one command of a life wrote, as the database has it: the floor writes the same bytes under other names. */
export interface Written {
  officer: string;
  state: string;
  step: string | null;
  snapshot: string;
  currentUnitId: number;
  partyRevision: number;
  receivedAt: string | null;
  closedAt: string | null;
  lastAt: string;
  eventType: string;
  eventData: string;
  eventUnitId: number;
  requestHash: string;
  dueAt: string | null;
  birth: { procedureVersionId: number; receivingUnitId: number; competentUnitId: number; agencyCode: string };
}

const READ = `
SELECT e.officer, d.state, d.step, d.snapshot::text, d.current_unit_id AS "currentUnitId", d.party_revision AS "partyRevision",
       d.received_at AS "receivedAt", d.closed_at AS "closedAt", d.last_at AS "lastAt",
       e.type AS "eventType", e.data::text AS "eventData", e.unit_id AS "eventUnitId",
       c.request_hash::text AS "requestHash", c.due_at AS "dueAt",
       json_build_object('procedureVersionId', d.procedure_version_id, 'receivingUnitId', d.receiving_unit_id,
         'competentUnitId', d.competent_unit_id, 'agencyCode', split_part(d.code, '-', 1)) AS birth
FROM motcua.dossier d JOIN motcua.event e ON e.dossier_id = d.id AND e.version = d.version
  JOIN motcua.command c ON c.officer = e.officer AND c.key = $2
WHERE d.code = $1`;

/** Lives every life of the deck once, through the engine, and reads after each command what it wrote. */
export async function recordLives(ground: Ground, pool: Pool, deck: readonly Life[]): Promise<Written[][]> {
  const { reference, clock } = ground;
  const engine = new Engine({ pool, reference: () => reference, clock });
  const recorded: Written[][] = [];
  for (let from = 0; from < deck.length; from += 50) {
    recorded.push(
      ...(await Promise.all(deck.slice(from, from + 50).map((life) => record(engine, pool, life)))),
    );
  }
  return recorded;
}

async function record(engine: Engine, pool: Pool, life: Life): Promise<Written[]> {
  const written: Written[] = [];
  let code: string | undefined;
  for (const step of life) {
    const key = newId();
    const answer = await engine.execute({ ...step, key, ...(code !== undefined && { code }) });
    if (answer.kind === 'refused') throw new Error(`refused: ${JSON.stringify(answer)}`);
    code = answer.code;
    const { rows } = await pool.query<Written>({ name: 'recorded', text: READ, values: [code, key] });
    written.push(rows[0]!);
  }
  return written;
}
