import type { Pool } from '#libs/database';
import { systemClock, type Clock, type Instant } from '#libs/kernel';
import { alarmEvent, linked } from './chain.js';
import { takeAlarms, type DeadlineRow } from './deadline.js';
import {
  dueDossier,
  dueDossiers,
  FIRST_PLACE,
  nextAlarmAt,
  raiseAlarms,
  type DueDossier,
  type Raised,
} from './persistence/alarms.js';

const ROUND = 500;

/** Turns deadlines that fell due into events, once each, whoever notices first: the alarm clock, the sweeper or a command. */
export class Alarms {
  constructor(
    private readonly pool: Pool,
    private readonly recorder: Clock = systemClock,
  ) {}

  /**
   * Raises all alarms due before `now`, oldest rows included: also those that fell due while nobody was there. What a command
   * changes meanwhile is left to that command or to the next sweep. Returns how many.
   */
  async sweep(now: Instant): Promise<number> {
    let raised = 0;
    let after = FIRST_PLACE;
    for (;;) {
      const due = await dueDossiers(this.pool, now, ROUND, after);
      raised += await this.raise(due, now);
      if (due.length < ROUND) return raised;
      after = due.at(-1)!;
    }
  }

  /** What a wake-up does: re-reads the row and leaves quietly when the deadline has moved on since. */
  async wake(dossierId: string, generation: number, now: Instant): Promise<number> {
    return this.raise(await dueDossier(this.pool, now, dossierId, generation), now);
  }

  /** When the next alarm falls due; null when none is set. The replay moves its clock by it. */
  next(): Promise<Instant | null> {
    return nextAlarmAt(this.pool);
  }

  private async raise(due: readonly DueDossier[], now: Instant): Promise<number> {
    if (due.length === 0) return 0;
    // In the order of their ids, as commands lock their dossiers.
    const raised = due
      .map((dossier) => raisedOf(dossier, now))
      .sort((a, b) => (a.dossier.id < b.dossier.id ? -1 : 1));
    return raiseAlarms(this.pool, raised, this.recorder.now());
  }
}

/** The alarms of one dossier that fell due before `now`, linked to its chain; there is at least one. */
function raisedOf(dossier: DueDossier, now: Instant): Raised {
  const { alarms, row } = takeAlarms<Pick<DeadlineRow, 'soonAt' | 'dueAt' | 'alarmAt'>>(dossier, now);
  const { hashes, head } = linked(
    dossier.head,
    alarms.map((alarm) => alarmEvent(dossier.id, dossier.version, alarm, dossier)),
  );
  const events = alarms.map((alarm, nth) => ({ ...alarm, hash: hashes[nth]! }));
  return { dossier, events, head: head!, alarmAt: row!.alarmAt };
}
