import type { Pool } from '#libs/database';
import { DomainError, type Instant, type Labels } from '#libs/kernel';
import { stateInfo, type StateName } from '#libs/workflow';
import { readForLookup } from './persistence/lookup.js';
import { receiptFits } from './receipt.js';
import { isLate, type UnitRef } from './views.js';

/** What the applicant has to do next; null while it is the office's turn. */
export type NextAction = 'supplement' | 'pay' | 'collect';

/** A dossier as the holder of its receipt sees it: no personal data, not even the holder's own. */
export interface LookupView {
  code: string;
  procedure: { code: string; name: string };
  state: StateName;
  label: Labels;
  /** 1 to 10, as the national portal counts */
  nationalStatus: number;
  /** in whose hands it lies */
  currentUnit: UnitRef;
  submittedAt: Instant;
  receivedAt: Instant | null;
  closedAt: Instant | null;
  /** null while the clock stands, and when the date is unknown */
  dueAt: Instant | null;
  overdue: boolean;
  nextAction: NextAction | null;
}

const NEXT: Readonly<Partial<Record<StateName, NextAction>>> = {
  awaitingSupplement: 'supplement',
  awaitingPayment: 'pay',
  awaitingCollection: 'collect',
};

export interface LookupDeps {
  pool: Pool;
  /** the receipt key */
  key: Uint8Array;
  now: Instant;
}

/**
 * The dossier of a code and the secret on its receipt. Rejects with DomainError `lookup_unknown`, the same after the same
 * work, whether there is no such dossier or the secret is not its own.
 */
export async function lookUp(
  asked: { code: string; secret: string },
  { pool, key, now }: LookupDeps,
): Promise<LookupView> {
  const row = await readForLookup(pool, asked.code);
  if (!receiptFits(key, row?.id ?? null, asked.secret) || !row) throw new DomainError('lookup_unknown');
  const { code, procedure, state, currentUnit, submittedAt, receivedAt, closedAt, dueAt } = row;
  const { label, national } = stateInfo(state);
  return {
    code,
    procedure,
    state,
    label,
    nationalStatus: national,
    currentUnit,
    submittedAt,
    receivedAt,
    closedAt,
    dueAt,
    overdue: isLate(row.deadlineStatus, dueAt, now),
    nextAction: NEXT[state] ?? null,
  };
}
