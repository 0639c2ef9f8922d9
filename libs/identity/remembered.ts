/** A bounded memory of things that are good until a moment. When it is full, what was put in first goes first. */
export class Remembered<T> {
  private readonly entries = new Map<string, { value: T; until: number }>();

  constructor(private readonly most: number) {}

  /** `now` in milliseconds. */
  get(key: string, now: number): T | undefined {
    const entry = this.entries.get(key);
    if (!entry) return undefined;
    if (now < entry.until) return entry.value;
    this.entries.delete(key);
    return undefined;
  }

  /** Keeps it up to, not including, `until` (milliseconds). */
  set(key: string, value: T, until: number): void {
    this.entries.delete(key);
    if (this.entries.size >= this.most) this.entries.delete(this.entries.keys().next().value!);
    this.entries.set(key, { value, until });
  }

  forgetWhere(which: (value: T) => boolean): void {
    for (const [key, { value }] of this.entries) if (which(value)) this.entries.delete(key);
  }
}
