import type { Pool } from '#libs/database';
import { DomainError, hashJson, systemClock, type Clock, type Instant, type Json } from '#libs/kernel';
import type { Officer } from '#libs/organization';
import { restore } from '#libs/workflow';
import { Batcher, type Waiting } from './batcher.js';
import { decide, pinned, type Change, type Decision, type DossierRecord, type Reference } from './decide.js';
import { Failures } from './failures.js';
import { commit, isDuplicate, type Commitment } from './persistence/commit.js';
import { loadAnswers, loadDossiers, type LoadedRow } from './persistence/load.js';
import { decideSubmit } from './submit.js';
import type {
  AcceptedAnswer,
  CommandAnswer,
  CommandRequest,
  DossierCommands,
  RefusedAnswer,
} from './types.js';

export interface EngineOptions {
  maxBatch: number;
  lanes: number;
  maxWaiting: number;
  /** how long a database that went away is waited for before the caller is told, in milliseconds */
  patienceMs: number;
}

export interface EngineDeps {
  pool: Pool;
  /** read anew for every command, so that an import is seen without a restart */
  reference: () => Reference;
  /** when a command happens, unless replay or import says so */
  clock: Clock;
  /** when we learnt of it; the system's clock unless a test says otherwise */
  recorder?: Clock;
  options?: Partial<EngineOptions>;
  /** told of every batch, for the metrics */
  onBatch?: (size: number, seconds: number) => void;
}

const DEFAULTS: EngineOptions = { maxBatch: 128, lanes: 2, maxWaiting: 2_000, patienceMs: 20_000 };

interface Pending {
  request: CommandRequest;
  officer: Officer;
  hash: string;
}

type Entry = Waiting<Pending, CommandAnswer>;

/** The way of one command: load, decide, commit, answer. See docs/concepts/commit.md. */
export class Engine implements DossierCommands {
  private readonly batcher: Batcher<Pending, CommandAnswer>;
  private readonly inFlight = new Set<string>();
  private readonly failures: Failures;
  private readonly recorder: Clock;
  /** the time last written, so that a clock that is set back does not make an event older than the one before it */
  private recorded: Instant = '';

  constructor(private readonly deps: EngineDeps) {
    const options = { ...DEFAULTS, ...deps.options };
    this.recorder = deps.recorder ?? systemClock;
    this.failures = new Failures(options.patienceMs);
    this.batcher = new Batcher((batch) => this.timedRun(batch), options);
  }

  /** Commands waiting or under way. */
  get depth(): number {
    return this.batcher.depth;
  }

  /** Resolves when all that was taken in is answered. */
  drained(): Promise<void> {
    return this.batcher.drained();
  }

  async execute(request: CommandRequest): Promise<CommandAnswer> {
    const officer = this.deps.reference().units.officer(request.officer);
    if (!officer) throw new DomainError('officer_unknown', { field: 'officer' });
    const id = `${request.officer}\n${request.key}`;
    if (this.inFlight.has(id)) throw new DomainError('key_in_flight', { field: 'key' });
    this.inFlight.add(id);
    try {
      const dossier = request.code ?? request.dossierId ?? null;
      const hash = hashJson([request.command, request.code ?? null, request.payload]).slice(0, 32);
      const key = dossier ?? `new ${id}`;
      return await this.batcher.submit(key, { request, officer, hash });
    } finally {
      this.inFlight.delete(id);
    }
  }

  private async timedRun(batch: Entry[]): Promise<void> {
    const begun = performance.now();
    await this.run(batch);
    this.deps.onBatch?.(batch.length, (performance.now() - begun) / 1000);
  }

  /** Decides and commits until every entry has its answer: a dossier that moved under us is loaded and decided again. */
  private async run(batch: Entry[]): Promise<void> {
    let rest = batch;
    while (rest.length > 0) {
      const before = rest;
      const attempt = await this.failures.guard(() => this.attempt(before));
      if (attempt.ok) rest = attempt.value;
      else if (!attempt.poisoned || rest.length === 1) {
        for (const entry of rest) entry.reject(attempt.error);
        return;
      } else {
        // Something in this batch cannot be written. One by one, so that the poisoned command fails alone.
        for (const entry of rest) await this.run([entry]);
        return;
      }
    }
  }

  /** One try. Returns the entries that have to be decided again. */
  private async attempt(batch: Entry[]): Promise<Entry[]> {
    const reference = this.deps.reference();
    const dossiers = await this.load(batch, reference);
    const taken = new Set<string>();
    const again: Entry[] = [];
    const decided: { entry: Entry; commitment: Commitment }[] = [];
    const repeats: { entry: Entry; problem: DomainError }[] = [];
    const recordedAt = this.stamp();
    for (const entry of batch) {
      const { request, officer, hash } = entry.item;
      const dossier = dossiers.get(request.code ?? request.dossierId ?? '') ?? null;
      if (dossier instanceof DomainError) {
        entry.reject(dossier);
        continue;
      }
      const problem = precondition(request, dossier);
      if (problem) {
        repeats.push({ entry, problem });
        continue;
      }
      if (dossier && taken.has(dossier.id)) {
        again.push(entry); // addressed once by code and once by id: one change of a dossier a statement
        continue;
      }
      const decision = this.decideOne(request, officer, dossier, reference);
      if (decision.kind === 'change') taken.add(decision.dossierId);
      decided.push({
        entry,
        commitment: {
          officer: request.officer,
          key: request.key,
          requestHash: hash,
          dossierId: decision.kind === 'change' ? decision.dossierId : (dossier?.id ?? null),
          answer: decision.kind === 'change' ? accepted(decision, recordedAt) : decision,
          change: decision.kind === 'change' ? decision : null,
          stateBefore: dossier?.snapshot.state ?? 'submitted',
        },
      });
    }
    again.push(...(await this.write(decided, dossiers, recordedAt)));
    const unknown = await this.answerKnown(repeats.map(({ entry }) => entry));
    for (const { entry, problem } of repeats) if (unknown.includes(entry)) entry.reject(problem);
    return again;
  }

