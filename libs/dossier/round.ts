import { inScope, type Lanes } from '#libs/database';
import type { Acting } from '#libs/identity';
import { DomainError, type Clock, type Instant, type Json } from '#libs/kernel';
import { restore } from '#libs/workflow';
import type { Waiting } from './batcher.js';
import { linksOf, NO_LINKS } from './chain.js';
import { decide, pinned, type Change, type Decision, type DossierRecord, type Reference } from './decide.js';
import { endedPosition } from './acting.js';
import { Kept, recordAfter } from './kept.js';
import { commit, isDuplicate, type Commitment } from './persistence/commit.js';
import { together } from './persistence/batch.js';
import { loadAnswers, loadDossiers, type LoadedRow } from './persistence/load.js';
import { decideSubmit } from './submit.js';
import type { AcceptedAnswer, CommandAnswer, CommandRequest, RefusedAnswer } from './types.js';

/** A command in the engine's hands: with who acts and the hash that tells a repeat from another request. */
export interface Pending {
  request: CommandRequest;
  acting: Acting;
  hash: string;
}

export type Entry = Waiting<Pending, CommandAnswer>;

/** Of a new dossier, or one that is not there, nothing is known: for sure. */
const NOTHING = { record: null, hands: null, read: true };

/** What a scope is held against. */
type Hands = Pick<DossierRecord, 'receivingUnitId' | 'competentUnitId' | 'heldBy'>;

/** What can be asked: a pool, or lanes. */
export type Database = Pick<Lanes, 'query'>;

/** A dossier as the database has it now, or as this process last knew it: then nobody is refused because of it. */
interface Known {
  record: DossierRecord | DomainError;
  /** in whose hands it is and was, also when the rest cannot be made sense of */
  hands: Hands;
  read: boolean;
}

interface Decided {
  entry: Entry;
  dossier: DossierRecord | null;
  commitment: Commitment;
}

/** One round of a batch: know its dossiers, decide, commit in one statement, tell the callers. See docs/concepts/commit.md. */
export class Rounds {
  private readonly kept: Kept;
  /** the time last written, so that a clock that is set back does not make an event older than the one before it */
  private recorded: Instant = '';

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly recorder: Clock,
    keep: number,
  ) {
    this.kept = new Kept(keep);
  }

  /** Settles what it can. Returns the entries that have to go again: their dossier moved, or must be read first. */
  async run(batch: readonly Entry[], reference: Reference): Promise<Entry[]> {
    const known = await this.know(batch, reference);
    const again: Entry[] = [];
    const decided: Decided[] = [];
    const refused: { entry: Entry; problem: DomainError }[] = [];
    const taken = new Set<string>();
    const recordedAt = this.stamp();
    for (const entry of batch) {
      const { request, acting } = entry.item;
      const { record, hands, read } = known.get(nameOf(request) ?? '') ?? NOTHING;
      const forbidden = this.forbidden(entry.item, hands, reference);
      const dossier = record instanceof DomainError ? null : record;
      if (record instanceof DomainError && forbidden === null) {
        refused.push({ entry, problem: record });
        continue;
      }
      if (dossier && taken.has(dossier.id)) {
        again.push(entry); // addressed once by code and once by id: one change of a dossier a statement
        continue;
      }
      const problem = forbidden ?? precondition(request, dossier);
      const decision = problem ?? orProblem(() => this.decideOne(request, acting, dossier, reference));
      if (!read && (decision instanceof DomainError || decision.kind === 'refused')) {
        this.kept.drop(dossier!);
        again.push(entry);
      } else if (decision instanceof DomainError) refused.push({ entry, problem: decision });
      else {
        const commitment = orProblem(() =>
          commitmentOf(decided.length, entry.item, dossier, decision, recordedAt),
        );
        if (commitment instanceof DomainError) refused.push({ entry, problem: commitment });
        else {
          if (decision.kind === 'change') taken.add(decision.dossierId);
          decided.push({ entry, dossier, commitment });
        }
      }
    }
    if (decided.length > 0) again.push(...(await this.write(decided, recordedAt)));
    // What cannot be decided may have been, under the same key: then that answer stands.
    const unknown = await this.answerKnown(refused.map(({ entry }) => entry));
    for (const { entry, problem } of refused) if (unknown.includes(entry)) entry.reject(problem);
    return again;
  }

  /** The dossiers of this batch, by code or id; those that are not kept are read. */
  private async know(batch: readonly Entry[], reference: Reference): Promise<Map<string, Known>> {
    const known = new Map<string, Known>();
    const codes: string[] = [];
    const ids: string[] = [];
    for (const { item } of batch) {
      const name = nameOf(item.request);
      if (name === null) continue;
      const record = this.kept.get(name);
      if (record) known.set(name, { record, hands: record, read: false });
      else (item.request.code === undefined ? ids : codes).push(name);
    }
    if (codes.length + ids.length === 0) return known;
    const scope = together(batch.map(({ item }) => item.acting.scope));
    for (const row of await loadDossiers(this.database, codes, ids, scope)) {
      const one = { record: toRecord(row, reference), hands: row, read: true };
      known.set(row.id, one).set(row.code, one);
    }
    return known;
  }

  /** Commits what was decided and tells the callers. Returns those whose dossier moved, or whose batch held a repeat. */
  private async write(decided: readonly Decided[], recordedAt: Instant): Promise<Entry[]> {
    try {
      const outcomes = await commit(this.database, decided.map((d) => d.commitment), recordedAt); // prettier-ignore
      return decided.flatMap(({ entry, dossier, commitment: { answer, change, head } }, index) => {
        const { outcome, code } = outcomes[index]!;
        const known = code ?? dossier?.code ?? '';
        if (outcome === 'moved') {
          if (dossier) this.kept.drop(dossier);
          return [entry];
        }
        if (change) this.kept.put(recordAfter(dossier, change, known, head));
        entry.resolve(
          answer.kind === 'refused'
            ? { replayed: false, ...answer }
            : { code: known, replayed: false, ...answer },
        );
        return [];
      });
    } catch (error) {
      for (const { dossier } of decided) if (dossier) this.kept.drop(dossier);
      if (!isDuplicate(error)) throw error;
      // Somebody asked one of these before: those are told their answers, the others come again without them.
      const entries = decided.map((d) => d.entry);
      const rest = await this.answerKnown(entries);
      if (rest.length === entries.length) throw error;
      return rest;
    }
  }

  /**
   * What stands against a command before anything of its dossier is told: the position has ended, or there is no such
   * dossier as far as this person can see. One answer for a code that nobody was given and for one that is not theirs.
   */
  private forbidden(
    { request, acting }: Pending,
    hands: Hands | null,
    reference: Reference,
  ): DomainError | null {
    const ended = endedPosition(acting, reference, request.occurredAt ?? this.clock.now());
    if (ended || request.command === 'submit') return ended;
    const seen = hands !== null && inScope(acting.scope, hands);
    return seen ? null : new DomainError('unknown_dossier', { field: 'code' });
  }

  private decideOne(
    request: CommandRequest,
    acting: Acting,
    dossier: DossierRecord | null,
    reference: Reference,
  ): Decision {
    const now = request.occurredAt ?? this.clock.now();
    if (request.occurredAt !== undefined && now > this.recorder.now()) return inFuture(dossier);
    if (dossier === null) return decideSubmit(request, acting, reference, now);
    // Clocks of two machines differ by a little; only a stated time may be refused for being too early.
    const at = request.occurredAt === undefined && now < dossier.lastAt ? dossier.lastAt : now;
    return decide(dossier, request, acting, reference, at);
  }

  /** Tells the callers of repeated keys what they were told the first time; gives back those whose key is new. */
  private async answerKnown(entries: readonly Entry[]): Promise<Entry[]> {
    if (entries.length === 0) return [];
    const stored = await loadAnswers(this.database, entries.map(({ item }) => item.request)); // prettier-ignore
    return entries.filter((entry) => {
      const { request, hash } = entry.item;
      const known = stored.find((one) => one.officer === request.officer && one.key === request.key);
      if (known && known.requestHash !== hash) entry.reject(new DomainError('key_reused', { field: 'key' }));
      else if (known) entry.resolve({ ...known.answer, replayed: true });
      return !known;
    });
  }

  private stamp(): Instant {
    const now = this.recorder.now();
    if (now > this.recorded) this.recorded = now;
    return this.recorded;
  }
}

