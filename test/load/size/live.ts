import type { Reference } from '#libs/dossier';
import { actingAlone } from '#libs/identity';
import { fromMillis, hashJson, newId, type Instant } from '#libs/kernel';
import { linksOf } from '../../../libs/dossier/chain.js';
import { decide, type Birth, type DossierRecord } from '../../../libs/dossier/decide.js';
import { recordAfter } from '../../../libs/dossier/kept.js';
import type { Commitment } from '../../../libs/dossier/persistence/commit.js';
import { decideSubmit } from '../../../libs/dossier/submit.js';
import type { AcceptedAnswer } from '../../../libs/dossier/types.js';
import type { Line } from './life.js';

/** One command as the engine would have committed it. */
export interface Committed {
  commitment: Commitment & { change: NonNullable<Commitment['change']> };
  recordedAt: Instant;
}

/** A dossier whose commands were all decided by the engine's own pure parts. */
export interface Lived {
  id: string;
  code: string;
  birth: Birth;
  committed: Committed[];
}

/** How long after the fact it is written down. */
const LATER_MS = 4;

/**
 * Lives a life: each command through `decideSubmit()` or `decide()`, on what the one before made of the dossier. Throws when
 * one is refused: a life is written so that none is. `codeFor` gives the code of the unit's day, once. Command ids older than
 * `keepFrom` have been forgotten since, and are not made.
 */
export function live(
  lines: readonly Line[],
  reference: Reference,
  codeFor: (birth: Birth) => string,
  keepFrom: Instant,
): Lived {
  const id = newId(lines[0]!.ms);
  let dossier: DossierRecord | null = null;
  let birth: Birth | null = null;
  let code = '';
  const committed = lines.map(({ ms, command, officer: name, payload }, ord): Committed => {
    const officer = reference.units.officer(name);
    if (!officer) throw new Error(`no such officer: ${name}`);
    const acting = actingAlone(officer, reference.units);
    const at = fromMillis(ms);
    const kept = at >= keepFrom;
    const key = kept ? newId(ms) : '';
    const request = { command, officer: name, key, payload, dossierId: id };
    const change = dossier
      ? decide(dossier, request, acting, reference, at)
      : decideSubmit(request, acting, reference, at);
    if (change.kind === 'refused') throw new Error(`${command} by ${name}: ${JSON.stringify(change)}`);
    if (change.birth) {
      birth = change.birth;
      code = codeFor(birth);
    }
    const before = {
      state: dossier?.snapshot.state ?? 'submitted',
      unitId: dossier?.currentUnitId ?? change.currentUnitId,
      head: dossier?.head ?? null,
    };
    const links = linksOf(change, name, before);
    dossier = recordAfter(dossier, change, code, links.head);
    const hands = dossier;
    const recordedAt = fromMillis(ms + LATER_MS);
    const answer: Omit<AcceptedAnswer, 'code'> = {
      kind: 'accepted',
      id,
      version: change.version,
      state: change.snapshot.state,
      step: change.snapshot.step,
      event: change.event.type,
      occurredAt: change.at,
      recordedAt,
      dueAt: change.dueAt,
    };
    const requestHash = kept
      ? hashJson([command, command === 'submit' ? null : code, payload]).slice(0, 32)
      : '';
    return {
      commitment: {
        ord,
        officer: name,
        key,
        requestHash,
        dossierId: id,
        answer,
        change,
        acting,
        hands,
        before,
        ...links,
      },
      recordedAt,
    };
  });
  return { id, code, birth: birth!, committed };
}
