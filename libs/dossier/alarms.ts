import type { Pool } from '#libs/database';
import { systemClock, type Clock, type Instant } from '#libs/kernel';
import { nextAlarmAt, raiseAlarms } from './persistence/alarms.js';

const ROUND = 500;

/** Turns deadlines that fell due into events, once each, whoever notices first: the alarm clock, the sweeper or a command. */
export class Alarms {
  constructor(
    private readonly pool: Pool,
    private readonly recorder: Clock = systemClock,
  ) {}

  /** Raises all alarms due before `now`, oldest rows included: also those that fell due while nobody was there. Returns how many. */
  async sweep(now: Instant): Promise<number> {
    let raised = 0;
    for (;;) {
      const count = await raiseAlarms(this.pool, now, this.recorder.now(), ROUND);
      raised += count;
      if (count === 0) return raised;
    }
  }

  /** What a wake-up does: re-reads the row and leaves quietly when the deadline has moved on since. */
  async wake(dossierId: string, generation: number, now: Instant): Promise<number> {
    let raised = 0;
    for (;;) {
      const count = await raiseAlarms(this.pool, now, this.recorder.now(), 1, { dossierId, generation });
      raised += count;
      if (count === 0) return raised;
    }
  }

  /** When the next alarm falls due; null when none is set. The replay moves its clock by it. */
  next(): Promise<Instant | null> {
    return nextAlarmAt(this.pool);
  }
}
