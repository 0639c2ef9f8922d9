interface Waiting<T> {
  resolve(value: T | null): void;
  reject(error: unknown): void;
}

/**
 * Asks for many things in one question: what is asked for while an answer is awaited goes together with the next. Who is
 * alone waits for nothing. `ask` gives what it found, by key; what it did not find is null.
 */
export class Together<T> {
  private next = new Map<string, Waiting<T>[]>();
  private asking = false;

  constructor(private readonly ask: (keys: string[]) => Promise<ReadonlyMap<string, T>>) {}

  find(key: string): Promise<T | null> {
    return new Promise((resolve, reject) => {
      const waiting = this.next.get(key);
      if (waiting) waiting.push({ resolve, reject });
      else this.next.set(key, [{ resolve, reject }]);
      if (!this.asking) void this.run();
    });
  }

  private async run(): Promise<void> {
    this.asking = true;
    while (this.next.size > 0) {
      const asked = this.next;
      this.next = new Map();
      try {
        const found = await this.ask([...asked.keys()]);
        for (const [key, all] of asked) for (const one of all) one.resolve(found.get(key) ?? null);
      } catch (error) {
        for (const all of asked.values()) for (const one of all) one.reject(error);
      }
    }
    this.asking = false;
  }
}
