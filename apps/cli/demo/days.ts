import { AFTER_CLOSURE, ARRIVALS, WEEKDAY_WEIGHTS } from './assumptions.js';
import type { OfficeDay, OfficeTime } from './office-time.js';
import { Sampler, type Rng } from './rng.js';

/** Draws days and hours as counters see them: more at the start of the week, after holidays, and in the morning. */
export class Days {
  private readonly upTo: number[] = [0];
  private readonly slots = new Sampler(
    ARRIVALS.map((_, at) => at),
    (at) => ARRIVALS[at]!,
  );

  constructor(private readonly office: OfficeTime) {
    let sum = 0;
    for (const day of office.days) this.upTo.push((sum += weightOf(day)));
  }

  /** Index of an office day from `first` to `last`, both included; `first` when they are the wrong way round. */
  draw(rng: Rng, first: number, last: number): number {
    const low = this.upTo[first]!;
    const mark = low + rng() * (this.upTo[last + 1]! - low);
    for (let from = first, to = last; ;) {
      if (from >= to) return from;
      const middle = (from + to) >> 1;
      if (this.upTo[middle + 1]! > mark) to = middle;
      else from = middle + 1;
    }
  }

  /**
   * When someone comes on that day, on the line of office time: at least two minutes after opening, and early enough to
   * leave `room` minutes before closing.
   */
  arrival(rng: Rng, at: number, room: number): number {
    const day = this.office.days[at]!;
    const latest = Math.max(3, day.minutes - room);
    for (let attempt = 0; attempt < 4; attempt++) {
      const slot = this.slots.draw(rng)!;
      const offset = ((slot + rng()) / ARRIVALS.length) * day.minutes;
      if (offset >= 2 && offset <= latest) return day.before + offset;
    }
    return day.before + 2 + rng() * (latest - 2);
  }

  /** Any time of the day's office hours, away from opening and closing. */
  within(rng: Rng, at: number): number {
    const day = this.office.days[at]!;
    return day.before + 10 + rng() * (day.minutes - 30);
  }
}

function weightOf(day: OfficeDay): number {
  const ordinary = day.weekday === 1 || day.weekday === 0 ? 2 : 0;
  return (WEEKDAY_WEIGHTS[day.weekday] ?? 1) * (day.closedBefore > ordinary ? AFTER_CLOSURE : 1);
}