  /** Commits what was decided and tells the callers. Returns those whose dossier moved, or whose batch held a repeat. */
  private async write(
    decided: readonly { entry: Entry; commitment: Commitment }[],
    dossiers: Map<string, DossierRecord | DomainError>,
    recordedAt: Instant,
  ): Promise<Entry[]> {
    if (decided.length === 0) return [];
    const commitments = decided.map((d) => d.commitment);
    const entries = decided.map((d) => d.entry);
    try {
      const outcomes = await commit(this.deps.pool, commitments, recordedAt);
      return entries.filter((entry, index) => {
        const { outcome, code } = outcomes[index]!;
        if (outcome === 'moved') return true;
        entry.resolve(withCode(commitments[index]!.answer, code ?? codeOf(dossiers, entry.item.request)));
        return false;
      });
    } catch (error) {
      if (!isDuplicate(error)) throw error;
      // Somebody asked one of these before: those are told their answers, the others come again without them.
      const rest = await this.answerKnown(entries);
      if (rest.length === entries.length) throw error;
      return rest;
    }
  }

  private decideOne(
    request: CommandRequest,
    officer: Officer,
    dossier: DossierRecord | null,
    reference: Reference,
  ): Decision {
    const now = request.occurredAt ?? this.deps.clock.now();
    if (request.occurredAt !== undefined && now > this.recorder.now()) return inFuture(dossier);
    if (dossier === null) return decideSubmit(request, officer, reference, now);
    // Clocks of two machines differ by a little; only a stated time may be refused for being too early.
    const at = request.occurredAt === undefined && now < dossier.lastAt ? dossier.lastAt : now;
    return decide(dossier, request, officer, reference, at);
  }

  private async load(
    batch: readonly Entry[],
    reference: Reference,
  ): Promise<Map<string, DossierRecord | DomainError>> {
    const requests = batch.map((entry) => entry.item.request).filter((r) => r.command !== 'submit');
    const codes = requests.flatMap((r) => (r.code === undefined ? [] : [r.code]));
    const ids = requests.flatMap((r) =>
      r.code === undefined && r.dossierId !== undefined ? [r.dossierId] : [],
    );
    const found = new Map<string, DossierRecord | DomainError>();
    for (const row of await loadDossiers(this.deps.pool, codes, ids)) {
      const record = toRecord(row, reference);
      found.set(row.id, record);
      found.set(row.code, record);
    }
    return found;
  }

  /** Tells the callers of repeated keys what they were told the first time; gives back those whose key is new. */
  private async answerKnown(entries: readonly Entry[]): Promise<Entry[]> {
    if (entries.length === 0) return [];
    const stored = await loadAnswers(this.deps.pool, entries.map(({ item }) => item.request)); // prettier-ignore
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

/** What has not happened yet cannot be written down as an event. */
function inFuture(dossier: DossierRecord | null): RefusedAnswer {
  const state = dossier?.snapshot.state ?? null;
  const version = dossier?.version ?? null;
  return {
    kind: 'refused',
    code: 'occurred_in_future',
    field: 'occurredAt',
    state,
    version,
    allowed: [],
    notYet: [],
  };
}

/** What stands against a command before it is decided at all: no such dossier, or not the version the caller saw. */
function precondition(request: CommandRequest, dossier: DossierRecord | null): DomainError | null {
  if (dossier === null) {
    return request.command === 'submit' ? null : new DomainError('unknown_dossier', { field: 'code' });
  }
  if (request.expectedVersion === undefined || request.expectedVersion === dossier.version) return null;
  const params: { [key: string]: Json } = { version: dossier.version, state: dossier.snapshot.state };
  return new DomainError('stale_version', { field: 'expectedVersion', params });
}

function toRecord(row: LoadedRow, reference: Reference): DossierRecord | DomainError {
  try {
    const { definition } = pinned(reference.catalogue, row.procedureVersionId);
    return { ...row, snapshot: restore(row.snapshot, definition) };
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
}

function codeOf(dossiers: Map<string, DossierRecord | DomainError>, request: CommandRequest): string | null {
  const dossier = dossiers.get(request.code ?? request.dossierId ?? '');
  return dossier && !(dossier instanceof DomainError) ? dossier.code : null;
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

function withCode(answer: Omit<AcceptedAnswer, 'code'> | RefusedAnswer, code: string | null): CommandAnswer {
  if (answer.kind === 'refused') return { ...answer, replayed: false };
  return { ...answer, code: code ?? '', replayed: false };
}
