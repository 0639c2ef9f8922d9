import type { JsonObject } from '#libs/kernel';
import { itemNumberOf, type CommandName, type PostEventCode } from '#libs/workflow';
import { between, chance, pick, wait, whole, type Rng } from './rng.js';

/** One thing that the carrier reports, and when its report arrives. */
export interface PostReport {
  ms: number;
  command: CommandName;
  payload: JsonObject;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** Vietnam keeps one time all year: the carrier's rounds need no calendar. */
const ZONE_MS = 7 * HOUR_MS;

/** Item numbers in a series of their own, none of them used twice in a plan. */
export class ItemNumbers {
  private used = 0;

  constructor(private readonly first: number) {}

  next(): string {
    return itemNumberOf((this.first + this.used++) % 100_000_000);
  }
}

/** The next moment of a carrier's working day (Monday to Saturday, 07:00 to 19:00) at or after `ms`. */
function onRound(rng: Rng, ms: number): number {
  const local = ms + ZONE_MS;
  const midnight = Math.floor(local / DAY_MS) * DAY_MS;
  const hour = (local - midnight) / HOUR_MS;
  const sunday = new Date(midnight).getUTCDay() === 0;
  if (!sunday && hour >= 7 && hour < 19) return ms;
  const morning = hour < 7 && !sunday ? midnight : midnight + DAY_MS;
  const next = new Date(morning).getUTCDay() === 0 ? morning + DAY_MS : morning;
  return next - ZONE_MS + Math.round(between(rng, 7.2, 9.5) * HOUR_MS);
}

const NOT_DELIVERED = ['người nhận đi vắng', 'địa chỉ không đúng', 'người nhận từ chối nhận'];

/**
 * What the carrier reports of a parcel handed over at `handedMs`, in the order in which the reports arrive. Most go the
 * straight way (EMA … EMI); some reports come late, so that the order is not that of the road, or come twice. With
 * `returns` the parcel is sent back after an unsuccessful attempt.
 */
export function reportsOf(rng: Rng, itemNumber: string, handedMs: number, returns: boolean): PostReport[] {
  const road: { event: PostEventCode; hours: number; action?: string }[] = [
    { event: 'EMA', hours: between(rng, 0.3, 2) },
    { event: chance(rng, 0.5) ? 'EMB' : 'EMC', hours: between(rng, 2, 7) },
    { event: 'EMD', hours: between(rng, 6, 20) },
    { event: 'EMG', hours: between(rng, 2, 8) },
  ];
  if (returns) {
    road.push({ event: 'EDG', hours: between(rng, 1, 4) });
    road.push({ event: 'EMH', hours: between(rng, 1, 5), action: 'returnToSender' });
  } else {
    if (chance(rng, 0.05)) road.push({ event: 'EMH', hours: between(rng, 1, 5), action: 'tryAgain' });
    road.push({ event: 'EMI', hours: between(rng, 1, 20) });
  }
  let ms = handedMs;
  const reports = road.map(({ event, hours, action }) => {
    ms = onRound(rng, ms + Math.round(hours * HOUR_MS));
    const reason = action === 'returnToSender' ? pick(rng, NOT_DELIVERED) : undefined;
    const payload: JsonObject = { itemNumber, event, ...(action && { action }), ...(reason && { reason }) };
    return { ms, command: 'recordPostEvent' as const, payload };
  });
  if (chance(rng, 0.06)) delay(rng, reports);
  if (chance(rng, 0.04)) repeat(rng, reports);
  return reports.sort((one, other) => one.ms - other.ms);
}

/** One report of the way is written down late: after what it came before. */
function delay(rng: Rng, reports: PostReport[]): void {
  const at = whole(rng, 1, reports.length - 2);
  const last = reports.at(-1)!.ms;
  reports[at]!.ms = last + Math.round(wait(rng, 3, 20) * HOUR_MS) + 60_000;
}

/** One report arrives again. */
function repeat(rng: Rng, reports: PostReport[]): void {
  const again = pick(rng, reports);
  reports.push({ ...again, ms: again.ms + Math.round(between(rng, 0.2, 12) * HOUR_MS) });
}
