import { defaultCalendar, localDay } from '#libs/calendar';
import { systemClock, type Clock } from '#libs/kernel';

/** The local day in Vietnam: until seven in the morning it is a day ahead of the one in UTC. */
export function today(clock: Clock = systemClock): string {
  return localDay(defaultCalendar(new Map()), clock.now());
}
