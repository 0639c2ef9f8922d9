/** A moment: ISO 8601 in UTC with milliseconds, e.g. `2019-03-15T01:30:00.000Z`. Sorts as text in order of time. */
export type Instant = string;

/** Where "now" comes from. Pure rooms never ask for one: they are handed an {@link Instant}. */
export interface Clock {
  now(): Instant;
}

export const systemClock: Clock = { now: () => new Date().toISOString() };

/** A clock that stands where it was put: the replay's and the tests'. It never runs backwards. */
export class ManualClock implements Clock {
  constructor(private at: Instant) {}

  now(): Instant {
    return this.at;
  }

  moveTo(at: Instant): void {
    if (at > this.at) this.at = at;
  }
}

/** Milliseconds since 1970. Throws {@link RangeError} for text that is no moment, so that an error never becomes a date. */
export function toMillis(at: Instant): number {
  const ms = Date.parse(at);
  if (Number.isNaN(ms)) throw new RangeError(`not a moment: ${JSON.stringify(at)}`);
  return ms;
}

/** The moment `ms` milliseconds after 1970. Throws {@link RangeError} when `ms` is not finite. */
export function fromMillis(ms: number): Instant {
  return new Date(ms).toISOString();
}
