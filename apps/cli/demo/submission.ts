import type { Channel } from '#libs/dossier';
import type { OfficeTime } from './office-time.js';
import { between, chance, wait, type Rng } from './rng.js';

const MINUTE_MS = 60_000;

/**
 * When a dossier was filed that is looked at first at `seen` (office time), in milliseconds. At the counter that is a few
 * minutes before, with the morning's post a little more; online at any hour, also at night and on days off.
 */
export function submissionOf(rng: Rng, office: OfficeTime, channel: Channel, seen: number): number {
  const at = office.dayAt(seen);
  const day = office.days[at]!;
  const opened = day.before + 0.2;
  if (channel === 'counter') return office.toMillis(Math.max(opened, seen - 1 - wait(rng, 2.5, 9)));
  if (channel === 'postal') return office.toMillis(Math.max(opened, seen - 3 - wait(rng, 12, 50)));
  const seenMs = office.toMillis(seen);
  const closed = office.days[at - 1];
  const soonAfterOpening = seen - day.before < 180;
  if (closed && soonAfterOpening && chance(rng, 0.7)) {
    // Filed since the office closed, which may have been for a weekend.
    return Math.round(
      between(rng, office.toMillis(closed.before + closed.minutes - 0.1), seenMs - 2 * MINUTE_MS),
    );
  }
  return seenMs - Math.round((2 + wait(rng, 90, 400)) * MINUTE_MS);
}