/** The code or id by which a command names its dossier; null for a new one. */
function nameOf(request: CommandRequest): string | null {
  return request.command === 'submit' ? null : (request.code ?? request.dossierId ?? '');
}

/** What has not happened yet cannot be written down as an event. */
function inFuture(dossier: DossierRecord | null): RefusedAnswer {
  const state = dossier?.snapshot.state ?? null;
  const version = dossier?.version ?? null;
  const nothing = { allowed: [], notYet: [] };
  return { kind: 'refused', code: 'occurred_in_future', field: 'occurredAt', state, version, ...nothing };
}

/** What stands against a command before it is decided at all: it is not the version the caller saw. */
function precondition(request: CommandRequest, dossier: DossierRecord | null): DomainError | null {
  if (dossier === null || request.expectedVersion === undefined) return null;
  if (request.expectedVersion === dossier.version) return null;
  const params: { [key: string]: Json } = { version: dossier.version, state: dossier.snapshot.state };
  return new DomainError('stale_version', { field: 'expectedVersion', params });
}

function toRecord({ place, ...row }: LoadedRow, reference: Reference): DossierRecord | DomainError {
  return orProblem(() => {
    const { definition } = pinned(reference.catalogue, row.procedureVersionId);
    return { ...row, snapshot: restore(row.snapshot, definition, place) };
  });
}

/** What `work` gives, or the problem that it throws: a command's own, of which the rest of its batch must not know. */
function orProblem<T>(work: () => T): T | DomainError {
  try {
    return work();
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
}

function commitmentOf(
  ord: number,
  { request, acting, hash }: Pending,
  dossier: DossierRecord | null,
  decision: Decision,
  recordedAt: Instant,
): Commitment {
  const change = decision.kind === 'change' ? decision : null;
  const before = {
    state: dossier?.snapshot.state ?? 'submitted',
    unitId: dossier?.currentUnitId ?? change?.currentUnitId ?? 0,
    head: dossier?.head ?? null,
  };
  return {
    ord,
    officer: request.officer,
    acting,
    key: request.key,
    requestHash: hash,
    dossierId: change?.dossierId ?? dossier?.id ?? null,
    answer: decision.kind === 'change' ? accepted(decision, recordedAt) : decision,
    change,
    hands: dossier ?? (change?.birth ? { ...change.birth, heldBy: [] } : null),
    before,
    ...(change ? linksOf(change, request.officer, before) : NO_LINKS),
  };
}

function accepted(change: Change, recordedAt: Instant): Omit<AcceptedAnswer, 'code'> {
  return {
    kind: 'accepted',
    id: change.dossierId,
    version: change.version,
    state: change.snapshot.state,
    step: change.snapshot.step,
    event: change.event.type,
    occurredAt: change.at,
    recordedAt,
    dueAt: change.dueAt,
  };
}
