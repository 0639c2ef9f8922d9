import { DomainError } from '#libs/kernel';

/** One thing that waits. Items with the same `lane` (a dossier) never share a batch and keep their order. */
export interface Waiting<Item, Answer> {
  item: Item;
  key: string;
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
  submit(key: string, item: Item): Promise<Answer> {
    if (this.held >= this.options.maxWaiting) return Promise.reject(new DomainError('queue_full'));
    this.held++;
    return new Promise<Answer>((resolve, reject) => {
      const waiting = { item, key, resolve, reject };
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
        void this.start(this.ready.splice(0, this.options.maxBatch));
      }
    });
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
      for (const { key } of batch) this.free(key);
      this.schedule();
      if (this.held === 0) for (const wake of this.idle.splice(0)) wake();
    }
  }

  private free(key: string): void {
    const next = this.behind.get(key)?.shift();
    if (next) this.ready.push(next);
    else this.behind.delete(key);
  }
}
