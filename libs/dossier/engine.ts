import { actingAlone, type Acting } from '#libs/identity';
import { DomainError, hashJson, systemClock, type Clock } from '#libs/kernel';
import type { Officer } from '#libs/organization';
import { Batcher } from './batcher.js';
import type { Reference } from './decide.js';
import { Failures } from './failures.js';
import { Rounds, type Database, type Entry, type Pending } from './round.js';
import type { CommandAnswer, CommandRequest, DossierCommands } from './types.js';

export interface EngineOptions {
  maxBatch: number;
  lanes: number;
  maxWaiting: number;
  /** how long a database that went away is waited for before the caller is told, in milliseconds */
  patienceMs: number;
  /** most dossiers that are remembered after a command, so that the next one need not read them */
  keep: number;
}

export interface EngineDeps {
  pool: Database;
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

const DEFAULTS: EngineOptions = {
  maxBatch: 128,
  lanes: 2,
  maxWaiting: 2_000,
  patienceMs: 20_000,
  keep: 10_000,
};

/** The way of one command: load, decide, commit, answer. See docs/concepts/commit.md. */
export class Engine implements DossierCommands {
  private readonly batcher: Batcher<Pending, CommandAnswer>;
  private readonly inFlight = new Set<string>();
  private readonly failures: Failures;
  private readonly rounds: Rounds;

  constructor(private readonly deps: EngineDeps) {
    const options = { ...DEFAULTS, ...deps.options };
    this.rounds = new Rounds(deps.pool, deps.clock, deps.recorder ?? systemClock, options.keep);
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
    const acting = request.acting ?? this.alone(request.officer);
    // Answers are kept under the officer's code: nobody is told what was told to another position.
    if (acting.officer.code !== request.officer)
      throw new DomainError('officer_unknown', { field: 'officer' });
    const id = `${request.officer}\n${request.key}`;
    if (this.inFlight.has(id)) throw new DomainError('key_in_flight', { field: 'key' });
    this.inFlight.add(id);
    try {
      const dossier = request.code ?? request.dossierId ?? null;
      const hash = hashJson([request.command, request.code ?? null, request.payload]).slice(0, 32);
      const key = dossier ?? `new ${id}`;
      return await this.batcher.submit(key, { request, acting, hash }, crowdOf(request, acting.officer));
    } finally {
      this.inFlight.delete(id);
    }
  }

  /** The position itself, when nobody signed in for it. */
  private alone(code: string): Acting {
    const { units } = this.deps.reference();
    const officer = units.officer(code);
    if (!officer) throw new DomainError('officer_unknown', { field: 'officer' });
    return actingAlone(officer, units);
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
      const attempt = await this.failures.guard(() => this.rounds.run(before, this.deps.reference()));
      if (attempt.ok) rest = attempt.value;
      else if (!attempt.poisoned || rest.length === 1) {
        for (const entry of rest) entry.reject(attempt.error);
        return;
      } else {
        // Something in this batch cannot be written. Each for itself, so that the poisoned command fails alone; all at once,
        // so that a database that goes away meanwhile is waited for once, not once for each.
        await Promise.all(rest.map((entry) => this.run([entry])));
        return;
      }
    }
  }
}

/** New dossiers of one counter take their codes from one row. A guess is enough: whoever guesses wrong waits for a lock. */
function crowdOf({ command, payload }: CommandRequest, officer: Officer): string | undefined {
  if (command !== 'submit') return undefined;
  return String(officer.unitId ?? payload.receivingUnit ?? payload.competentUnit);
}
