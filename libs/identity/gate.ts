import { DomainError } from '#libs/kernel';

/**
 * Lets so many through at a time and so many wait; who comes on top is sent away with DomainError `sign_in_busy`. One
 * argon2id takes 19 MiB and a core for some 20 ms: without a bound, sign-ins would eat the machine.
 */
export class Gate {
  private free: number;
  private readonly waiting: (() => void)[] = [];

  constructor(
    atOnce: number,
    private readonly mostWaiting: number,
  ) {
    this.free = atOnce;
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.free > 0) this.free -= 1;
    else {
      if (this.waiting.length >= this.mostWaiting) throw new DomainError('sign_in_busy');
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.free += 1;
    }
  }
}
