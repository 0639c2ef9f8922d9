import { DomainError } from '#libs/kernel';

/** One thing that waits. Items with the same `key` (a dossier) never share a batch and keep their order. */
export interface Waiting<Item, Answer> {
  item: Item;
  key: string;
  /** those of one crowd may share a batch, but are never in two at once: there one would only wait for the other's lock */
  crowd: string | undefined;
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

export interface BatcherOptions {
  /** most items in one batch: longer ones lengthen the wait without doing more (see docs/decisions/batch.md) */
  maxBatch: number;
  /** batches under way at once: while PostgreSQL commits one, Node decides the next */
  lanes: number;
  /** most items waiting or under way; beyond it the caller is told to come back, so that memory stays flat */
  maxWaiting: number;
}

/**
 * Commands that arrive while the last commit is in flight leave together, one per dossier, in order. An idle system
 * waits for nothing: the first arrival starts a batch in the same turn of the event loop.
 *
 * `run` must settle every item that it is given; whatever it leaves unsettled when it throws is rejected with the error.
 */
export class Batcher<Item, Answer> {
  private readonly ready: Waiting<Item, Answer>[] = [];
  /** a dossier with something ready or under way, and those that wait behind it */
  private readonly behind = new Map<string, Waiting<Item, Answer>[]>();
  /** a crowd that has something under way, and those of it that wait for the next batch */
  private readonly crowds = new Map<string, Waiting<Item, Answer>[]>();
  private running = 0;
  private held = 0;
  private scheduled = false;
  private idle: (() => void)[] = [];

  constructor(
    private readonly run: (batch: Waiting<Item, Answer>[]) => Promise<void>,
    private readonly options: BatcherOptions,
  ) {}

  /** How many wait or are under way. */
  get depth(): number {
    return this.held;
  }

  /** Rejects with DomainError `queue_full` at once when there is no room. */
  submit(key: string, item: Item, crowd?: string): Promise<Answer> {
    if (this.held >= this.options.maxWaiting) return Promise.reject(new DomainError('queue_full'));
    this.held++;
    return new Promise<Answer>((resolve, reject) => {
      const waiting = { item, key, crowd, resolve, reject };
      const queue = this.behind.get(key);
      if (queue) queue.push(waiting);
      else {
        this.behind.set(key, []);
        this.ready.push(waiting);
        this.schedule();
      }
    });
  }

  /** Resolves when nothing waits and nothing is under way. */
  drained(): Promise<void> {
    return this.held === 0 ? Promise.resolve() : new Promise((resolve) => this.idle.push(resolve));
  }

  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    queueMicrotask(() => {
      this.scheduled = false;
      while (this.running < this.options.lanes && this.ready.length > 0) {
        const batch = this.take();
        if (batch.length > 0) void this.start(batch);
      }
    });
  }

  /** The next batch, in order of arrival; of a crowd that another batch holds, everybody is put aside. */
  private take(): Waiting<Item, Answer>[] {
    const batch: Waiting<Item, Answer>[] = [];
    const own = new Set<string>();
    let seen = 0;
    for (; seen < this.ready.length && batch.length < this.options.maxBatch; seen++) {
      const waiting = this.ready[seen]!;
      const { crowd } = waiting;
      const aside = crowd === undefined || own.has(crowd) ? undefined : this.crowds.get(crowd);
      if (aside) {
        aside.push(waiting);
        continue;
      }
      if (crowd !== undefined && !own.has(crowd)) {
        own.add(crowd);
        this.crowds.set(crowd, []);
      }
      batch.push(waiting);
    }
    this.ready.splice(0, seen);
    return batch;
  }

  private async start(batch: Waiting<Item, Answer>[]): Promise<void> {
    this.running++;
    try {
      await this.run(batch);
    } catch (error) {
      for (const waiting of batch) waiting.reject(error);
    } finally {
      this.running--;
      this.held -= batch.length;
      for (const { key, crowd } of batch) {
        this.free(key);
        if (crowd !== undefined) this.disperse(crowd);
      }
      this.schedule();
      if (this.held === 0) for (const wake of this.idle.splice(0)) wake();
    }
  }

  /** Those who were put aside come first: they have waited longest. */
  private disperse(crowd: string): void {
    const aside = this.crowds.get(crowd);
    this.crowds.delete(crowd);
    if (aside) this.ready.unshift(...aside);
  }

  private free(key: string): void {
    const next = this.behind.get(key)?.shift();
    if (next) this.ready.push(next);
    else this.behind.delete(key);
  }
}
